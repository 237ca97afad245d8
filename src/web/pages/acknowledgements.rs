//! “I have seen this”: what somebody says of a post that asks for it, and that they take it back.

use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::posts::{
        Post, asking,
        receipts::{Done, What},
    },
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm},
        respond::page,
        views::{
            asked::{done, key},
            post::address,
        },
    },
};

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
        Done::Written | Done::NotFound | Done::Marked(_) | Done::TooMany | Done::OwnAnswer => {
            Ok(done(headers, &post))
        }
    }
}

/// A post that asks this person, or did.
async fn find(current: &CurrentUser, app: &App, id: i64) -> Result<Post, Error> {
    let post = current.post(app, id).await?.post;
    let is_asked = post.acknowledge && post.answers.is_none() && asking::reaches(&post, &current.user);
    if is_asked { Ok(post) } else { Err(Error::NotFound) }
}
