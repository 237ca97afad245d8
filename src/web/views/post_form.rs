//! The form that a post is made with, and everything that was typed into it.

use std::fmt::Write;

use askama::Template;
use jiff::tz::TimeZone;
use poem::{Response, http::StatusCode};

use crate::{
    app::App,
    db,
    domain::{
        organisation::{self, CriticalBy},
        posts::{Fields, Problems},
        users::{self, User},
    },
    text,
    web::{
        error::Error,
        extract::form::{FILLED_IN_BY, LargeForm},
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::{
            picker::{self, Picker},
            post::PostView,
            reach::ReachView,
        },
    },
};

pub use self::{
    live_preview::show_beside,
    sent::fields,
    unpublished::{send_again, show_unsent, used_twice},
};

pub mod edit;
mod live_preview;
mod pickers;
mod sent;
mod unpublished;

#[derive(Template)]
#[template(path = "post_form.html")]
struct PostFormPage {
    page: Page,
    form: Form,
    problems: Problems,
    preview: Option<PostView>,
}

/// The form with everything that was typed into it.
#[derive(Clone)]
pub struct Form {
    /// For whom it was made.
    filled_in_by: String,
    key: String,
    kind: String,
    severity: String,
    title: String,
    body: String,
    audience: String,
    external: bool,
    acknowledge: bool,
    /// What is offered as answers, each with what it means; as many as there may be.
    answers: Vec<(String, String)>,
    telephone: bool,
    drill: bool,
    /// The name of a group, or of somebody.
    coordinators: String,
    /// The first groups, of which one may be meant.
    coordinating: Vec<String>,
    /// As it was typed, and the zone in which it is meant.
    due: String,
    expires: String,
    pinned: String,
    zone: String,
    /// How often who has said nothing yet is reminded, as it was typed.
    remind_every: String,
    remind_times: String,
    /// Who is told when too few have said that they have seen it: a group, after how many minutes, unless how many have.
    escalation: Vec<(String, String, String)>,
    /// Groups to choose from for that, where there are only a few.
    group_names: Vec<String>,
    /// Whether admins alone publish critical alerts, and whoever fills it in is none.
    is_barred: bool,
    /// Whether there is anybody from outside.
    has_external: bool,
    /// Whom it is for, if not for everyone.
    to: Picker,
    /// Whom it is not for.
    except: Picker,
    /// Whom it would reach; nothing, when that cannot be told.
    reach: ReachView,
    /// The address that tells a script of that.
    reach_action: String,
    /// Whether it comes back as it was sent, so that its button says what that would do.
    is_sent: bool,
}

impl Form {
    /// With nothing typed into it yet.
    pub async fn empty(app: &App) -> Result<Self, Error> {
        let sent =
            [("kind", "news"), ("audience", "everyone")].map(|(name, value)| (name.into(), value.into()));
        let form = Self { key: new_key(), is_sent: false, ..Self::alone(&LargeForm::of(sent.to_vec())) };
        form.with_names(app).await
    }

    /// As it was sent. Even if nothing can be read any more, what was typed goes back.
    pub async fn again(app: &App, sent: &LargeForm, key: String) -> Self {
        let form = Self { key, ..Self::alone(sent) };
        let filled = form.clone().with_names(app);
        db::with_timeout(filled).await.unwrap_or_else(|error| {
            tracing::error!(%error, "It could not be read whom a post may be for");
            form
        })
    }

    /// As it was sent, with nobody in it but who was chosen.
    pub fn alone(sent: &LargeForm) -> Self {
        let fields = fields(sent);
        let mut to = pickers::recipients().with_sent(sent);
        let answers = sent::answers(&fields);
        let escalation = sent::steps(&fields);
        // As earlier versions of the page, and programs, say it.
        match fields.audience.as_str() {
            "people" => to.chosen.retain(|choice| !choice.is_group),
            "groups" => to.chosen.retain(|choice| choice.is_group),
            _ => {}
        }
        Self {
            filled_in_by: sent.one(FILLED_IN_BY),
            key: sent.one("key"),
            to,
            except: pickers::except().with_sent(sent),
            kind: fields.kind,
            severity: fields.severity,
            title: fields.title,
            body: fields.body,
            audience: match fields.audience.as_str() {
                "people" | "groups" => "chosen".into(),
                _ => fields.audience,
            },
            external: fields.external,
            acknowledge: fields.acknowledge,
            answers,
            telephone: fields.telephone,
            drill: fields.drill,
            coordinators: fields.coordinators,
            coordinating: Vec::new(),
            due: fields.due,
            expires: fields.expires.unwrap_or_default(),
            pinned: fields.pinned.unwrap_or_default(),
            zone: fields.zone,
            remind_every: fields.remind_every,
            remind_times: fields.remind_times,
            escalation,
            group_names: Vec::new(),
            is_barred: false,
            has_external: fields.external,
            reach: ReachView::default(),
            reach_action: "/admin/posts/reach".into(),
            is_sent: true,
        }
    }

    /// With the names that are found for what was typed, and whom it would reach.
    async fn with_names(self, app: &App) -> Result<Self, Error> {
        let reach = ReachView::of(app, &self.addressed()).await?;
        Ok(Self {
            group_names: pickers::group_names(app).await?,
            is_barred: organisation::find(&app.db.read).await?.critical_by == CriticalBy::Admins,
            has_external: self.external || users::has_external(&app.db.read).await?,
            to: self.to.with_found(app).await?,
            except: self.except.with_found(app).await?,
            reach,
            coordinating: picker::suggest_groups(app).await?,
            // Times of the page are told in it, as long as no script knows better.
            zone: if self.zone.is_empty() { zone_name(app) } else { self.zone },
            ..self
        })
    }

    /// Whom it is for, without the names that were taken away.
    fn addressed(&self) -> Fields {
        Fields {
            audience: self.audience.clone(),
            recipients: self.to.names(false),
            groups: self.to.names(true),
            except: self.except.names(false),
            external: self.external,
            kind: self.kind.clone(),
            severity: self.severity.clone(),
            ..Default::default()
        }
    }

    /// What the button that publishes it says: to whom, where that is known.
    fn publish_words(&self) -> String {
        match self.is_sent && !self.reach.button.is_empty() {
            true => self.reach.button.clone(),
            false => text::say("post-form-publish-now"),
        }
    }

    /// Whether readers are asked something.
    fn is_asking(&self) -> bool {
        self.acknowledge || self.has_answers() || self.has_reminders() || self.has_escalation()
    }

    /// Whether they are reminded.
    fn has_reminders(&self) -> bool {
        !self.remind_every.trim().is_empty()
    }

    /// Whether others are told when too few have said so.
    fn has_escalation(&self) -> bool {
        self.escalation.iter().any(|(to, after, _)| !to.trim().is_empty() || !after.trim().is_empty())
    }

    /// Whether answers are offered.
    fn has_answers(&self) -> bool {
        self.answers.iter().any(|(text, _)| !text.trim().is_empty())
    }

    /// The same, filled in by this person.
    fn for_user(self, user: &User) -> Self {
        let is_barred = self.is_barred && !user.is_admin();
        Self { filled_in_by: user.id.to_string(), is_barred, ..self }
    }

    pub fn show(
        self,
        status: StatusCode,
        user: &User,
        problems: Problems,
        preview: Option<PostView>,
    ) -> Result<Response, Error> {
        let form = self.for_user(user);
        page::show(status, &PostFormPage { page: Page::of(user, Section::NewPost), form, problems, preview })
    }
}

/// The zone in which times are typed.
fn zone_name(app: &App) -> String {
    zone(app).iana_name().unwrap_or("UTC").to_owned()
}

fn zone(app: &App) -> TimeZone {
    text::zone_or(&app.config.time_zone)
}

/// Not a secret: it only tells one filling of the form from another.
pub fn new_key() -> String {
    let random: [u8; 16] = rand::random();
    random.iter().fold(String::new(), |mut key, byte| {
        write!(key, "{byte:02x}").expect("a string takes whatever is written to it");
        key
    })
}
