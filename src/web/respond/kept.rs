//! What was typed into a form whose sender turned out to be signed out. The page that asks them to sign in carries
//! it on, as `confirm` does, and then the same person finds it again, to be sent by pressing the button once more.
//! Signing in does nothing of it by itself, no page repeats a password, and nothing is stored.

use std::fmt;

use askama::Template;
use poem::{Request, RequestBody, Response, http::StatusCode};
use tokio::sync::Semaphore;

use crate::{
    app::App,
    domain::users::User,
    web::{
        extract::{
            body,
            form::{self, PERSON, PostForm},
        },
        pages::posts,
        respond::{
            error::Error,
            page::{self, Page},
        },
    },
};

/// What the largest of our forms may have, and a little for the prefix of each name on the way through signing in.
pub const MAX_CARRIED: usize = 640 * 1024;

/// As much as any visitor may send at any time; of larger forms, only a few are read at once.
const SMALL: u64 = 16 * 1024;
static LARGE_ONES: Semaphore = Semaphore::const_new(16);

/// On the page for signing in, the form's fields have this before their names, so that its own stay apart.
const PREFIX: &str = "kept:";
/// The field that says where the form was sent to.
const ACTION: &str = "action";

/// A form that was not done. Who sent it is only known by what it says itself (`form::PERSON`).
pub struct Kept {
    /// Where it was sent to, and will be again.
    pub action: String,
    fields: Vec<(String, String)>,
    /// The names of the fields that held passwords, which must be typed again.
    passwords: Vec<String>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("action", &self.action).finish_non_exhaustive()
    }
}

#[derive(Template)]
#[template(path = "kept.html")]
struct KeptPage<'a> {
    page: Page,
    kept: &'a Kept,
    /// Whether this person may still do it.
    allowed: bool,
}

impl Kept {
    /// The form that a visitor sent, if anything was typed into it.
    ///
    /// # Errors
    /// A form that is too large or too slow, or one too many of the large ones.
    pub async fn sent(request: &Request, body: &mut RequestBody) -> Result<Option<Self>, Error> {
        match read(request, body, PostForm::LIMIT).await {
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
        let is_something = !passwords.is_empty() || fields.iter().any(|(name, _)| name != PERSON);
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

    /// Whether this person filled it in, as far as it says who did.
    pub fn is_of(&self, user: &User) -> bool {
        let person = self.fields.iter().find(|(name, _)| name == PERSON).map(|(_, value)| value.as_str());
        person.is_none_or(|person| person.is_empty() || person == user.id.to_string())
    }

    /// What the person who has just signed in gets: the form again, to be looked over and sent.
    pub async fn show(self, app: &App, user: &User) -> Result<Response, Error> {
        if self.is_post() && user.may_post() {
            return posts::show_kept(app, user, &PostForm::of(self.fields)).await;
        }
        let allowed = match &self.action {
            posts if posts.starts_with("/admin/posts") => user.may_post(),
            admins if admins.starts_with("/admin/") => user.is_admin(),
            _ => true,
        };
        let page = KeptPage { page: Page::of(user, ""), kept: &self, allowed };
        page::show(StatusCode::UNPROCESSABLE_ENTITY, &page)
    }

    /// What the form is for, in words.
    fn purpose(&self) -> &'static str {
        match self.action.as_str() {
            "/admin/people" => "Add a person",
            "/admin/groups" => "Make a group",
            "/admin/tokens" => "Make a token",
            "/admin/invitations" => "Invite somebody",
            "/account/password" => "Change your password",
            _ if self.is_post() => "New post",
            role if role.ends_with("/role") => "Change a role",
            access if access.ends_with("/access") => "Change somebody's access",
            password if password.ends_with("/password") => "Set a password",
            name if name.ends_with("/name") => "Change a name",
            members if members.ends_with("/members") => "Put people into a group",
            _ => "What you sent",
        }
    }

    /// The page of what it is about, where it has one.
    fn about(&self) -> Option<&str> {
        let (about, _) = self.action.rsplit_once('/')?;
        let (_, id) = about.rsplit_once('/')?;
        id.parse::<i64>().is_ok().then_some(about)
    }

    /// What was typed, as people read it.
    fn shown(&self) -> impl Iterator<Item = (&str, &str)> {
        let technical = |name: &str| matches!(name, PERSON | "key" | "then" | "filter");
        let typed = self.fields.iter().filter(move |(name, value)| !technical(name) && !value.is_empty());
        typed.map(|(name, value)| (label(name), value.as_str()))
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
    let is_large = body::announced_length(request).is_none_or(|length| length > SMALL);
    let _permit = if is_large { Some(LARGE_ONES.try_acquire().map_err(|_| Error::Crowded)?) } else { None };
    form::read(request, body, limit).await
}

fn label(name: &str) -> &str {
    match name {
        "username" | "name" => "Name",
        "title" => "Title",
        "body" => "Text",
        "kind" => "Kind",
        "severity" => "Severity",
        "audience" => "For",
        "people" | "recipients" => "Person",
        "groups" => "Group",
        "role" => "Role",
        "access" => "Access",
        "owner" => "Acts for",
        "scope" => "May",
        "expires" => "Days",
        "networks" => "Only from",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_named_and_not_carried() {
        let fields = [("username", "eve"), ("password", "geheim"), ("confirm-password", "geheim")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();

        let kept = Kept::of("/admin/people", fields).expect("something was typed");

        let carried: Vec<_> = kept.to_carry().collect();
        assert_eq!(carried, [("kept:username".to_owned(), "eve"), ("kept:password".to_owned(), "")]);
        assert_eq!(kept.passwords, ["password"]);
    }

    #[test]
    fn a_form_of_which_only_the_person_is_known_is_nothing() {
        assert!(Kept::of("/logout", vec![(PERSON.into(), "7".into())]).is_none());
    }
}
