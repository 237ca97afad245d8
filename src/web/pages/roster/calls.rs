//! Calls for help on a roster: who takes one, and who gives it back.

use poem::{
    IntoResponse, Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Path},
};
use serde_json::json;

use super::find;
use crate::{
    app::App,
    domain::{
        posts::{
            Post, Published,
            calls::{self, Taken},
            roster,
        },
        users,
    },
    ids::UserId,
    text,
    web::{error::Error, extract::access::CurrentUser, respond::page},
};

/// `POST /admin/posts/{id}/people/{person}/taking`: one helps them.
#[handler]
pub async fn take(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path((id, person)): Path<(i64, i64)>,
) -> Result<Response, Error> {
    let post = known(&app, &current, id, person).await?;
    let taken = calls::take(&app.changes, &current.user, &current.by(), &post, UserId(person)).await?;
    answer(&app, headers, id, taken, "taken").await
}

/// `POST /admin/posts/{id}/people/{person}/taking/removal`: one cannot after all.
#[handler]
pub async fn give_back(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path((id, person)): Path<(i64, i64)>,
) -> Result<Response, Error> {
    let post = known(&app, &current, id, person).await?;
    let taken = calls::give_back(&app.changes, &current.user, &current.by(), &post, UserId(person)).await?;
    answer(&app, headers, id, taken, "given-back").await
}

/// The post, if they may know that this person is on its roster.
async fn known(app: &App, current: &CurrentUser, id: i64, person: i64) -> Result<Post, Error> {
    let (Published { post, .. }, view) = find(app, current, id).await?;
    let entry = roster::entry(&app.db.read, &post, view, UserId(person)).await?;
    entry.map(|_| post).ok_or(Error::NotFound)
}

/// Back to the roster, which says who has it; a script gets 204, or 409.
async fn answer(
    app: &App,
    headers: &HeaderMap,
    post: i64,
    taken: Taken,
    done: &str,
) -> Result<Response, Error> {
    let is_for_script = page::wants_json(headers);
    match taken {
        Taken::NotCalling => Err(Error::NotFound),
        Taken::Done if is_for_script => Ok(StatusCode::NO_CONTENT.into()),
        Taken::Done => Ok(page::see_other(&format!("/admin/posts/{post}/roster?done={done}"))),
        Taken::By(other) if is_for_script => {
            let name = users::find(&app.db.read, other).await?.map(|user| user.name).unwrap_or_default();
            let why = text::of("call-taken").with("name", name).unmarked();
            let body = json!({ "status": 409, "title": why }).to_string();
            let answer = Response::builder().status(StatusCode::CONFLICT);
            Ok(answer.content_type("application/problem+json").body(body).into_response())
        }
        Taken::By(other) => Ok(page::see_other(&format!("/admin/posts/{post}/roster?has={}", other.0))),
    }
}
