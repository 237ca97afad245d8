//! One post's page, and the form that makes one.

use std::fmt::Write;

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    auth::{Admin, CurrentUser},
    error::Error,
    form::Form as Sent,
    page::{self, Page},
    post_view::{self, PostView},
};
use crate::{
    app::{App, Publishing},
    clock, db,
    posts::{self, Audience, Draft, Fields, Problems, Refusal},
    users::{self, User},
};

/// 64 KiB of text may become three times as much on the way, and thousands of names may be ticked.
type PostForm = Sent<{ 512 * 1024 }>;

#[derive(Template)]
#[template(path = "post.html")]
struct PostPage {
    page: Page,
    post: PostView,
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
    key: String,
    kind: String,
    severity: String,
    title: String,
    body: String,
    audience: String,
    filter: String,
    people: Vec<Choice>,
    everyone: usize,
    live: usize,
    hidden: usize,
}

struct Choice {
    name: String,
    checked: bool,
}

/// `GET /posts/{id}`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let viewer = current.user.user_id();
    let found = posts::find(&app.db.read, viewer, id).await?.ok_or(Error::NotFound)?;
    let names_are_shown = found.post.author_id == current.user.id && found.post.audience == Audience::People;
    let recipients =
        if names_are_shown { Some(posts::recipient_names(&app.db.read, id).await?) } else { None };
    let post = PostView { long: false, ..PostView::of(&found, &app.config.time_zone) };
    page::show(StatusCode::OK, &PostPage { page: Page::of(&current.user, ""), post, recipients })
}

/// `GET /admin/posts/new`.
#[handler]
pub async fn new(admin: Admin, app: Data<&App>) -> Result<Response, Error> {
    let empty = Fields { kind: "news".into(), audience: "everyone".into(), ..Default::default() };
    let form = Form::filled(&app, empty, new_key(), String::new()).await?;
    form.show(StatusCode::OK, &admin.0.user, Problems::default(), None)
}

/// `POST /admin/posts/draft`: the same form with a preview, or with fewer names to choose from; nothing is
/// kept.
#[handler]
pub async fn draft(admin: Admin, app: Data<&App>, sent: PostForm) -> Result<Response, Error> {
    let user = &admin.0.user;
    let fields = fields(&sent);
    let is_preview = sent.one("then") == "preview";
    let parsed = is_preview.then(|| Draft::parse(&fields));
    let form = Form::filled(&app, fields, sent.one("key"), sent.one("filter")).await?;
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
pub async fn create(admin: Admin, app: Data<&App>, sent: PostForm) -> Result<Response, Error> {
    let user = &admin.0.user;
    let fields = fields(&sent);
    let key = Some(sent.one("key")).filter(|key| !key.is_empty());
    let refused = match Draft::parse(&fields) {
        Err(problems) => Refusal::Problems(problems),
        Ok(parsed) => match app.publish(user.user_id(), &parsed, key.as_deref()).await {
            Ok(Publishing::Published(post)) => {
                tracing::info!(post.id = post.id, user.id = user.id, "Published");
                return Ok(page::see_other(&post_view::address(&post)));
            }
            Ok(Publishing::AlreadyPublished(post)) => return Ok(page::see_other(&post_view::address(&post))),
            Ok(Publishing::KeyUsed(post)) => return used_twice(&app, user, fields, &sent, &post.title).await,
            Err(refusal) => refusal,
        },
    };
    match refused {
        Refusal::Problems(problems) => {
            let form = Form::filled(&app, fields, sent.one("key"), sent.one("filter")).await?;
            form.show(StatusCode::UNPROCESSABLE_ENTITY, user, *problems, None)
        }
        Refusal::Database(error) => {
            tracing::error!(%error, user.id = user.id, "A post could not be published");
            let why = format!("{} Please publish it again in a moment.", db::trouble(&error));
            let form = Form::filled(&app, fields, sent.one("key"), sent.one("filter")).await?;
            let problems = Problems { form: Some(why), ..Default::default() };
            form.show(StatusCode::SERVICE_UNAVAILABLE, user, problems, None)
        }
    }
}

/// The form was published before, came back by the browser's Back, and now says something else: a second
/// post may be meant, or not.
async fn used_twice(
    app: &App,
    user: &User,
    fields: Fields,
    sent: &PostForm,
    title: &str,
) -> Result<Response, Error> {
    let why =
        format!("This form was already published as “{title}”. Publish again to make another post of it.");
    let form = Form::filled(app, fields, new_key(), sent.one("filter")).await?;
    let problems = Problems { form: Some(why), ..Default::default() };
    form.show(StatusCode::UNPROCESSABLE_ENTITY, user, problems, None)
}

impl Form {
    async fn filled(app: &App, fields: Fields, key: String, filter: String) -> Result<Self, Error> {
        let everybody = users::all(&app.db.read).await?;
        let enabled: Vec<_> = everybody.iter().filter(|user| !user.disabled).collect();
        let wanted = filter.trim().to_lowercase();
        let choices = enabled.iter().map(|user| {
            let checked = fields.recipients.iter().any(|name| user.is_called(name));
            (user, Choice { name: user.name.clone(), checked })
        });
        // Who is ticked stays in the list, or the form would lose them.
        let people: Vec<_> = choices
            .filter(|(user, choice)| choice.checked || user.name_key.contains(&wanted))
            .map(|(_, choice)| choice)
            .collect();
        Ok(Self {
            key,
            kind: fields.kind,
            severity: fields.severity,
            title: fields.title,
            body: fields.body,
            audience: fields.audience,
            filter,
            hidden: enabled.len() - people.len(),
            people,
            everyone: enabled.len(),
            live: app.hub.live_users(),
        })
    }

    fn show(
        self,
        status: StatusCode,
        user: &User,
        problems: Problems,
        preview: Option<PostView>,
    ) -> Result<Response, Error> {
        page::show(status, &PostFormPage { page: Page::of(user, "post"), form: self, problems, preview })
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
