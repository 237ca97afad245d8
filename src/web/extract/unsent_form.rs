//! What was typed into a form whose sender turned out to be signed out. The page that asks them to sign in carries
//! it on, as a confirmation does, and then the same person finds it again, to be sent by pressing the button once more.
//! Signing in does nothing of it by itself, no page repeats a password, and nothing is stored.

use std::fmt;

use poem::{Request, RequestBody, error::ResponseError, http::StatusCode};
use tokio::sync::Semaphore;

use crate::{
    domain::users::User,
    web::{
        error::Error,
        extract::{
            body,
            form::{self, FILLED_IN_BY, LargeForm},
        },
    },
};

/// What the largest of our forms may have, and a little for the prefix of each name on the way through signing in.
pub const MAX_CARRIED: usize = 640 * 1024;

/// As much as any visitor may send at any time; of larger forms, only a few are read at once.
const MAX_SMALL: u64 = 16 * 1024;
static LARGE_FORMS: Semaphore = Semaphore::const_new(16);

/// On the page for signing in, the form's fields have this before their names, so that its own stay apart.
const PREFIX: &str = "kept:";
/// The field that says where the form was sent to.
const ACTION: &str = "action";

/// A form that was not done. Who sent it is only known by what it says itself (`form::FILLED_IN_BY`).
pub struct UnsentForm {
    /// Where it was sent to, and will be again.
    pub action: String,
    pub fields: Vec<(String, String)>,
    /// The names of the fields that held passwords, which must be typed again.
    pub passwords: Vec<String>,
}

impl fmt::Debug for UnsentForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsentForm").field("action", &self.action).finish_non_exhaustive()
    }
}

/// The sender of a form is to sign in, and finds it again then.
#[derive(Debug, thiserror::Error)]
#[error("sign in to send the form")]
pub struct SignInToSend(pub UnsentForm);

impl ResponseError for SignInToSend {
    fn status(&self) -> StatusCode {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

impl UnsentForm {
    /// The form that a visitor sent, if anything was typed into it.
    ///
    /// # Errors
    /// A form that is too large or too slow, or one too many of the large ones.
    pub async fn sent(request: &Request, body: &mut RequestBody) -> Result<Option<Self>, Error> {
        match read(request, body, LargeForm::LIMIT).await {
            Ok(fields) => Ok(Self::of(request.original_uri().path(), fields)),
            // No page of ours sends such a thing.
            Err(Error::NotAForm) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The form that the page for signing in carries among its own fields, which are left alone.
    pub fn carried(fields: &mut Vec<(String, String)>) -> Option<Self> {
        let (carried, own): (Vec<_>, Vec<_>) =
            fields.drain(..).partition(|(name, _)| name == ACTION || name.starts_with(PREFIX));
        *fields = own;
        let action = carried.iter().find(|(name, _)| name == ACTION).map(|(_, path)| path.clone())?;
        let bare = |(name, value): (String, String)| Some((name.strip_prefix(PREFIX)?.to_owned(), value));
        Self::of(&action, carried.into_iter().filter_map(bare).collect())
    }

    fn of(action: &str, fields: Vec<(String, String)>) -> Option<Self> {
        let (passwords, fields): (Vec<_>, Vec<_>) =
            fields.into_iter().partition(|(name, _)| name.ends_with("password"));
        // Whoever signs in has just typed their own.
        let again = passwords.into_iter().map(|(name, _)| name).filter(|name| name != "confirm-password");
        let passwords: Vec<_> = again.collect();
        let is_something = !passwords.is_empty() || fields.iter().any(|(name, _)| name != FILLED_IN_BY);
        is_something.then(|| Self { action: action.to_owned(), fields, passwords })
    }

    /// What the page for signing in carries on, beside where to.
    pub fn to_carry(&self) -> impl Iterator<Item = (String, &str)> {
        let fields = self.fields.iter().map(|(name, value)| (format!("{PREFIX}{name}"), value.as_str()));
        fields.chain(self.passwords.iter().map(|name| (format!("{PREFIX}{name}"), "")))
    }

    /// Whether it is a post, and not a change of something.
    pub fn is_post(&self) -> bool {
        matches!(self.action.as_str(), "/admin/posts" | "/admin/posts/draft")
    }

    /// Whether this user filled it in, as far as it says who did.
    pub fn is_of(&self, user: &User) -> bool {
        let author =
            self.fields.iter().find(|(name, _)| name == FILLED_IN_BY).map(|(_, value)| value.as_str());
        author.is_none_or(|author| author.is_empty() || author == user.id.to_string())
    }
}

/// The fields of a form that anybody may send.
///
/// # Errors
/// As `form::read`; and when too many large ones are on their way.
pub async fn read(
    request: &Request,
    body: &mut RequestBody,
    limit: usize,
) -> Result<Vec<(String, String)>, Error> {
    let is_large = body::announced_length(request).is_none_or(|length| length > MAX_SMALL);
    let _permit = if is_large { Some(LARGE_FORMS.try_acquire().map_err(|_| Error::Crowded)?) } else { None };
    form::read(request, body, limit).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_named_and_not_carried() {
        let fields = [("username", "eve"), ("password", "geheim"), ("confirm-password", "geheim")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();

        let unsent = UnsentForm::of("/admin/people", fields).expect("something was typed");

        let carried: Vec<_> = unsent.to_carry().collect();
        assert_eq!(carried, [("kept:username".to_owned(), "eve"), ("kept:password".to_owned(), "")]);
        assert_eq!(unsent.passwords, ["password"]);
    }

    #[test]
    fn a_form_of_which_only_the_person_is_known_is_nothing() {
        assert!(UnsentForm::of("/logout", vec![(FILLED_IN_BY.into(), "7".into())]).is_none());
    }
}
