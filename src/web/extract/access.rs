//! Who asks: what handlers put into their signature, so that rights are read where the handler begins.

use std::net::IpAddr;

use poem::{FromRequest, Request, RequestBody, Result, http::Method};
use tower_sessions::Session;

use crate::{
    app::App,
    db,
    domain::{
        audit::{Action, Actor, Entry},
        posts::Author,
        preferences, rights,
        sessions::{self, AsOf, SignedIn, USER},
        users::User,
    },
    ids::SessionKey,
    live::{audience::Viewer, listeners::Listener, right::Right},
    text::{self, Language},
    web::{
        error::Error,
        extract::{
            client::Client,
            frame::{self, Frame},
            session::Found,
            unsent_form::{SignInToSend, UnsentForm},
        },
    },
};

mod posts;

/// Scripts that ask without anybody's doing send this header, whatever its value.
const BY_ITSELF: &str = "tidings-by-itself";

/// Somebody who is signed in and enabled; anybody else is led to sign in.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    pub user: User,
    pub session: SessionKey,
    /// When they last typed their password in it, in Unix milliseconds.
    pub confirmed_ms: i64,
    /// Whether others use the computer, too.
    pub is_shared: bool,
    pub address: IpAddr,
    /// As of which numbers they are who they are.
    pub as_of: AsOf,
}

impl CurrentUser {
    /// As the audit log names them.
    pub fn by(&self) -> Actor {
        Actor::user(&self.user, self.address)
    }

    /// As they publish: to whomever they like.
    pub fn author(&self) -> Author {
        Author { user: self.user.user_id(), by: self.by(), only: None, token: None }
    }
}

/// Somebody who may post; a member gets 403.
#[derive(Clone, Debug)]
pub struct Publisher(pub CurrentUser);

/// A signed-in admin; anybody else who is signed in gets 403.
#[derive(Clone, Debug)]
pub struct Admin(pub CurrentUser);

/// Anybody, signed in or not. AskingSession who they are does not count as using their session: scripts do it.
#[derive(Clone, Debug)]
pub struct Visitor(pub Option<CurrentUser>);

/// Who may open a page's stream, and by which session; nobody without one.
#[derive(Clone, Debug)]
pub struct PageListener(pub Option<(SessionKey, Listener)>);

impl<'a> FromRequest<'a> for CurrentUser {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let Some(current) = find(request).await? else { return Err(sign_in_first(request, body).await) };
        if let Some(app) = request.data::<App>() {
            let (right, from) = (Right::Session(current.session.clone()), Client::of(request));
            // What a page asks by itself is no use of it.
            if !request.headers().contains_key(BY_ITSELF) {
                app.activity.touch(current.user.user_id(), &right, from.0);
            }
            current.set_frame(app).await?;
        }
        Ok(current)
    }
}

impl CurrentUser {
    /// Says for the page that they get what its frame says of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn set_frame(&self, app: &App) -> Result<(), Error> {
        let (is_shared, view_is_use) = (self.is_shared, app.config.view_is_use && !self.is_shared);
        let has_boards = has_boards(app, &self.user).await?;
        let has_posts = has_posts(app, &self.user, self.as_of).await?;
        frame::set(Frame { has_boards, has_posts, is_shared, view_is_use });
        Ok(())
    }
}

/// Whether there is a board that they may see. Mostly memory knows.
async fn has_boards(app: &App, user: &User) -> Result<bool, Error> {
    match app.state.has_boards() {
        (false, _) => Ok(false),
        (true, true) if !user.external => Ok(true),
        (true, _) => {
            let viewer = db::with_timeout(Viewer::load(&app.db.read, user.user_id())).await?;
            Ok(app.state.has_boards_for(&viewer))
        }
    }
}

/// Whether somebody who may not post coordinates something, or wrote something earlier.
async fn has_posts(app: &App, user: &User, as_of: AsOf) -> Result<bool, Error> {
    match user.may_post() {
        true => Ok(false),
        false => Ok(db::with_timeout(app.looked_after.by(user.user_id(), as_of.log())).await?),
    }
}

impl<'a> FromRequest<'a> for Publisher {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        allow(request, body, User::may_post).await.map(Self)
    }
}

impl<'a> FromRequest<'a> for Admin {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        allow(request, body, User::is_admin).await.map(Self)
    }
}

async fn allow(
    request: &Request,
    body: &mut RequestBody,
    may: impl FnOnce(&User) -> bool,
) -> Result<CurrentUser> {
    let current = CurrentUser::from_request(request, body).await?;
    if !may(&current.user) {
        note_refusal(request, &current);
        return Err(Error::Forbidden.into());
    }
    Ok(current)
}

impl<'a> FromRequest<'a> for Visitor {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self(find(request).await?))
    }
}

impl<'a> FromRequest<'a> for PageListener {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let (Some(session), Some(app)) = (request.data::<Session>(), request.data::<App>()) else {
            return Ok(Self(None));
        };
        let Some(id) = session.id() else { return Ok(Self(None)) };
        let key = SessionKey::of(&id);
        let look_up = async {
            let Some(current) = find(request).await? else { return Ok(None) };
            let (user, right) = (current.user.user_id(), Right::Session(current.session));
            let ends_ms = rights::ends_ms(&app.db.read, &right).await?;
            Ok::<_, Error>(ends_ms.map(|ends_ms| Listener { id: user.into(), right, ends_ms }))
        };
        let found = rights::listener(&app.db, &app.listeners, key.as_str(), look_up).await?;
        Ok(Self(found.map(|listener| (key, listener))))
    }
}

/// Leads to the page for signing in, and what was typed with it.
async fn sign_in_first(request: &Request, body: &mut RequestBody) -> poem::Error {
    if *request.method() == Method::GET {
        let next = request.original_uri().path_and_query().map_or("/", |uri| uri.as_str());
        return Error::SignInFirst { next: next.into() }.into();
    }
    match UnsentForm::sent(request, body).await {
        Ok(Some(unsent)) => SignInToSend(unsent).into(),
        // What a form was sent to is no page to come back to.
        Ok(None) => Error::SignInFirst { next: "/".into() }.into(),
        Err(error) => error.into(),
    }
}

fn note_refusal(request: &Request, current: &CurrentUser) {
    let Some(app) = request.data::<App>() else { return };
    let asked = format!("{} {}", request.method(), request.original_uri().path());
    app.failures.record(Entry::refused(&current.by(), Action::Access, "").detail(asked));
}

/// What is kept of a request, to find out who asked when it is gone: for a page that says what went wrong.
#[derive(Debug)]
pub struct Asker(Box<(Session, App)>);

impl Asker {
    /// None, if the request came without a session.
    pub fn of(request: &Request) -> Option<Self> {
        let session = request.data::<Session>().filter(|session| session.id().is_some())?;
        Some(Self(Box::new((session.clone(), request.data::<App>()?.clone()))))
    }

    /// Who it was, as far as that can be told.
    pub async fn user(self) -> Option<User> {
        let (session, app) = *self.0;
        let found = db::with_timeout(signed_in(&session, &app)).await.ok().flatten();
        let SignedIn { user, is_shared, as_of, .. } = found?;
        let has_boards = has_boards(&app, &user).await.unwrap_or_default();
        let has_posts = has_posts(&app, &user, as_of).await.unwrap_or_default();
        frame::set(Frame { has_boards, has_posts, is_shared, view_is_use: false });
        Some(user)
    }
}

/// Always from the tables: a right that was lost a moment ago is lost here.
async fn find(request: &Request) -> Result<Option<CurrentUser>, Error> {
    db::with_timeout(look_up(request)).await
}

async fn signed_in(session: &Session, app: &App) -> Result<Option<SignedIn>, Error> {
    let Some(id) = session.id() else { return Ok(None) };
    let lifetime = app.config.lifetime();
    let Some(found) = sessions::signed_in(&app.db, lifetime, &SessionKey::of(&id)).await? else {
        // A session that is gone forgets its id, so that the browser is told to forget it, too.
        session.get_value(USER).await?;
        return Ok(None);
    };
    if let Some(language) = found.user.language.as_deref() {
        Language::of_tag(language).into_iter().for_each(text::choose);
    }
    if let Some(zone) = preferences::zone(&found.user) {
        text::choose_zone(zone);
    }
    Ok(Some(found))
}

async fn look_up(request: &Request) -> Result<Option<CurrentUser>, Error> {
    let (Some(session), Some(app)) = (request.data::<Session>(), request.data::<App>()) else {
        return Ok(None);
    };
    let Some(id) = session.id() else { return Ok(None) };
    let Some(SignedIn { user, confirmed_ms, is_shared, as_of }) = signed_in(session, app).await? else {
        return Ok(None);
    };
    if let Some(found) = request.data::<Found>() {
        found.note();
    }
    let address = Client::of(request).0;
    Ok(Some(CurrentUser { user, session: SessionKey::of(&id), address, confirmed_ms, is_shared, as_of }))
}
