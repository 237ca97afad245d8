//! The form that a post is edited with: the same fields, filled with what it is now, or with what was typed.

use askama::Template;
use poem::{Response, http::StatusCode};

use crate::{
    domain::{
        posts::{Kind, Post, Problems, changes::Edit},
        users::User,
    },
    text,
    web::{
        error::Error,
        extract::form::LargeForm,
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::{
            post::{self, PostView},
            post_form::{Form, fields},
        },
    },
};

#[derive(Template)]
#[template(path = "post_edit.html")]
struct EditPage {
    page: Page,
    edit: EditForm,
    form: Form,
    problems: Problems,
    /// What the post is now, if somebody changed it meanwhile.
    theirs: Option<Theirs>,
    preview: Option<PostView>,
}

/// The form with everything that was typed into it.
pub struct EditForm {
    id: i64,
    /// The version that is edited.
    version: i64,
    again: bool,
    form: Form,
}

/// The post as somebody else has left it.
pub struct Theirs {
    pub post: PostView,
    /// As it was typed.
    pub body: String,
}

/// What is shown with the form.
#[derive(Default)]
pub struct Beside {
    pub problems: Problems,
    pub theirs: Option<Theirs>,
    pub preview: Option<PostView>,
}

impl EditForm {
    /// With the post as it is now.
    pub fn of(post: &Post) -> Self {
        let severity = post::severity_class(post.severity);
        let kind = if post.kind == Kind::Alert { "alert" } else { "news" };
        let now = [("kind", kind), ("severity", severity), ("title", &post.title), ("body", &post.body)];
        let now = now.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let form = Form::alone(&LargeForm::of(now.into()));
        Self { id: post.id, version: post.version, again: false, form }
    }

    /// As it was sent.
    pub fn again(id: i64, sent: &LargeForm) -> Self {
        let version = sent.one("version").parse().unwrap_or_default();
        Self { id, version, again: sent.one("again") == "on", form: Form::alone(sent) }
    }

    /// The same, to be saved over this version.
    pub fn over(self, version: i64) -> Self {
        Self { version, ..self }
    }

    /// What was typed, read.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub async fn parse(&self, sent: &LargeForm) -> Result<Edit, Box<Problems>> {
        let (typed, version, again) = (fields(sent), Some(self.version), self.again);
        let parsed = tokio::task::spawn_blocking(move || Edit::parse_form(&typed, version, again)).await;
        parsed.expect("parsing does not panic")
    }

    pub fn show(self, status: StatusCode, user: &User, beside: Beside) -> Result<Response, Error> {
        let form = Form { filled_in_by: user.id.to_string(), ..self.form.clone() };
        let Beside { problems, theirs, preview } = beside;
        let page = Page::of(user, Section::Feed);
        page::show(status, &EditPage { page, edit: self, form, problems, theirs, preview })
    }
}
