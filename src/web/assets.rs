//! The front end's files, embedded, under an address that changes with their content, so that browsers may
//! keep them for ever. Stylesheets go out as one, one file per component, in the order of their names.

use std::{collections::BTreeMap, io::Write, sync::LazyLock};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use poem::{
    Body, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::Path,
};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::error::Error;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

struct Asset {
    content_type: String,
    plain: Bytes,
    gzipped: Option<Bytes>,
}

struct Bundle {
    build: String,
    prefix: String,
    by_name: BTreeMap<String, Asset>,
}

static BUNDLE: LazyLock<Bundle> = LazyLock::new(Bundle::new);

/// Names this build's pages and scripts; a page of another build may not understand our events.
pub fn build() -> &'static str {
    &BUNDLE.build
}

/// What the addresses of this build's files begin with.
pub fn prefix() -> &'static str {
    &BUNDLE.prefix
}

/// `GET /assets/{build}/{file}`: public.
#[handler]
pub fn show(Path(path): Path<String>, headers: &HeaderMap) -> Result<Response, Error> {
    let (build, name) = path.split_once('/').ok_or(Error::NotFound)?;
    // Another build's file of this name may differ, and would be kept for ever under that address.
    if build != BUNDLE.build {
        return Err(Error::NotFound);
    }
    let asset = BUNDLE.by_name.get(name).ok_or(Error::NotFound)?;
    let response = Response::builder()
        .status(StatusCode::OK)
        .content_type(&asset.content_type)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "Accept-Encoding");
    Ok(match &asset.gzipped {
        Some(gzipped) if accepts_gzip(headers) => {
            response.header(header::CONTENT_ENCODING, "gzip").body(Body::from(gzipped.clone()))
        }
        _ => response.body(Body::from(asset.plain.clone())),
    })
}

impl Bundle {
    fn new() -> Self {
        let mut by_name = BTreeMap::new();
        let mut css = Vec::new();
        let mut names: Vec<_> = Files::iter().collect();
        names.sort();
        for name in names {
            let file = Files::get(&name).expect("it was listed");
            if name.starts_with("css/") {
                css.extend_from_slice(&file.data);
            } else {
                by_name
                    .insert(name.to_string(), Asset::new(file.metadata.mimetype(), file.data.into_owned()));
            }
        }
        by_name.insert("tidings.css".into(), Asset::new("text/css", css));
        let build = hash(&by_name);
        Self { prefix: format!("/assets/{build}"), build, by_name }
    }
}

impl Asset {
    fn new(content_type: &str, content: Vec<u8>) -> Self {
        let is_text = content_type.starts_with("text/")
            || ["javascript", "json", "svg"].iter().any(|kind| content_type.contains(kind));
        let content_type =
            if is_text { format!("{content_type}; charset=utf-8") } else { content_type.to_owned() };
        Self { content_type, gzipped: is_text.then(|| gzip(&content)), plain: content.into() }
    }
}

/// Over everything that a browser gets from us, the events' HTML included, which templates make.
fn hash(assets: &BTreeMap<String, Asset>) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    for (name, asset) in assets {
        hash.update(name);
        hash.update(&asset.plain);
    }
    for name in Templates::iter() {
        hash.update(Templates::get(&name).expect("it was listed").metadata.sha256_hash());
    }
    hash.finalize()[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn gzip(content: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("a Vec takes whatever is written to it");
    encoder.finish().expect("a Vec takes whatever is written to it").into()
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let mut codings = accepted.unwrap_or_default().split(',').map(|coding| coding.trim());
    codings.any(|coding| coding.eq_ignore_ascii_case("gzip") || coding.starts_with("gzip;q=1"))
}
