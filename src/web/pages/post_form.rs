//! The form that makes a post.

use poem::{
    FromRequest, IntoResponse, Request, RequestBody, Response, handler,
    http::StatusCode,
    web::{Data, Json},
};

use crate::{
    app::App,
    clock, db,
    domain::{
        posts::{Draft, Idempotency, Problems, PublishError, PublishOutcome},
        users::User,
    },
    text,
    web::{
        error::Error,
        extract::{access::Publisher, form::LargeForm},
        respond::page,
        views::{
            post::{self, PostView},
            post_form::{self, Form},
            reach::ReachView,
        },
    },
};

/// `GET /admin/posts/new`.
#[handler]
pub async fn new(publisher: Publisher, app: Data<&App>) -> Result<Response, Error> {
    Form::empty(&app).await?.show(StatusCode::OK, &publisher.0.user, Problems::default(), None)
}

/// `POST /admin/posts/draft`: the same form with a preview, or with other names to choose from or chosen;
/// nothing is kept. With `then=beside`, the post's row alone.
#[handler]
pub async fn draft(sender: Sender, app: Data<&App>, sent: LargeForm) -> Result<Response, Error> {
    let publisher = match sender {
        Sender::Known(publisher) => publisher,
        Sender::Unknown(why) => return post_form::send_again(None, Form::alone(&sent), why),
    };
    let user = &publisher.0.user;
    if sent.one("then") == "beside" {
        return beside(&app, user, &sent).await;
    }
    let is_preview = sent.one("then") == "preview";
    let parsed = if is_preview { Some(Draft::parse_aside(post_form::fields(&sent)).await) } else { None };
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

/// The row alone, for a script that shows it while one types: 204, if there is none to show yet.
async fn beside(app: &App, user: &User, sent: &LargeForm) -> Result<Response, Error> {
    let Ok(parsed) = Draft::parse_aside(post_form::fields(sent)).await else {
        return Ok(StatusCode::NO_CONTENT.into());
    };
    let title = post::title_as_told(&parsed.title, parsed.drill);
    let preview = PostView::preview(&parsed, &user.name, clock::now_ms(), &app.config.time_zone);
    post_form::show_beside(preview, title)
}

/// `POST /admin/posts/reach`: whom the form as it is filled in would reach, in a sentence.
#[handler]
pub async fn reach(_: Publisher, app: Data<&App>, sent: LargeForm) -> Result<Response, Error> {
    let reach = ReachView::of(&app, &post_form::fields(&sent)).await?;
    Ok(Json(reach.as_json()).into_response())
}

/// `POST /admin/posts`: publishes, and shows the post.
#[handler]
pub async fn create(sender: Sender, app: Data<&App>, sent: LargeForm) -> Result<Response, Error> {
    let publisher = match sender {
        Sender::Known(publisher) => publisher,
        Sender::Unknown(why) => return post_form::send_again(None, Form::alone(&sent), why),
    };
    let user = &publisher.0.user;
    let idempotency = match sent.one("key") {
        key if key.is_empty() => Idempotency::None,
        // No form of ours has a NUL in it, and PostgreSQL takes none.
        key => Idempotency::Form(key.replace('\0', "\u{fffd}")),
    };
    let refused = match Draft::parse_aside(post_form::fields(&sent)).await {
        Err(problems) => PublishError::Problems(problems),
        Ok(parsed) => match app.publish_queue.publish(publisher.0.author(), parsed, idempotency).await {
            Ok(PublishOutcome::Published(post, _)) => return Ok(page::see_other(&post::address(&post))),
            Ok(PublishOutcome::KeyUsed(post)) => {
                return post_form::used_twice(&app, user, &sent, &post.title).await;
            }
            Ok(PublishOutcome::InProgress) => {
                let form = Form::again(&app, &sent, sent.one("key")).await;
                return post_form::send_again(Some(user), form, text::say("post-form-publishing"));
            }
            Err(refusal) => refusal,
        },
    };
    match refused {
        PublishError::OtherGroups => Err(Error::Forbidden),
        PublishError::Problems(problems) => {
            let form = Form::again(&app, &sent, sent.one("key")).await;
            form.show(StatusCode::UNPROCESSABLE_ENTITY, user, *problems, None)
        }
        PublishError::Database(error) => {
            tracing::error!(%error, user.id = user.id, "A post could not be published");
            let form = Form::again(&app, &sent, sent.one("key")).await;
            post_form::send_again(Some(user), form, db::reason(&error))
        }
    }
}

/// Who sends the form; or why that cannot be told right now, which is no reason to lose what was typed.
pub enum Sender {
    /// Somebody who may post.
    Known(Box<Publisher>),
    /// Whoever it is: the database does not tell.
    Unknown(String),
}

impl<'a> FromRequest<'a> for Sender {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let error = match Publisher::from_request(request, body).await {
            Ok(publisher) => return Ok(Self::Known(publisher.into())),
            Err(error) => error,
        };
        let why = match error.downcast_ref() {
            Some(Error::Database(error)) => db::reason(error),
            Some(Error::Session(_)) => text::say("database-away"),
            _ => return Err(error),
        };
        tracing::error!(%error, "A form was sent, and it could not be found out by whom");
        Ok(Self::Unknown(why))
    }
}
