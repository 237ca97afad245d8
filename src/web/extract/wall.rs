//! Which wall a screen shows: told by the cookie that it got when it opened the wall's link.

use poem::{
    FromRequest, Request, RequestBody, Result,
    http::{HeaderMap, header},
};
use tower_sessions::cookie::{Cookie, SameSite, time::Duration};

use crate::{
    app::App,
    db,
    domain::{
        rights,
        walls::{self, Wall},
    },
    ids::{ListenerId, WallId},
    live::{listeners::Listener, right::Right},
    web::{
        error::Error,
        extract::{client::Client, session::MAX_COOKIES},
    },
};

/// Browsers keep no cookie for longer. It is set anew whenever the screen opens its page or its stream.
const COOKIE_AGE: Duration = Duration::days(400);

/// The wall of the address that was asked for, if it is this screen's, and the cookie by which.
#[derive(Debug)]
pub struct Screen(pub Option<(Wall, String)>);

/// A screen that may open its stream, by what it is known, and its cookie; nothing without a right.
#[derive(Debug)]
pub struct WallListener(pub Option<(String, Listener, String)>);

impl<'a> FromRequest<'a> for Screen {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let app = request.data::<App>().ok_or(Error::NotFound)?;
        let wall = WallId(request.path_params::<i64>()?);
        let found = find(app, request.headers(), wall).await?;
        if found.is_some() {
            touch(app, request, wall);
        }
        Ok(Self(found))
    }
}

impl<'a> FromRequest<'a> for WallListener {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let app = request.data::<App>().ok_or(Error::NotFound)?;
        // An id that is no number is the id of nothing.
        let Ok(wall) = request.path_params::<i64>().map(WallId) else { return Ok(Self(None)) };
        for cookie in sent(app, request.headers(), wall) {
            let key = walls::key(&cookie);
            let look_up = async {
                let found = db::with_timeout(walls::find(&app.db.read, wall, &cookie)).await?;
                let (id, right) = (ListenerId::Wall(wall), Right::Wall(wall));
                Ok::<_, Error>(found.map(|_| Listener { id, right, ends_ms: i64::MAX }))
            };
            if let Some(listener) = rights::listener(&app.db, &app.listeners, &key, look_up).await? {
                touch(app, request, wall);
                return Ok(Self(Some((key, listener, cookie))));
            }
        }
        Ok(Self(None))
    }
}

/// What a browser sent for this wall.
pub fn sent(app: &App, headers: &HeaderMap, wall: WallId) -> Vec<String> {
    let ours = beginning(app, wall);
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(name, _)| name.starts_with(&ours))
        .map(|(_, value)| value.to_owned())
        .take(MAX_COOKIES)
        .collect()
}

/// What a screen is to keep for this wall.
pub fn cookie(app: &App, wall: &Wall, value: String) -> Cookie<'static> {
    // Browsers send a host's cookies to every port of it: another server's wall of this number has another secret.
    let mark: String = wall.secret_hash.chars().take(8).collect();
    let name = format!("{}{mark}", beginning(app, wall.wall_id()));
    Cookie::build((name, value))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.config.is_https())
        .path("/")
        .max_age(COOKIE_AGE)
        .build()
}

async fn find(app: &App, headers: &HeaderMap, wall: WallId) -> Result<Option<(Wall, String)>, Error> {
    for cookie in sent(app, headers, wall) {
        if let Some(found) = db::with_timeout(walls::find(&app.db.read, wall, &cookie)).await? {
            return Ok(Some((found, cookie)));
        }
    }
    Ok(None)
}

fn touch(app: &App, request: &Request, wall: WallId) {
    app.activity.touch(ListenerId::Wall(wall), &Right::Wall(wall), Client::of(request).0);
}

fn beginning(app: &App, wall: WallId) -> String {
    let prefix = if app.config.is_https() { "__Host-" } else { "" };
    format!("{prefix}wall-{}-", wall.0)
}
