//! The form that a post is made with, and everything that was typed into it.

use std::{collections::HashSet, fmt::Write};

use askama::Template;
use poem::{Response, http::StatusCode};

use crate::{
    app::App,
    db,
    domain::{
        groups::{self, Group},
        posts::{Fields, Problems},
        users::{self, User},
    },
    web::{
        error::Error,
        extract::form::{FILLED_IN_BY, LargeForm},
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::post::PostView,
    },
};

#[derive(Template)]
#[template(path = "post_form.html")]
struct PostFormPage {
    page: Page,
    form: Form,
    problems: Problems,
    preview: Option<PostView>,
}

/// The form with everything that was typed into it.
pub struct Form {
    /// For whom it was made.
    filled_in_by: String,
    key: String,
    kind: String,
    severity: String,
    title: String,
    body: String,
    audience: String,
    filter: String,
    people: Vec<Choice>,
    groups: Vec<GroupChoice>,
    everyone: usize,
    live: usize,
    hidden: usize,
}

struct Choice {
    name: String,
    checked: bool,
}

struct GroupChoice {
    name: String,
    people: i64,
    checked: bool,
}

impl Form {
    /// With these fields, for this key.
    pub async fn filled(app: &App, fields: Fields, key: String, filter: String) -> Result<Self, Error> {
        let mut enabled = users::all(&app.db.read).await?;
        enabled.retain(users::may_sign_in);
        let groups = groups::all(&app.db.read).await?;
        let called = groups::called(&groups);
        let ticked: HashSet<_> =
            fields.groups.iter().filter_map(|name| called.find(name)).map(Group::group_id).collect();
        let choice = |group: Group| GroupChoice {
            people: group.members,
            checked: ticked.contains(&group.group_id()),
            name: group.name,
        };
        let groups = groups.into_iter().map(choice).collect();
        Ok(Self { groups, ..Self::among(&enabled, fields, key, filter, app.hub.live_users()) })
    }

    /// As it was sent. Even if nothing can be read any more, what was typed goes back.
    pub async fn again(app: &App, sent: &LargeForm, key: String) -> Self {
        let filled = Self::filled(app, fields(sent), key.clone(), sent.one("filter"));
        db::with_timeout(filled).await.unwrap_or_else(|error| {
            tracing::error!(%error, "It could not be read whom a post may be for");
            Self { key, ..Self::alone(sent) }
        })
    }

    /// With nobody in it but who was ticked.
    pub fn alone(sent: &LargeForm) -> Self {
        let fields = fields(sent);
        let tick = |name: &String| Choice { name: name.clone(), checked: true };
        let people = fields.recipients.iter().map(tick).collect();
        let tick = |name: &String| GroupChoice { name: name.clone(), people: 0, checked: true };
        let groups = fields.groups.iter().map(tick).collect();
        let (key, filled_in_by) = (sent.one("key"), sent.one(FILLED_IN_BY));
        Self { filled_in_by, people, groups, ..Self::among(&[], fields, key, sent.one("filter"), 0) }
    }

    fn among(enabled: &[User], fields: Fields, key: String, filter: String, live: usize) -> Self {
        let wanted = users::key(&filter);
        let called = users::called(enabled);
        let ticked: HashSet<_> =
            fields.recipients.iter().filter_map(|name| called.find(name)).map(User::user_id).collect();
        // Who is ticked stays in the list, or the form would lose them.
        let listed = enabled.iter().filter(|user| {
            let key = user.folded.as_deref().unwrap_or(&user.name_key);
            ticked.contains(&user.user_id()) || key.contains(&wanted)
        });
        let people: Vec<_> = listed
            .map(|user| Choice { name: user.name.clone(), checked: ticked.contains(&user.user_id()) })
            .collect();
        Self {
            filled_in_by: String::new(),
            key,
            kind: fields.kind,
            severity: fields.severity,
            title: fields.title,
            body: fields.body,
            audience: fields.audience,
            filter,
            hidden: enabled.len() - people.len(),
            people,
            groups: Vec::new(),
            everyone: enabled.len(),
            live,
        }
    }

    pub fn show(
        self,
        status: StatusCode,
        user: &User,
        problems: Problems,
        preview: Option<PostView>,
    ) -> Result<Response, Error> {
        let form = Self { filled_in_by: user.id.to_string(), ..self };
        page::show(status, &PostFormPage { page: Page::of(user, Section::NewPost), form, problems, preview })
    }
}

pub fn fields(sent: &LargeForm) -> Fields {
    Fields {
        kind: sent.one("kind"),
        severity: sent.one("severity"),
        title: sent.one("title"),
        body: sent.one("body"),
        audience: sent.one("audience"),
        recipients: sent.all("recipients"),
        groups: sent.all("groups"),
        except: sent.all("except"),
        external: sent.one("external") == "on",
    }
}

/// Not a secret: it only tells one filling of the form from another.
pub fn new_key() -> String {
    let random: [u8; 16] = rand::random();
    random.iter().fold(String::new(), |mut key, byte| {
        write!(key, "{byte:02x}").expect("a string takes whatever is written to it");
        key
    })
}

/// The form as somebody sent it who turned out to be signed out, and who is signed in again. It has not been
/// published, and is not now.
pub async fn show_unsent(app: &App, user: &User, sent: &LargeForm) -> Result<Response, Error> {
    let problem = "You were signed out; your post is not published yet.";
    let form = Form::again(app, sent, sent.one("key")).await;
    let problems = Problems { form: Some(problem.into()), ..Default::default() };
    form.show(StatusCode::UNPROCESSABLE_ENTITY, user, problems, None)
}

/// The form as it was sent, to be sent once more: to whoever sent it, so it needs no right to read.
pub fn send_again(user: Option<&User>, form: Form, why: &str) -> Result<Response, Error> {
    let why = format!("{why} Please send it again in a moment.");
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
    let why =
        format!("This form was already published as “{title}”. Publish again to make another post of it.");
    let form = Form::again(app, sent, new_key()).await;
    let problems = Problems { form: Some(why), ..Default::default() };
    form.show(StatusCode::UNPROCESSABLE_ENTITY, user, problems, None)
}
