//! The feed.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};
use sea_orm::DbErr;

use crate::{
    app::App,
    domain::posts::{self, Filter, alerts},
    ids::UserId,
    live::audience::Viewer,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::{board::BoardView, post::PostView},
    },
};

/// Posts on one page.
const PAGE_SIZE: usize = 30;

#[derive(Template)]
#[template(path = "feed.html")]
struct FeedPage {
    page: Page,
    cursor: String,
    posts: Vec<PostView>,
    board: Option<BoardView>,
    newest: bool,
    older: Option<i64>,
}

/// `GET /`: the newest posts, or those before `?before=`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, query: Query) -> Result<Response, Error> {
    // Read before the list: what is published in between is delivered, and the page knows it already.
    let cursor = app.log.in_client_form(app.log.head()).to_string();
    let viewer = current.user.user_id();
    let before = query.number("before");
    let filter = Filter { before, ..Default::default() };
    let mut found = posts::feed(&app.db.read, viewer, filter, PAGE_SIZE as u64 + 1).await?;
    let has_more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    if before.is_none() {
        alerts::note_shown(&app.db, &current.user, found.iter().map(|one| &one.post)).await;
    }
    let board = if before.is_none() { board_above(&app, viewer).await? } else { None };
    let feed = FeedPage {
        page: Page::of(&current.user, Section::Feed),
        cursor,
        older: found.last().filter(|_| has_more).map(|last| last.post.number),
        posts: found.iter().map(|one| PostView::of(one, &app.config.time_zone)).collect(),
        board,
        newest: before.is_none(),
    };
    page::show(StatusCode::OK, &feed)
}

/// The board above the feed, if there is one that they may see.
async fn board_above(app: &App, user: UserId) -> Result<Option<BoardView>, DbErr> {
    let Some(board) = app.state.above_feed() else { return Ok(None) };
    let viewer = Viewer::load(&app.db.read, user).await?;
    let (recents, zone) = (app.state.recents(board.id), &app.config.time_zone);
    let cards = app.state.cards_for(&viewer, board.id);
    Ok(cards.map(|cards| BoardView::of(&board, cards.iter().map(|card| &**card), &recents, &viewer, zone)))
}
