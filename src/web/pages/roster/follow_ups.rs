//! What is done for a post from its roster: readers are reminded, and what goes out by itself is stopped.

use poem::{
    IntoResponse, Response, handler,
    http::HeaderMap,
    web::{Data, Json, Path},
};
use serde_json::json;

use super::find;
use crate::{
    app::App,
    domain::posts::{Published, escalation, reminders, roster_header},
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm},
        respond::{notice, page},
        views::{asked::key, post_form::new_key},
    },
};

/// `POST /admin/posts/{id}/reminder`: tells who is asked still, and leads back to the roster, which says how many that were.
#[handler]
pub async fn remind(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let (Published { post, .. }, view) = find(&app, &current, id).await?;
    if !post.is_asking() {
        return Err(Error::NotFound);
    }
    let key = key(&fields).unwrap_or_else(new_key);
    let reminded = reminders::remind(&app.changes, &current.by(), &post, view, &key).await?;
    if page::wants_json(headers) {
        return Ok(Json(json!({ "reminded": reminded })).into_response());
    }
    Ok(page::see_other(&format!("/admin/posts/{id}/roster?reminded={reminded}")))
}

/// `POST /admin/posts/{id}/reminders/removal`: has it remind nobody any more by itself.
#[handler]
pub async fn stop_reminders(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let (mut change, post) = current.hold_post(&app, id).await?;
    let is_stopped = reminders::schedule::stop(&mut change, &current.by(), &post).await?;
    roster_header::commit_stop(change, is_stopped, &app.log, &app.hub).await?;
    Ok(notice::done(headers, &format!("/admin/posts/{id}/roster"), "reminders-stopped"))
}

/// `POST /admin/posts/{id}/escalation/removal`: has it go to nobody else.
#[handler]
pub async fn stop_escalation(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let (mut change, post) = current.hold_post(&app, id).await?;
    let is_stopped = escalation::stop(&mut change, &current.by(), &post).await?;
    roster_header::commit_stop(change, is_stopped, &app.log, &app.hub).await?;
    Ok(notice::done(headers, &format!("/admin/posts/{id}/roster"), "escalation-stopped"))
}
