//! The session's cookie: read before a handler runs, set or removed after it.
//!
//! Its name carries the instance. What is called so is ours; anything else is another's, on this host, and is left
//! alone. Builds before this one called it `sid`, or `__Host-sid`: whoever comes with a session under that name is
//! moved, and while a node of such a build is at work beside this one, the cookie has both names.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Middleware, Request, Response,
    http::{HeaderValue, header},
};
use tower_sessions::Session;

use crate::{
    app::App,
    domain::{
        instance::Instance,
        sessions::{self, ADDRESS, AGENT, BY_SIGNING_IN, PROOF, SHARED, Store, USER},
    },
    ids::UserId,
    web::{
        error::Error,
        extract::{device::Device, session::Found},
        middleware::secret_addresses,
    },
};

mod cookies;

/// What a session is begun by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Somebody signs in.
    SignIn,
    /// Somebody who is signed in changes their password.
    NewPassword,
}

/// Begins a session of this user, whose password, of this hash, was found right just now. It has an id of its own: one that
/// somebody else may know is never raised to new rights. Whether it has begun: not when they were disabled, or the
/// password was changed, in the meantime. On a shared computer it ends soon, and with the browser.
pub async fn begin(
    session: &Session,
    user: UserId,
    hash: &str,
    device: &Device,
    by: Beginning,
    is_shared: bool,
) -> Result<bool, Error> {
    if session.id().is_some() {
        session.cycle_id().await?;
        session.clear().await;
    }
    session.insert(USER, user.0).await?;
    session.insert(PROOF, hash).await?;
    session.insert(AGENT, &device.agent).await?;
    session.insert(ADDRESS, device.address).await?;
    session.insert(BY_SIGNING_IN, by == Beginning::SignIn).await?;
    if is_shared || device.is_shared {
        session.insert(SHARED, true).await?;
    }
    match session.save().await {
        Ok(()) => Ok(true),
        Err(error) if sessions::is_refusal(&error) => {
            session.clear().await;
            Ok(false)
        }
        Err(error) => Err(error.into()),
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
        let store = Store { changes: app.changes.clone(), lifetime: app.config.lifetime() };
        let is_https = app.config.is_https();
        let name = format!("{}-{}", cookies::old_name(is_https), app.instance.name());
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
        if secret_addresses::is_one(request.uri().path()) {
            return Ok(self.inner.call(request).await?.into_response());
        }
        let sent = self.sessions.sent(request.headers());
        let found = Found::default();
        let had = self.sessions.choose(&sent, &found).await;
        // When it ends is the store's to say.
        let session = Session::new(had, self.sessions.store.clone(), None);
        request.extensions_mut().insert(session.clone());
        request.extensions_mut().insert(found.clone());

        // Errors are answers by now: the session may have changed before one, too.
        let mut response = self.inner.call(request).await?.into_response();
        let had = had.filter(|_| found.is_noted());
        let is_new = session.id().is_some() && session.id() != had;
        let is_shared = is_new && session.get(SHARED).await.ok().flatten().unwrap_or_default();
        for cookie in self.sessions.cookies(&sent, had, session.id(), is_shared) {
            let value = HeaderValue::from_str(&cookie.to_string()).expect("a session's cookie is ASCII");
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(response)
    }
}
