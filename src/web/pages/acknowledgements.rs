//! “I have seen this”: what somebody says of a post that asks for it, and that they take it back.

use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode, Uri, header},
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::posts::{
        self, Post, asking,
        receipts::{Done, What},
    },
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm},
        respond::page,
        views::{came_from, post::address},
    },
};

/// Characters by which what comes again is known.
const MAX_KEY: usize = 64;

/// `POST /posts/{id}/acknowledgement`: they have seen it. With a `key`, what comes again is done once.
#[handler]
pub async fn create(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let post = find(&current, &app, id).await?;
    let what = What::acknowledge(&post, key(&fields));
    app.receipt_queue.write(current.user.user_id(), what).await?;
    Ok(done(headers, &post))
}

/// `POST /posts/{id}/acknowledgement/removal`: they take it back, within five minutes.
#[handler]
pub async fn remove(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let post = find(&current, &app, id).await?;
    let what = What::take_back(&post, key(&fields));
    match app.receipt_queue.write(current.user.user_id(), what).await? {
        Done::TooLate if page::wants_json(headers) => Ok(StatusCode::CONFLICT.into()),
        Done::TooLate => Ok(page::see_other(&format!("{}?done=too-late", address(&post)))),
        // Whoever takes back what is not there has what they want.
        Done::Written | Done::NotFound | Done::Marked(_) => Ok(done(headers, &post)),
    }
}

/// A post that asks this person, or did.
async fn find(current: &CurrentUser, app: &App, id: i64) -> Result<Post, Error> {
    let found = posts::find(&app.db.read, current.user.user_id(), id).await?;
    let found = found.map(|found| found.post);
    found.filter(|post| post.acknowledge && asking::reaches(post, &current.user)).ok_or(Error::NotFound)
}

fn key(fields: &SmallForm) -> Option<String> {
    let sent = fields.one("key");
    let is_key = (1..=MAX_KEY).contains(&sent.len()) && sent.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_key.then_some(sent)
}

/// A script gets 204; a form is led back to where it stood.
fn done(headers: &HeaderMap, post: &Post) -> Response {
    if page::wants_json(headers) {
        return StatusCode::NO_CONTENT.into();
    }
    let from = headers.get(header::REFERER).and_then(|from| from.to_str().ok()?.parse::<Uri>().ok());
    let own = address(post);
    match from.is_some_and(|from| from.path() == own) {
        true => page::see_other(&own),
        false => page::see_other(&came_from::list_address(headers)),
    }
}
