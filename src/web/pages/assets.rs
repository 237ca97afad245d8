//! `GET /assets/{build}/{file}`: public, and kept by browsers for ever. Also those of other builds, whose pages
//! come from other nodes, or from before an upgrade.

use poem::{
    Body, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::{Data, Path},
};

use crate::{
    app::App,
    assets::{self, Asset},
    web::{error::Error, middleware::compressed::accepts_gzip},
};

/// `GET /assets/{build}/{file}`: public.
#[handler]
pub async fn show(Path(path): Path<String>, headers: &HeaderMap, app: Data<&App>) -> Result<Response, Error> {
    // Another build's file of this name may differ, and would be kept for ever under that address.
    let (build, name) = path.split_once('/').ok_or(Error::NotFound)?;
    if build == assets::build() {
        return Ok(file(assets::find(name).ok_or(Error::NotFound)?, headers));
    }
    let asset = app.builds.find(build, name).await?.ok_or(Error::NotFound)?;
    Ok(file(&asset, headers))
}

fn file(asset: &Asset, headers: &HeaderMap) -> Response {
    let response = Response::builder()
        .status(StatusCode::OK)
        .content_type(&asset.content_type)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "Accept-Encoding");
    match &asset.gzipped {
        Some(gzipped) if accepts_gzip(headers) => {
            response.header(header::CONTENT_ENCODING, "gzip").body(Body::from(gzipped.clone()))
        }
        _ => response.body(Body::from(asset.plain.clone())),
    }
}
