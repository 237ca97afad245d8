//! Where somebody is signed in: the list on their own page and on the one that admins see, and its buttons.

use std::collections::HashSet;

use poem::{
    Response, handler,
    web::{Data, Path},
};

use crate::{
    app::App,
    clock::Moment,
    domain::{
        access,
        audit::Actor,
        nodes,
        sessions::{self},
        users::{self},
    },
    ids::{SessionKey, UserId},
    web::{
        extract::{
            auth::{Admin, CurrentUser},
            device,
        },
        respond::{error::Error, page},
    },
};

/// The sessions of one person.
pub struct SignedIn {
    /// What the addresses of the buttons begin with.
    pub address: String,
    /// One a session.
    pub rows: Vec<Row>,
}

/// One session.
pub struct Row {
    /// Names it; not what the browser shows.
    pub key: String,
    /// “Firefox on Linux”.
    pub device: String,
    /// Where it was last seen.
    pub from: String,
    /// When it was made.
    pub since: Moment,
    /// When it was last used.
    pub seen: Moment,
    /// Whether it has a stream open.
    pub live: bool,
    /// Whether it is the one that asks.
    pub here: bool,
}

impl SignedIn {
    /// Where `user` is signed in, for `viewer`.
    pub async fn of(app: &App, user: UserId, viewer: &CurrentUser, address: String) -> Result<Self, Error> {
        let found = sessions::all_of(&app.db.read, user).await?;
        let live = live(app, user, &found).await?;
        let zone = &app.config.time_zone;
        let row = |row: sessions::Session| {
            let session = SessionKey::stored(row.key);
            Row {
                device: device::in_words(&row.agent),
                from: row.address,
                since: Moment::of(row.created_ms, zone),
                seen: Moment::of(row.last_seen_ms, zone),
                here: session == viewer.session,
                live: live.contains(&session),
                key: session.as_str().to_owned(),
            }
        };
        let mut rows: Vec<_> = found.into_iter().map(row).collect();
        rows.sort_by_key(|row| !row.here);
        Ok(Self { address, rows })
    }
}

/// Which of these sessions listen, on this node or on another.
async fn live(app: &App, user: UserId, rows: &[sessions::Session]) -> Result<HashSet<SessionKey>, Error> {
    let mut live = app.hub.sessions_of(user);
    if app.hub.is_elsewhere(user) {
        let keys: Vec<_> = rows.iter().map(|row| SessionKey::stored(row.key.clone())).collect();
        live.extend(nodes::live_sessions(&app.db.read, app.node, &keys).await?);
    }
    Ok(live)
}

/// `POST /account/sessions/{key}/revocation`: ends one of one's own.
#[handler]
pub async fn end_mine(
    current: CurrentUser,
    app: Data<&App>,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    end(&app, &current.by(), current.user.user_id(), key).await?;
    Ok(page::see_other("/account?done=signed-out"))
}

/// `POST /account/sessions/revocation`: ends all of one's own but the one that asks.
#[handler]
pub async fn end_my_others(current: CurrentUser, app: Data<&App>) -> Result<Response, Error> {
    access::revoke_sessions(&app.db, &current.by(), current.user.user_id(), Some(&current.session)).await?;
    app.broker.nudge();
    Ok(page::see_other("/account?done=signed-out"))
}

/// `POST /admin/people/{id}/sessions/{key}/revocation`: ends one of somebody's.
#[handler]
pub async fn end_theirs(
    admin: Admin,
    app: Data<&App>,
    Path((id, key)): Path<(i64, String)>,
) -> Result<Response, Error> {
    end(&app, &admin.0.by(), UserId(id), key).await?;
    Ok(page::see_other(&format!("/admin/people/{id}?done=signed-out")))
}

/// `POST /admin/people/{id}/sessions/revocation`: ends all of somebody's.
#[handler]
pub async fn end_all_theirs(admin: Admin, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    users::find(&app.db.read, UserId(id)).await?.ok_or(Error::NotFound)?;
    access::revoke_sessions(&app.db, &admin.0.by(), UserId(id), None).await?;
    app.broker.nudge();
    Ok(page::see_other(&format!("/admin/people/{id}?done=signed-out")))
}

async fn end(app: &App, by: &Actor, user: UserId, key: String) -> Result<(), Error> {
    if !access::revoke_session(&app.db, by, user, SessionKey::stored(key)).await? {
        return Err(Error::NotFound);
    }
    app.broker.nudge();
    Ok(())
}
