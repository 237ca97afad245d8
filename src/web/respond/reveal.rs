//! What is shown once, after the redirect that follows a form: reloading the page neither makes another nor shows
//! it again.

use poem::{FromRequest, Request, RequestBody};
use tower_sessions::{Session, session::Id};

use crate::{
    app::App,
    domain::reveals::{self, SecretKind},
    web::{respond::error::Error, route::HeadOnly},
};

/// What a page has to show.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Reveal<T> {
    /// Nothing was asked for.
    #[default]
    Nothing,
    /// This, and never again.
    Now(T),
    /// It was shown, or is too old, or was never for this browser.
    Gone,
}

/// The session that asks for something, or has it made.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// Its id, as its browser has it.
    pub session: Id,
    /// Whether what is shown is seen: nothing is used up for the head of a page.
    sees: bool,
}

impl<'a> FromRequest<'a> for Asking {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let session = request.data::<Session>().and_then(Session::id);
        let session = session.ok_or_else(|| Error::SignInFirst { next: "/".into() })?;
        Ok(Self { session, sees: request.data::<HeadOnly>().is_none() })
    }
}

/// What the page's address names, if it names something.
///
/// # Errors
/// Those of the database.
pub async fn secret(
    app: &App,
    what: SecretKind,
    asking: Asking,
    reference: &str,
) -> Result<Reveal<String>, Error> {
    if reference.is_empty() || !asking.sees {
        return Ok(Reveal::Nothing);
    }
    let secret = reveals::take(&app.db.write, what, &asking.session, reference).await?;
    Ok(secret.map_or(Reveal::Gone, Reveal::Now))
}
