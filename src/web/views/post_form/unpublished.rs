//! The form as it comes back, since what was sent with it was not published.

use poem::{Response, http::StatusCode};

use super::{Form, PostFormPage, new_key};
use crate::{
    app::App,
    domain::{posts::Problems, users::User},
    text,
    web::{
        error::Error,
        extract::form::LargeForm,
        respond::{
            page::{self, Page},
            section::Section,
        },
    },
};

/// The form as somebody sent it who turned out to be signed out, and who is signed in again. It has not been
/// published, and is not now.
pub async fn show_unsent(app: &App, user: &User, sent: &LargeForm) -> Result<Response, Error> {
    let problem = text::say("post-form-unsent");
    let form = Form::again(app, sent, sent.one("key")).await;
    let problems = Problems { form: Some(problem), ..Default::default() };
    form.show(StatusCode::UNPROCESSABLE_ENTITY, user, problems, None)
}

/// The form as it was sent, to be sent once more: to whoever sent it, so it needs no right to read.
pub fn send_again(user: Option<&User>, form: Form, why: String) -> Result<Response, Error> {
    let why = text::of("post-form-again").with("why", why).unmarked();
    let problems = Problems { form: Some(why), ..Default::default() };
    let page = user.map_or_else(Page::for_nobody, |user| Page::of(user, Section::NewPost));
    let form = Form {
        filled_in_by: user.map_or_else(|| form.filled_in_by.clone(), |user| user.id.to_string()),
        ..form
    };
    let page = PostFormPage { page, form, problems, preview: None };
    page::show(StatusCode::SERVICE_UNAVAILABLE, &page)
}

/// The form was published before, came back by the browser's Back, and now says something else: a second
/// post may be meant, or not.
pub async fn used_twice(app: &App, user: &User, sent: &LargeForm, title: &str) -> Result<Response, Error> {
    let why = text::of("post-form-twice").with("title", title).say();
    let form = Form::again(app, sent, new_key()).await;
    let problems = Problems { form: Some(why), ..Default::default() };
    form.show(StatusCode::UNPROCESSABLE_ENTITY, user, problems, None)
}
