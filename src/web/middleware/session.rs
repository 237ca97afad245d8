//! The session's cookie: read before a handler runs, set or removed after it.
//!
//! Its name carries the instance. What is called so is ours; anything else is another's, on this host, and is left
//! alone. Builds before this one called it `sid`, or `__Host-sid`: whoever comes with a session under that name is
//! moved, and while a node of such a build is at work beside this one, the cookie has both names.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use poem::{
    Endpoint, IntoResponse, Middleware, Request, Response, handler,
    http::{HeaderMap, HeaderValue, header},
    web::Json,
};
use serde_json::{Value, json};
use tower_sessions::{
    Session,
    cookie::{Cookie, SameSite, time::Duration},
    session::Id,
};

use crate::{
    app::App,
    db,
    domain::{
        instance::Instance,
        sessions::{self, ADDRESS, AGENT, BY_SIGNING_IN, PROOF, Store, USER},
        users::User,
    },
    ids::SessionKey,
    web::{
        extract::{auth::Visitor, device::Device},
        respond::error::{self, Error},
    },
};

/// Somebody else's page may leave cookies of our name in a browser (RFC 6265, 8.6). So many are looked at.
const MOST_LOOKED_AT: usize = 4;

/// What a session is begun by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Somebody signs in.
    SignIn,
    /// Somebody who is signed in changes their password.
    NewPassword,
}

/// Begins a session of this person, whose password was found right just now. It has an id of its own: one that
/// somebody else may know is never raised to new rights. Whether it has begun: not when they were disabled, or the
/// password was changed, in the meantime.
pub async fn begin(session: &Session, user: &User, device: &Device, by: Beginning) -> Result<bool, Error> {
    if session.id().is_some() {
        session.cycle_id().await?;
        session.clear().await;
    }
    session.insert(USER, user.id).await?;
    session.insert(PROOF, &user.password_hash).await?;
    session.insert(AGENT, &device.agent).await?;
    session.insert(ADDRESS, device.address).await?;
    session.insert(BY_SIGNING_IN, by == Beginning::SignIn).await?;
    match session.save().await {
        Ok(()) => Ok(true),
        Err(error) if sessions::is_refusal(&error) => {
            session.clear().await;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /session`: who is signed in, for scripts; always 200.
#[handler]
pub async fn show(visitor: Visitor) -> Json<Value> {
    let user = visitor.0.map(|current| json!({ "id": current.user.id, "name": current.user.name }));
    Json(json!({ "user": user }))
}

/// Noted by whoever finds the request's session in its table.
#[derive(Clone, Debug, Default)]
pub struct Found(Arc<AtomicBool>);

impl Found {
    /// The session is there.
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Middleware: puts the request's `Session` into it, and says in the answer's cookie what became of it.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: Arc<Store>,
    instance: Instance,
    is_https: bool,
    name: String,
}

impl Sessions {
    /// Sessions in the app's database.
    pub fn new(app: &App) -> Self {
        let store = Store { db: app.db.clone(), lifetime: app.config.lifetime() };
        let is_https = app.config.is_https();
        let name = format!("{}-{}", old_name(is_https), app.instance.name());
        Self { store: Arc::new(store), instance: app.instance.clone(), is_https, name }
    }
}

impl<E: Endpoint> Middleware<E> for Sessions {
    type Output = SessionsEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        SessionsEndpoint { inner, sessions: self.clone() }
    }
}

/// An endpoint whose requests have a `Session`.
#[derive(Debug)]
pub struct SessionsEndpoint<E> {
    inner: E,
    sessions: Sessions,
}

impl<E: Endpoint> Endpoint for SessionsEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let sent = self.sessions.sent(request.headers());
        let found = Found::default();
        let had = self.sessions.choose(&sent, &found).await;
        // When it ends is the store's to say.
        let session = Session::new(had, self.sessions.store.clone(), None);
        request.extensions_mut().insert(session.clone());
        request.extensions_mut().insert(found.clone());

        // An error is an answer too, and the session may have changed before it.
        let mut response =
            self.inner.call(request).await.map_or_else(error::as_page, IntoResponse::into_response);
        let had = had.filter(|_| found.is_noted());
        for cookie in self.sessions.cookies(&sent, had, session.id()) {
            let value = HeaderValue::from_str(&cookie.to_string()).expect("a session's cookie is ASCII");
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(response)
    }
}

/// The sessions that a request names.
#[derive(Debug, Default)]
struct Sent {
    /// By our name.
    ours: Vec<Id>,
    /// By the name that every instance had.
    old: Vec<Id>,
}

impl Sessions {
    fn sent(&self, headers: &HeaderMap) -> Sent {
        let mut sent = Sent::default();
        let old = old_name(self.is_https);
        for (name, value) in cookies(headers) {
            if name == self.name.as_bytes() {
                sent.ours.extend(id(value));
            } else if name == old.as_bytes() {
                sent.old.extend(id(value));
            }
        }
        sent
    }

    /// The session that the request is of. One alone is looked for where somebody asks for it; of several, it is the
    /// first that is there.
    async fn choose(&self, sent: &Sent, found: &Found) -> Option<Id> {
        let mut candidates: Vec<Id> = Vec::with_capacity(MOST_LOOKED_AT);
        for id in sent.ours.iter().chain(&sent.old) {
            if candidates.len() < MOST_LOOKED_AT && !candidates.contains(id) {
                candidates.push(*id);
            }
        }
        if candidates.len() > 1 {
            for id in &candidates {
                let key = SessionKey::of(id);
                match db::with_timeout(sessions::expiry(&self.store.db.read, &key)).await {
                    Ok(Some(_)) => {
                        found.note();
                        return Some(*id);
                    }
                    Ok(None) => {}
                    // Whoever needs the session finds out, and says it.
                    Err(_) => break,
                }
            }
        }
        candidates.first().copied()
    }

    /// What the answer says of the cookies: `had` is the session that the request came with, if it is known to have
    /// been there, and `has` what the browser is to have now.
    fn cookies(&self, sent: &Sent, had: Option<Id>, has: Option<Id>) -> Vec<Cookie<'static>> {
        let old = old_name(self.is_https);
        let older_beside = self.instance.has_older_beside();
        let is_ours = |id: &Id| sent.ours.contains(id) || had == Some(*id);
        let mut cookies = Vec::new();
        match has {
            Some(id) if !sent.ours.contains(&id) && (had == has || !sent.old.contains(&id)) => {
                cookies.push(self.set(&self.name, id));
                if older_beside {
                    cookies.push(self.set(old, id));
                    return cookies;
                }
            }
            Some(_) => {}
            None if !sent.ours.is_empty() => cookies.push(self.removed(&self.name)),
            None => {}
        }
        let is_over = has.is_none() || !older_beside;
        if is_over && sent.old.iter().any(is_ours) {
            cookies.push(self.removed(old));
        }
        cookies
    }

    fn set(&self, name: &str, id: Id) -> Cookie<'static> {
        // The cookie only has to outlive the session.
        let age = self.store.lifetime.absolute.try_into().unwrap_or(Duration::MAX);
        self.cookie(name, id.to_string(), age)
    }

    fn removed(&self, name: &str) -> Cookie<'static> {
        self.cookie(name, String::new(), Duration::ZERO)
    }

    /// Removing a cookie takes the same attributes as setting it, or browsers keep it.
    fn cookie(&self, name: &str, value: String, age: Duration) -> Cookie<'static> {
        Cookie::build((name.to_owned(), value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.is_https)
            .path("/")
            .max_age(age)
            .build()
    }
}

/// With the prefix, browsers take the cookie from this very host over https only (RFC 6265bis, 4.1.3).
fn old_name(is_https: bool) -> &'static str {
    if is_https { "__Host-sid" } else { "sid" }
}

/// Every cookie of a request, by itself: what another program left on this host may be any bytes.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let pairs =
        headers.get_all(header::COOKIE).iter().flat_map(|value| value.as_bytes().split(|b| *b == b';'));
    pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii()))
    })
}

fn id(value: &[u8]) -> Option<Id> {
    std::str::from_utf8(value).ok()?.parse().ok()
}
