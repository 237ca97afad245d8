//! The form that a post is edited with: the same fields, filled with what it is now, or with what was typed.

use askama::Template;
use poem::{Response, http::StatusCode};

use crate::{
    app::App,
    domain::{
        posts::{self, Fields, Kind, Post, Problems, changes::Edit, coordinators, times},
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
            post_form::{Form, fields, zone, zone_name},
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
    /// Who coordinated it when it was shown; none, if the page did not say.
    coordinated: Option<String>,
    form: Form,
    /// How many people have it who left one of its groups since.
    left: u64,
}

/// The post as somebody else has left it.
pub struct Theirs {
    pub post: PostView,
    /// As it was typed.
    pub body: String,
    /// Whom it is for, by the names that can be chosen now.
    pub to: Fields,
    pub coordinators: Option<String>,
}

impl Theirs {
    /// Whom it is for, in words.
    fn audience(&self) -> String {
        match (self.to.audience.as_str(), self.to.external) {
            ("everyone", true) => text::say("post-edit-theirs-external"),
            ("everyone", false) => text::say("post-edit-theirs-everyone"),
            _ => [self.to.groups.as_slice(), &self.to.recipients].concat().join(", "),
        }
    }

    /// Whom it is not for.
    fn except(&self) -> String {
        self.to.except.join(", ")
    }
}

/// What is shown with the form.
#[derive(Default)]
pub struct Beside {
    pub problems: Problems,
    pub theirs: Option<Theirs>,
    pub preview: Option<PostView>,
}

impl EditForm {
    /// With the post as it is now, and whom it is for.
    pub async fn of(app: &App, post: &Post) -> Result<Self, Error> {
        let to = posts::named(&app.db.read, post).await?;
        let coordinators = coordinators::name(&app.db.read, post).await?.unwrap_or_default();
        let severity = post::severity_class(post.severity);
        let kind = if post.kind == Kind::Alert { "alert" } else { "news" };
        let now = [("kind", kind), ("severity", severity), ("title", &post.title), ("body", &post.body)];
        let [expires, pinned] = [post.expires_ms, post.pinned_until_ms].map(|ms| times::wall(ms, &zone(app)));
        let zone = zone_name(app);
        let times = [("expires", expires.as_str()), ("pinned", pinned.as_str()), ("zone", zone.as_str())];
        let audience = ("audience", to.audience.as_str());
        let external = to.external.then_some(("external", "on"));
        let names = [("recipients", &to.recipients), ("groups", &to.groups), ("except", &to.except)];
        let names =
            names.into_iter().flat_map(|(field, names)| names.iter().map(move |name| (field, name.as_str())));
        let beside = [audience, ("coordinators", &coordinators), ("coordinated", &coordinators)];
        let now = now.into_iter().chain(times).chain(beside).chain(external).chain(names);
        let now = now.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { version: post.version, ..Self::again(post.id, &LargeForm::of(now.collect())) }
            .with_names(app, post)
            .await
    }

    /// As it was sent.
    pub fn again(id: i64, sent: &LargeForm) -> Self {
        let version = sent.one("version").parse().unwrap_or_default();
        let mut form = Form::alone(sent);
        for picker in [&mut form.to, &mut form.except] {
            picker.action = format!("/admin/posts/{id}/draft");
            picker.suggestions = format!("/admin/posts/{id}/suggestions");
        }
        form.reach_action = format!("/admin/posts/{id}/reach");
        let coordinated = sent.all("coordinated").pop();
        Self { id, version, again: sent.one("again") == "on", coordinated, form, left: 0 }
    }

    /// Where it is sent to be looked at.
    fn draft_action(&self) -> String {
        format!("/admin/posts/{}/draft", self.id)
    }

    /// The same with the names that are found for what was typed, and whom it would reach.
    pub async fn with_names(self, app: &App, post: &Post) -> Result<Self, Error> {
        let left = posts::left_since(&app.db.read, post).await?;
        Ok(Self { form: self.form.with_names(app).await?, left, ..self })
    }

    /// The same, to be saved over this version with these coordinators, who stay unless others were chosen.
    pub fn over(self, version: i64, coordinated: Option<String>) -> Self {
        let coordinated = coordinated.unwrap_or_default();
        let was = self.coordinated.as_deref().map(str::trim);
        let is_chosen = was != Some(self.form.coordinators.trim());
        let coordinators = if is_chosen { self.form.coordinators.clone() } else { coordinated.clone() };
        let form = Form { coordinators, ..self.form };
        Self { version, coordinated: Some(coordinated), form, ..self }
    }

    /// What was typed, read; the post was for these until now.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub async fn parse(&self, sent: &LargeForm, was_for: &Fields) -> Result<Edit, Box<Problems>> {
        let (typed, version, again) = (fields(sent), Some(self.version), self.again);
        // Who cannot be named any more need not be chosen anew.
        let is_for_others = !typed.audience.is_empty() && !posts::are_for_the_same(&typed, was_for);
        let coordinators = (sent.all("coordinators").pop(), self.coordinated.clone());
        text::aside(move || Edit::parse_form(&typed, version, again, is_for_others, coordinators)).await
    }

    pub fn show(self, status: StatusCode, user: &User, beside: Beside) -> Result<Response, Error> {
        let form = self.form.clone().for_user(user);
        let Beside { problems, theirs, preview } = beside;
        let page = Page::of(user, Section::Posts);
        page::show(status, &EditPage { page, edit: self, form, problems, theirs, preview })
    }
}
