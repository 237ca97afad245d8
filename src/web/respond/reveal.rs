//! What is shown once, after the redirect that follows a form: reloading the page neither makes another nor shows
//! it again.

use crate::{
    app::App,
    domain::reveals::{self, SecretKind},
    web::{error::Error, extract::session::AskingSession},
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

impl<T> Reveal<T> {
    /// The same with what is shown made into what people see.
    pub fn map<U>(self, see: impl FnOnce(T) -> U) -> Reveal<U> {
        match self {
            Self::Nothing => Reveal::Nothing,
            Self::Now(shown) => Reveal::Now(see(shown)),
            Self::Gone => Reveal::Gone,
        }
    }
}

/// What the page's address names, if it names something.
///
/// # Errors
/// Those of the database.
pub async fn secret(
    app: &App,
    what: SecretKind,
    asking: AskingSession,
    reference: &str,
) -> Result<Reveal<String>, Error> {
    if reference.is_empty() || asking.is_head_only {
        return Ok(Reveal::Nothing);
    }
    let secret = reveals::take(&app.db.write, what, &asking.id, reference).await?;
    Ok(secret.map_or(Reveal::Gone, Reveal::Now))
}
