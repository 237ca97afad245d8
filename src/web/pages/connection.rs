//! How a page is connected, and what to change when it is not as it should be.

use askama::Template;
use poem::{
    IntoResponse, Request, Response, handler,
    http::{HeaderMap, StatusCode, Version},
    web::{Data, Json},
};
use serde_json::json;

use crate::{
    app::App,
    clock,
    domain::posts::{Draft, Fields, Idempotency, Post, PublishError, PublishOutcome},
    text,
    web::{
        error::Error,
        extract::access::CurrentUser,
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::post,
    },
};

/// Seconds between two tests of one person: each is a post that is kept.
const TEST_INTERVAL: i64 = 10;

#[derive(Template)]
#[template(path = "connection.html")]
struct ConnectionPage {
    page: Page,
    /// As of which event the page is.
    cursor: String,
    /// The version of HTTP that reached the server, perhaps a proxy's.
    version: &'static str,
    /// Whether people come by https.
    is_https: bool,
    /// Whose connection the server takes it for.
    address: String,
}

/// `GET /connection`: how this page is connected.
#[handler]
pub fn show(current: CurrentUser, app: Data<&App>, request: &Request) -> Result<Response, Error> {
    let page = ConnectionPage {
        page: Page::of(&current.user, Section::Elsewhere),
        cursor: app.log.in_client_form(app.log.head()).to_string(),
        version: version(request.version()),
        is_https: app.config.is_https(),
        address: current.address.to_string(),
    };
    page::show(StatusCode::OK, &page)
}

/// `POST /connection/test`: publishes a post to oneself alone, whose way to the page is timed.
#[handler]
pub async fn test(current: CurrentUser, app: Data<&App>, headers: &HeaderMap) -> Result<Response, Error> {
    let began_ms = clock::now_ms();
    let post = publish(&app, &current, began_ms).await?;
    if !page::wants_json(headers) {
        return Ok(page::see_other(&post::address(&post)));
    }
    if post.published_ms < began_ms {
        return Ok(Json(json!({ "again": TEST_INTERVAL })).into_response());
    }
    let times = json!({ "post": post.id, "published_ms": post.published_ms, "server_ms": clock::now_ms() });
    Ok(Json(times).into_response())
}

/// One post in each interval: a second one is the first again.
async fn publish(app: &App, current: &CurrentUser, now_ms: i64) -> Result<Post, Error> {
    let fields = Fields {
        kind: "news".into(),
        title: text::say("connection-test-title"),
        body: text::say("connection-test-body"),
        audience: "people".into(),
        recipients: vec![current.user.name.clone()],
        ..Fields::default()
    };
    // Its texts are ours and its recipient has just been read: only a rename in this moment makes it wrong.
    let draft = Draft::parse(&fields).map_err(|_| Error::NotFound)?;
    let key = format!("connection-test-{}", now_ms / (TEST_INTERVAL * 1000));
    match app.publish_queue.publish(current.author(), draft, Idempotency::Form(key)).await {
        Ok(PublishOutcome::Published(post, _) | PublishOutcome::KeyUsed(post)) => Ok(post),
        Ok(PublishOutcome::InProgress) | Err(PublishError::OtherGroups | PublishError::Problems(_)) => {
            Err(Error::Crowded)
        }
        Err(PublishError::Database(error)) => Err(error.into()),
    }
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 | Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}
