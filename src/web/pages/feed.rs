//! The feed.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use crate::{
    app::App,
    domain::posts::{self, Filter},
    web::{
        extract::{auth::CurrentUser, query::Query},
        pages::alerts,
        respond::{
            error::Error,
            page::{self, Page},
        },
        views::post::PostView,
    },
};

/// Posts on one page.
const PAGE: usize = 30;

#[derive(Template)]
#[template(path = "feed.html")]
struct FeedPage {
    page: Page,
    cursor: String,
    posts: Vec<PostView>,
    newest: bool,
    older: Option<i64>,
}

/// `GET /`: the newest posts, or those before `?before=`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, asked: Query) -> Result<Response, Error> {
    // Read before the list: what is published in between is delivered, and the page knows it already.
    let cursor = app.log.given(app.log.head()).to_string();
    let viewer = current.user.user_id();
    let before = asked.number("before");
    let filter = Filter { before, ..Default::default() };
    let mut found = posts::feed(&app.db.read, viewer, filter, PAGE as u64 + 1).await?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    if before.is_none() {
        alerts::shown(&app, &current.user, found.iter().map(|one| &one.post)).await;
    }
    let feed = FeedPage {
        page: Page::of(&current.user, "feed"),
        cursor,
        older: found.last().filter(|_| has_more).map(|last| last.post.id),
        posts: found.iter().map(|one| PostView::of(one, &app.config.time_zone)).collect(),
        newest: before.is_none(),
    };
    page::show(StatusCode::OK, &feed)
}
