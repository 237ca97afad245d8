//! The page with a form whose sender turned out to be signed out, and is signed in again: to be looked over and sent.

use askama::Template;
use poem::{Response, http::StatusCode};

use crate::{
    domain::users::User,
    web::{
        error::Error,
        extract::{form::FILLED_IN_BY, unsent_form::UnsentForm},
        respond::{
            page::{self, Page},
            section::Section,
        },
    },
};

#[derive(Template)]
#[template(path = "unsent_form.html")]
struct UnsentFormPage<'a> {
    page: Page,
    form: &'a UnsentForm,
    purpose: &'static str,
    typed: Vec<(&'a str, &'a str)>,
    /// The page of what it is about.
    about: Option<&'a str>,
    /// Whether its sender may still do it.
    is_allowed: bool,
}

/// The form again, for its sender.
pub fn show(form: &UnsentForm, user: &User) -> Result<Response, Error> {
    let is_allowed = match &form.action {
        posts if posts.starts_with("/admin/posts") => user.may_post(),
        admins if admins.starts_with("/admin/") => user.is_admin(),
        _ => true,
    };
    let (page, purpose, typed, about) =
        (Page::of(user, Section::Elsewhere), purpose(form), typed(form).collect(), about(form));
    let shown = UnsentFormPage { page, form, purpose, typed, about, is_allowed };
    page::show(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

/// What the form is for, in words.
fn purpose(form: &UnsentForm) -> &'static str {
    match form.action.as_str() {
        "/admin/people" => "Add a person",
        "/admin/groups" => "Make a group",
        "/admin/tokens" => "Make a token",
        "/admin/invitations" => "Invite somebody",
        "/account/password" => "Change your password",
        _ if form.is_post() => "New post",
        role if role.ends_with("/role") => "Change a role",
        access if access.ends_with("/access") => "Change somebody's access",
        password if password.ends_with("/password") => "Set a password",
        name if name.ends_with("/name") => "Change a name",
        members if members.ends_with("/members") => "Put people into a group",
        _ => "What you sent",
    }
}

/// The page of what it is about, where it has one.
fn about(form: &UnsentForm) -> Option<&str> {
    let (about, _) = form.action.rsplit_once('/')?;
    let (_, id) = about.rsplit_once('/')?;
    id.parse::<i64>().is_ok().then_some(about)
}

/// What was typed, as it is read.
fn typed(form: &UnsentForm) -> impl Iterator<Item = (&str, &str)> {
    let technical =
        |name: &str| matches!(name, FILLED_IN_BY | "key" | "then" | "without" | "find" | "find-except");
    let typed = form.fields.iter().filter(move |(name, value)| !technical(name) && !value.is_empty());
    typed.map(|(name, value)| (label(name), value.as_str()))
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
