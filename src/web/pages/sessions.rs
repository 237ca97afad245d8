//! Who is signed in, and the buttons that end sessions.

use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Json, Path},
};
use serde_json::{Value, json};

use crate::{
    app::App,
    domain::{access, audit::Actor, posts::receipts, users},
    ids::{SessionKey, UserId},
    live::audience::Viewer,
    web::{
        error::Error,
        extract::access::{Admin, CurrentUser, Visitor},
        respond::notice,
        views::user,
    },
};

/// `GET /session`: who is signed in, and how many posts they have not read, for scripts; 200 whoever asks.
#[handler]
pub async fn show_current(visitor: Visitor, app: Data<&App>) -> Result<Json<Value>, Error> {
    let Some(current) = visitor.0 else { return Ok(Json(json!({ "user": null }))) };
    let viewer = Viewer::load(&app.db.read, current.user.user_id()).await?;
    let unread = receipts::unread(&app.db.read, &viewer).await?.posts.len();
    let user = json!({ "id": current.user.id, "name": current.user.name });
    Ok(Json(json!({ "user": user, "unread": unread })))
}

/// `POST /session/use`: a page is in view, where the operator counts that as use; whoever comes here is noted as every
/// visitor of a page is.
#[handler]
pub async fn note_use(current: CurrentUser, app: Data<&App>) -> Result<StatusCode, Error> {
    if app.config.view_is_use && !current.is_shared {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::NotFound)
    }
}

/// `POST /account/sessions/{key}/revocation`: ends one of one's own.
#[handler]
pub async fn end_own(
    current: CurrentUser,
    app: Data<&App>,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    end(&app, &current.by(), current.user.user_id(), key).await?;
    Ok(notice::lead_to("/account", "signed-out"))
}

/// `POST /account/sessions/revocation`: ends all of one's own but the one that asks.
#[handler]
pub async fn end_own_others(current: CurrentUser, app: Data<&App>) -> Result<Response, Error> {
    access::revoke_sessions(&app.changes, &current.by(), current.user.user_id(), Some(&current.session))
        .await?;
    Ok(notice::lead_to("/account", "signed-out"))
}

/// `POST /admin/people/{id}/sessions/{key}/revocation`: ends one of somebody's.
#[handler]
pub async fn end_of_user(
    admin: Admin,
    app: Data<&App>,
    Path((id, key)): Path<(i64, String)>,
) -> Result<Response, Error> {
    end(&app, &admin.0.by(), UserId(id), key).await?;
    Ok(user::lead_to(UserId(id), "signed-out"))
}

/// `POST /admin/people/{id}/sessions/revocation`: ends all of somebody's.
#[handler]
pub async fn end_all_of_user(admin: Admin, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    users::find(&app.db.read, UserId(id)).await?.ok_or(Error::NotFound)?;
    access::revoke_sessions(&app.changes, &admin.0.by(), UserId(id), None).await?;
    Ok(user::lead_to(UserId(id), "signed-out"))
}

async fn end(app: &App, by: &Actor, user: UserId, key: String) -> Result<(), Error> {
    if !access::revoke_session(&app.changes, by, user, SessionKey::stored(key)).await? {
        return Err(Error::NotFound);
    }
    Ok(())
}
