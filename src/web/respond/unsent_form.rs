//! The page with a form whose sender turned out to be signed out, and is signed in again: to be looked over and sent.

use askama::Template;
use poem::{Response, http::StatusCode};

use crate::{
    domain::users::User,
    text,
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
    purpose: String,
    typed: Vec<(String, &'a str)>,
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
fn purpose(form: &UnsentForm) -> String {
    text::say(match form.action.as_str() {
        "/admin/people" => text::key("unsent-add-person"),
        "/admin/groups" => text::key("unsent-add-group"),
        "/admin/tokens" => text::key("unsent-add-token"),
        "/admin/invitations" => text::key("unsent-invite"),
        "/account/password" => text::key("unsent-own-password"),
        _ if form.is_post() => text::key("unsent-post"),
        role if role.ends_with("/role") => text::key("unsent-role"),
        access if access.ends_with("/access") => text::key("unsent-access"),
        password if password.ends_with("/password") => text::key("unsent-password"),
        name if name.ends_with("/name") => text::key("unsent-name"),
        members if members.ends_with("/members") => text::key("unsent-members"),
        _ => text::key("unsent-other"),
    })
}

/// The page of what it is about, where it has one.
fn about(form: &UnsentForm) -> Option<&str> {
    let (about, _) = form.action.rsplit_once('/')?;
    let (_, id) = about.rsplit_once('/')?;
    id.parse::<i64>().is_ok().then_some(about)
}

/// What was typed, as it is read.
fn typed(form: &UnsentForm) -> impl Iterator<Item = (String, &str)> {
    let technical =
        |name: &str| matches!(name, FILLED_IN_BY | "key" | "then" | "without" | "find" | "find-except");
    let typed = form.fields.iter().filter(move |(name, value)| !technical(name) && !value.is_empty());
    typed.map(|(name, value)| (label(name), value.as_str()))
}

fn label(name: &str) -> String {
    text::say(match name {
        "username" | "name" => text::key("label-name"),
        "title" => text::key("label-title"),
        "body" => text::key("label-text"),
        "kind" => text::key("label-kind"),
        "severity" => text::key("label-severity"),
        "audience" => text::key("label-for"),
        "people" | "recipients" => text::key("label-person"),
        "groups" => text::key("label-group"),
        "role" => text::key("label-role"),
        "access" => text::key("label-access"),
        "owner" => text::key("label-owner"),
        "scope" => text::key("label-scope"),
        "expires" => text::key("label-days"),
        "networks" => text::key("label-networks"),
        other => return other.to_owned(),
    })
}
