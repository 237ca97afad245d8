//! What somebody has read: one post, or all that a list shows; and that they have not after all.

use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode, Uri, header},
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::posts::{
        Filter, Post,
        receipts::{Done, What},
    },
    live::Cursor,
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm},
        respond::page,
        views::{feed::FeedFilter, preferences::zone_of},
    },
};

/// `POST /posts/{id}/reading`: marks one as read.
#[handler]
pub async fn read(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    mark(&current, &app, headers, id, What::read).await
}

/// `POST /posts/{id}/reading/removal`: marks one as unread.
#[handler]
pub async fn put_back(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    mark(&current, &app, headers, id, What::put_back).await
}

/// `POST /readings`: marks as read what the open filter lists, of what was told up to the cursor that the page held. The
/// answer leads to the address by which it is undone.
#[handler]
pub async fn mark_all(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    fields: SmallForm,
) -> Result<Response, Error> {
    let filter = FeedFilter::of_form(&fields);
    let held = fields.one("through").parse::<Cursor>().ok();
    let Some(held) = held.filter(|held| held.epoch == app.log.head().epoch) else {
        // The page is of another timeline, or is none of ours.
        return Ok(match page::wants_json(headers) {
            true => StatusCode::UNPROCESSABLE_ENTITY.into(),
            false => page::see_other(&filter.address(&[("done", "stale")])),
        });
    };
    let wanted = filter.filter(&app.db.read, &zone_of(&app, &current.user)).await?;
    let what = What::MarkAll(Box::new(Filter { before: None, ..wanted }), held.id);
    let Done::Marked(marking) = app.receipt_queue.write(current.user.user_id(), what).await? else {
        return Err(Error::NotFound);
    };
    if page::wants_json(headers) {
        let mut answer = Response::from(StatusCode::NO_CONTENT);
        page::set_header(&mut answer, header::LOCATION, &format!("/readings/{marking}"));
        return Ok(answer);
    }
    Ok(page::see_other(&filter.address(&[("marking", &marking.to_string())])))
}

/// `POST /readings/{id}/removal`: undoes that marking.
#[handler]
pub async fn undo(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    match app.receipt_queue.write(current.user.user_id(), What::Undo(id)).await? {
        Done::NotFound | Done::TooLate => Err(Error::NotFound),
        Done::Written | Done::Marked(_) | Done::TooMany | Done::OwnAnswer => Ok(done(headers)),
    }
}

async fn mark(
    current: &CurrentUser,
    app: &App,
    headers: &HeaderMap,
    id: i64,
    what: impl FnOnce(&Post) -> What,
) -> Result<Response, Error> {
    let user = current.user.user_id();
    let found = current.post(app, id).await?;
    // One's own posts are read.
    if found.post.writer() != Some(user) {
        app.receipt_queue.write(user, what(&found.post)).await?;
    }
    Ok(done(headers))
}

/// A script gets 204; a form is led back to the list that it stood in, not to a post, which would be read by that.
fn done(headers: &HeaderMap) -> Response {
    if page::wants_json(headers) { StatusCode::NO_CONTENT.into() } else { page::see_other(&list(headers)) }
}

fn list(headers: &HeaderMap) -> String {
    let from = text(headers, header::REFERER).parse::<Uri>().ok();
    let query = from.as_ref().filter(|from| from.path() == "/").and_then(Uri::query);
    query.map_or_else(|| "/".into(), |query| FeedFilter::of_query(query).address(&[]))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
