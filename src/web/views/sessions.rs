//! Where somebody is signed in: the list on their own page, and on the one that admins see.

use std::collections::HashSet;

use crate::{
    app::App,
    clock::Moment,
    domain::{nodes, sessions},
    ids::{SessionKey, UserId},
    web::{
        error::Error,
        extract::{access::CurrentUser, device},
    },
};

/// The sessions of one user.
pub struct SessionsView {
    /// What the addresses of the buttons begin with.
    pub address: String,
    pub rows: Vec<SessionView>,
}

pub struct SessionView {
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

impl SessionsView {
    /// Where `user` is signed in, for `viewer`.
    pub async fn of(app: &App, user: UserId, viewer: &CurrentUser, address: String) -> Result<Self, Error> {
        let found = sessions::all_of(&app.db.read, user).await?;
        let live = live(app, user, &found).await?;
        let zone = &app.config.time_zone;
        let row = |row: sessions::Session| {
            let session = SessionKey::stored(row.key);
            SessionView {
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
    if app.hub.is_live_elsewhere(user) {
        let keys: Vec<_> = rows.iter().map(|row| SessionKey::stored(row.key.clone())).collect();
        live.extend(nodes::live_sessions(&app.db.read, app.node, &keys).await?);
    }
    Ok(live)
}
