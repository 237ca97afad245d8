//! One post's page, and the form that makes one.

use std::{collections::HashSet, fmt::Write};

use askama::Template;
use poem::{
    FromRequest, Request, RequestBody, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};

use crate::{
    app::App,
    clock, db,
    domain::{
        groups::{self, Group},
        posts::{
            self, Audience, Draft, Fields, Problems, PublishError,
            publishing::{Idempotency, PublishOutcome},
        },
        users::{self, User},
    },
    web::{
        extract::{
            auth::{CurrentUser, Publisher},
            form::{PERSON, PostForm},
        },
        pages::alerts,
        respond::{
            error::Error,
            page::{self, Page},
        },
        views::post::{self, PostView},
    },
};

#[derive(Template)]
#[template(path = "post.html")]
struct PostPage {
    page: Page,
    post: PostView,
    /// Names of people or groups, for the author alone.
    recipients: Option<Vec<String>>,
}

#[derive(Template)]
#[template(path = "post_form.html")]
struct PostFormPage {
    page: Page,
    form: Form,
    problems: Problems,
    preview: Option<PostView>,
}

/// The form with everything that was typed into it.
struct Form {
    /// For whom it was made.
    person: String,
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

/// `GET /posts/{id}`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let viewer = current.user.user_id();
    let found = posts::find(&app.db.read, viewer, id).await?.ok_or(Error::NotFound)?;
    let recipients = match found.post.audience {
        _ if found.post.author_id != current.user.id => None,
        Audience::Everyone => None,
        Audience::People => Some(posts::recipient_names(&app.db.read, id).await?),
        Audience::Groups => Some(posts::group_names(&app.db.read, id).await?),
    };
    alerts::shown(&app, &current.user, [&found.post]).await;
    let post = PostView { long: false, ..PostView::of(&found, &app.config.time_zone) };
    page::show(StatusCode::OK, &PostPage { page: Page::of(&current.user, ""), post, recipients })
}

/// `GET /admin/posts/new`.
#[handler]
pub async fn new(publisher: Publisher, app: Data<&App>) -> Result<Response, Error> {
    let empty = Fields { kind: "news".into(), audience: "everyone".into(), ..Default::default() };
    let form = Form::filled(&app, empty, new_key(), String::new()).await?;
    form.show(StatusCode::OK, &publisher.0.user, Problems::default(), None)
}

/// `POST /admin/posts/draft`: the same form with a preview, or with fewer names to choose from; nothing is
/// kept.
#[handler]
pub async fn draft(sender: Sender, app: Data<&App>, sent: PostForm) -> Result<Response, Error> {
    let publisher = match sender {
        Sender::Known(publisher) => publisher,
        Sender::Unknown(why) => return send_again(None, Form::alone(&sent), why),
    };
    let user = &publisher.0.user;
    let is_preview = sent.one("then") == "preview";
    let parsed = if is_preview { Some(Draft::parse_aside(fields(&sent)).await) } else { None };
    let form = Form::again(&app, &sent, sent.one("key")).await;
    match parsed {
        None => form.show(StatusCode::OK, user, Problems::default(), None),
        Some(Err(problems)) => form.show(StatusCode::OK, user, *problems, None),
        Some(Ok(parsed)) => {
            let preview = PostView::preview(&parsed, &user.name, clock::now_ms(), &app.config.time_zone);
            form.show(StatusCode::OK, user, Problems::default(), Some(preview))
        }
    }
}

/// `POST /admin/posts`: publishes, and shows the post.
#[handler]
pub async fn create(sender: Sender, app: Data<&App>, sent: PostForm) -> Result<Response, Error> {
    let publisher = match sender {
        Sender::Known(publisher) => publisher,
        Sender::Unknown(why) => return send_again(None, Form::alone(&sent), why),
    };
    let user = &publisher.0.user;
    let idempotency = match sent.one("key") {
        key if key.is_empty() => Idempotency::None,
        // No form of ours has a NUL in it, and PostgreSQL takes none.
        key => Idempotency::Form(key.replace('\0', "\u{fffd}")),
    };
    let refused = match Draft::parse_aside(fields(&sent)).await {
        Err(problems) => PublishError::Problems(problems),
        Ok(parsed) => match app.publish_queue.publish(publisher.0.author(), parsed, idempotency).await {
            Ok(PublishOutcome::Published(post, _)) => return Ok(page::see_other(&post::address(&post))),
            Ok(PublishOutcome::KeyUsed(post)) => return used_twice(&app, user, &sent, &post.title).await,
            Ok(PublishOutcome::InProgress) => unreachable!("only programs' requests are claimed"),
            Err(refusal) => refusal,
        },
    };
    match refused {
        PublishError::OtherGroups => unreachable!("only tokens are held to groups"),
        PublishError::Problems(problems) => {
            let form = Form::again(&app, &sent, sent.one("key")).await;
            form.show(StatusCode::UNPROCESSABLE_ENTITY, user, *problems, None)
        }
        PublishError::Database(error) => {
            tracing::error!(%error, user.id = user.id, "A post could not be published");
            let form = Form::again(&app, &sent, sent.one("key")).await;
            send_again(Some(user), form, db::reason(&error))
        }
    }
}

/// The form as somebody sent it who turned out to be signed out, and who is signed in again. It has not been
/// published, and is not now.
pub async fn show_kept(app: &App, user: &User, sent: &PostForm) -> Result<Response, Error> {
    let problem = "You were signed out; your post is not published yet.";
    let form = Form::again(app, sent, sent.one("key")).await;
    let problems = Problems { form: Some(problem.into()), ..Default::default() };
    form.show(StatusCode::UNPROCESSABLE_ENTITY, user, problems, None)
}

/// Who sends the form; or why that cannot be told right now, which is no reason to lose what was typed.
pub enum Sender {
    /// Somebody who may post.
    Known(Box<Publisher>),
    /// Whoever it is: the database does not tell.
    Unknown(&'static str),
}

impl<'a> FromRequest<'a> for Sender {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let error = match Publisher::from_request(request, body).await {
            Ok(publisher) => return Ok(Self::Known(publisher.into())),
            Err(error) => error,
        };
        let why = match error.downcast_ref() {
            Some(Error::Database(error)) => db::reason(error),
            Some(Error::Session(_)) => "The database does not answer.",
            _ => return Err(error),
        };
        tracing::error!(%error, "A form was sent, and it could not be found out by whom");
        Ok(Self::Unknown(why))
    }
}

/// The form as it was sent, to be sent once more: to whoever sent it, so it needs no right to read.
fn send_again(user: Option<&User>, form: Form, why: &str) -> Result<Response, Error> {
    let why = format!("{why} Please send it again in a moment.");
    let problems = Problems { form: Some(why), ..Default::default() };
    let page = user.map_or_else(Page::for_nobody, |user| Page::of(user, "post"));
    let form = Form { person: user.map_or_else(|| form.person.clone(), |user| user.id.to_string()), ..form };
    let page = PostFormPage { page, form, problems, preview: None };
    let mut response = page::show::<Error>(StatusCode::SERVICE_UNAVAILABLE, &page)?;
    page::set_header(&mut response, header::RETRY_AFTER, "5");
    Ok(response)
}

/// The form was published before, came back by the browser's Back, and now says something else: a second
/// post may be meant, or not.
async fn used_twice(app: &App, user: &User, sent: &PostForm, title: &str) -> Result<Response, Error> {
    let why =
        format!("This form was already published as “{title}”. Publish again to make another post of it.");
    let form = Form::again(app, sent, new_key()).await;
    let problems = Problems { form: Some(why), ..Default::default() };
    form.show(StatusCode::UNPROCESSABLE_ENTITY, user, problems, None)
}

impl Form {
    async fn filled(app: &App, fields: Fields, key: String, filter: String) -> Result<Self, Error> {
        let mut enabled = users::all(&app.db.read).await?;
        enabled.retain(|user| !user.disabled);
        let (groups, sizes) = (groups::all(&app.db.read).await?, groups::sizes(&app.db.read).await?);
        let called = groups::called(&groups);
        let ticked: HashSet<_> =
            fields.groups.iter().filter_map(|name| called.find(name)).map(Group::group_id).collect();
        let choice = |group: Group| GroupChoice {
            people: sizes.get(&group.group_id()).copied().unwrap_or_default(),
            checked: ticked.contains(&group.group_id()),
            name: group.name,
        };
        let groups = groups.into_iter().map(choice).collect();
        Ok(Self { groups, ..Self::among(&enabled, fields, key, filter, app.hub.live_users()) })
    }

    /// As it was sent. Even if nothing can be read any more, what was typed goes back.
    async fn again(app: &App, sent: &PostForm, key: String) -> Self {
        let filled = Self::filled(app, fields(sent), key.clone(), sent.one("filter"));
        db::with_timeout(filled).await.unwrap_or_else(|error| {
            tracing::error!(%error, "It could not be read whom a post may be for");
            Self { key, ..Self::alone(sent) }
        })
    }

    /// With nobody in it but who was ticked.
    fn alone(sent: &PostForm) -> Self {
        let fields = fields(sent);
        let tick = |name: &String| Choice { name: name.clone(), checked: true };
        let people = fields.recipients.iter().map(tick).collect();
        let tick = |name: &String| GroupChoice { name: name.clone(), people: 0, checked: true };
        let groups = fields.groups.iter().map(tick).collect();
        let (key, person) = (sent.one("key"), sent.one(PERSON));
        Self { person, people, groups, ..Self::among(&[], fields, key, sent.one("filter"), 0) }
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
            person: String::new(),
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

    fn show(
        self,
        status: StatusCode,
        user: &User,
        problems: Problems,
        preview: Option<PostView>,
    ) -> Result<Response, Error> {
        let form = Self { person: user.id.to_string(), ..self };
        page::show(status, &PostFormPage { page: Page::of(user, "post"), form, problems, preview })
    }
}

fn fields(sent: &PostForm) -> Fields {
    Fields {
        kind: sent.one("kind"),
        severity: sent.one("severity"),
        title: sent.one("title"),
        body: sent.one("body"),
        audience: sent.one("audience"),
        recipients: sent.all("recipients"),
        groups: sent.all("groups"),
    }
}

/// Not a secret: it only tells one filling of the form from another.
fn new_key() -> String {
    let random: [u8; 16] = rand::random();
    random.iter().fold(String::new(), |mut key, byte| {
        write!(key, "{byte:02x}").expect("a string takes whatever is written to it");
        key
    })
}
