//! The session's cookie: read before a handler runs, set or removed after it.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Middleware, Request, Response, handler,
    http::{HeaderValue, header},
    web::Json,
};
use serde_json::{Value, json};
use tower_sessions::{
    Session,
    cookie::{Cookie, SameSite, time::Duration},
    session::Id,
};

use super::{
    auth::Visitor,
    device::Device,
    error::{self, Error},
};
use crate::{
    app::App,
    session_store::{self, ADDRESS, AGENT, BY_SIGNING_IN, PROOF, Store, USER},
    users::User,
};

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
        Err(error) if session_store::is_refusal(&error) => {
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

/// Middleware: puts the request's `Session` into it, and says in the answer's cookie what became of it.
#[derive(Debug)]
pub struct Sessions {
    store: Arc<Store>,
    is_https: bool,
}

impl Sessions {
    /// Sessions in the app's database.
    pub fn new(app: &App) -> Self {
        let store = Store { db: app.db.clone(), lifetime: app.config.lifetime() };
        Self { store: Arc::new(store), is_https: app.config.is_https() }
    }
}

impl<E: Endpoint> Middleware<E> for Sessions {
    type Output = SessionsEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        SessionsEndpoint { inner, store: self.store.clone(), is_https: self.is_https }
    }
}

/// An endpoint whose requests have a `Session`.
#[derive(Debug)]
pub struct SessionsEndpoint<E> {
    inner: E,
    store: Arc<Store>,
    is_https: bool,
}

impl<E: Endpoint> Endpoint for SessionsEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let had = session_id(&request, self.cookie_name());
        // When it ends is the store's to say.
        let session = Session::new(had, self.store.clone(), None);
        request.extensions_mut().insert(session.clone());

        // An error is an answer too, and the session may have changed before it.
        let mut response =
            self.inner.call(request).await.map_or_else(error::as_page, IntoResponse::into_response);
        let cookie = match session.id() {
            Some(id) if had != Some(id) => Some(self.cookie(id.to_string(), self.lifetime())),
            None if had.is_some() => Some(self.cookie(String::new(), Duration::ZERO)),
            _ => None,
        };
        if let Some(cookie) = cookie {
            let value = HeaderValue::from_str(&cookie.to_string()).expect("a session's cookie is ASCII");
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(response)
    }
}

impl<E> SessionsEndpoint<E> {
    /// With the prefix, browsers take the cookie from this very host over https only (RFC 6265bis, 4.1.3).
    fn cookie_name(&self) -> &'static str {
        if self.is_https { "__Host-sid" } else { "sid" }
    }

    /// The cookie only has to outlive the session.
    fn lifetime(&self) -> Duration {
        self.store.lifetime.absolute.try_into().unwrap_or(Duration::MAX)
    }

    /// Removing a cookie takes the same attributes as setting it, or browsers keep it.
    fn cookie(&self, value: String, age: Duration) -> Cookie<'static> {
        Cookie::build((self.cookie_name(), value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.is_https)
            .path("/")
            .max_age(age)
            .build()
    }
}

fn session_id(request: &Request, name: &str) -> Option<Id> {
    let sent = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = sent.flat_map(Cookie::split_parse).filter_map(std::result::Result::ok);
    cookies.find(|cookie| cookie.name() == name)?.value().parse().ok()
}
