//! `/api/v1/posts`: publish one, read them.

use poem::{
    IntoResponse, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::{Data, Path, Query},
};
use serde::Serialize;

use self::{body::PostBody, list_query::ListQuery, new_post::NewPost};
use crate::{
    app::App,
    domain::posts::{self, Draft, PublishError, PublishOutcome, repeats},
    web::{
        extract::{
            json::Json,
            token::{self, PublishingProgram, ReadingProgram},
        },
        problem::Problem,
        views::post,
    },
};

mod body;
pub mod changes;
pub mod follow_ups;
mod keys;
mod list_query;
mod new_post;
mod own;
pub mod people;
pub mod pin;
pub mod record;
pub mod revisions;
pub mod roster;

/// Posts on one page, unless asked for otherwise.
const DEFAULT_PAGE_SIZE: u64 = 30;

const MAX_PAGE_SIZE: u64 = 100;

#[derive(Serialize)]
struct Created {
    id: i64,
    event: String,
    url: String,
}

#[derive(Serialize)]
struct Page {
    posts: Vec<PostBody>,
    /// Where the next page is; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// `POST /api/v1/posts`.
#[handler]
pub async fn create(
    publisher: PublishingProgram,
    app: Data<&App>,
    headers: &HeaderMap,
    sent: Json<NewPost>,
) -> Result<Response, Problem> {
    let owner = publisher.author.user;
    let idempotency = keys::idempotency(headers, publisher.token, &sent.bytes)?;
    let by = publisher.author.by.clone();
    let dedup_key = sent.value.dedup_key.as_deref().map(keys::parse_dedup_key).transpose()?;
    let draft = Draft::parse_aside(sent.value.into()).await.map_err(Problem::Invalid)?;
    let published = match &dedup_key {
        None => app.publish_queue.publish(publisher.author, draft, idempotency).await,
        Some(key) => {
            let (author, key) = (&publisher.author, (publisher.token, key.as_str()));
            repeats::publish(&app.changes, &app.log, author, &draft, key, &idempotency).await
        }
    };
    match published {
        // It was said again: what it is now, and how often it was said.
        Ok(PublishOutcome::Published(post, None)) if dedup_key.is_some() => {
            let found = posts::find(&app.db.read, owner, post.id).await?.ok_or(Problem::NotFound)?;
            Ok(answer(StatusCode::OK, &PostBody::from(found)))
        }
        Ok(PublishOutcome::Published(post, event)) => {
            let event = event.map(|cursor| cursor.to_string()).unwrap_or_default();
            let made = Created { id: post.id, event, url: post::address(&post) };
            let location = format!("/api/v1/posts/{}", post.id);
            Ok(answer(StatusCode::CREATED, &made).with_header(header::LOCATION, location).into_response())
        }
        Ok(PublishOutcome::KeyUsed(_)) => Err(Problem::KeyReused),
        Ok(PublishOutcome::InProgress) => Err(Problem::KeyInProgress),
        Err(PublishError::Problems(problems)) => Err(Problem::Invalid(problems)),
        Err(PublishError::OtherGroups) => Err(token::refuse(&app, &by, Problem::Groups)),
        Err(PublishError::Database(error)) => Err(error.into()),
    }
}

/// `GET /api/v1/posts`: newest first.
#[handler]
pub async fn list(
    reader: ReadingProgram,
    app: Data<&App>,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let limit = query.limit.map_or(DEFAULT_PAGE_SIZE, |limit| limit.0);
    let filter = query.filter(&app).await?;
    let count = usize::try_from(limit).unwrap_or(usize::MAX);
    let found = posts::feed(&app.db.read, reader.owner, &filter, count).await?;
    let next = found.next.map(|next| query.next(next.before(), limit));
    Ok(answer(StatusCode::OK, &Page { posts: found.posts.into_iter().map(PostBody::from).collect(), next }))
}

/// `GET /api/v1/posts/{id}`.
#[handler]
pub async fn show(reader: ReadingProgram, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Problem> {
    let found = posts::find(&app.db.read, reader.owner, id).await?.ok_or(Problem::NotFound)?;
    Ok(answer(StatusCode::OK, &PostBody::from(found)))
}

fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_string(body).expect("posts have string keys and no failing fields");
    Response::builder().status(status).content_type("application/json").body(body)
}
