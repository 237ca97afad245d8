//! The critical alerts that somebody has not taken notice of, for the bar on every page of theirs.

use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Path},
};
use serde::Serialize;

use crate::{
    app::App,
    domain::posts::{Post, alerts},
    web::{
        error::Error,
        extract::access::{CurrentUser, Visitor},
        respond::page,
        views::post,
    },
};

#[derive(Serialize)]
struct Unnoticed {
    /// Whose: a page that was made for somebody else shows nothing of it. Nobody's without a session.
    user: Option<i64>,
    alerts: Vec<Alert>,
}

#[derive(Serialize)]
struct Alert {
    post: i64,
    /// It says whether it is a drill.
    title: String,
    drill: bool,
    url: String,
}

/// `GET /alerts`: the newest of them, as JSON. Scripts ask by themselves, so it is no use of the session.
#[handler]
pub async fn list(visitor: Visitor, app: Data<&App>) -> Result<Response, Error> {
    let user = visitor.0.map(|current| current.user);
    let found = match &user {
        Some(user) => alerts::unnoticed(&app.db.read, user, alerts::MAX_SHOWN).await?,
        None => Vec::new(),
    };
    let alert = |post: Post| Alert {
        url: post::address(&post),
        post: post.id,
        title: post::marked_title(&post),
        drill: post.drill,
    };
    let alerts = found.into_iter().map(alert).collect();
    let body = Unnoticed { user: user.map(|user| user.id), alerts };
    let body = serde_json::to_string(&body).expect("numbers and strings always serialise");
    Ok(Response::builder().content_type("application/json").body(body))
}

/// `POST /posts/{id}/dismissal`: puts one away. A script gets 204, a form is led to the feed.
#[handler]
pub async fn dismiss(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let found = current.post(&app, id).await?;
    if alerts::is_shown(&found.post) {
        alerts::mark(&app.db.write, &current.user, [id]).await?;
    }
    if page::wants_json(headers) {
        return Ok(StatusCode::NO_CONTENT.into());
    }
    Ok(page::see_other("/"))
}
