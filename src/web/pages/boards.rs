//! Boards: their list, and the cards of one.

use std::cmp::Reverse;

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::{
        boards::{self, Slug},
        cards,
    },
    live::audience::Viewer,
    web::{
        error::Error,
        extract::access::CurrentUser,
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::board::{BoardRow, BoardView},
    },
};

#[derive(Template)]
#[template(path = "boards.html")]
struct BoardsPage {
    page: Page,
    boards: Vec<BoardRow>,
    admin: bool,
}

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    page: Page,
    board: BoardView,
    admin: bool,
}

/// `GET /boards`: those that one may see, the worst first.
#[handler]
pub async fn list(current: CurrentUser, app: Data<&App>) -> Result<Response, Error> {
    // What was answered before stands on the list, which nothing changes once it is shown.
    app.state.catch_up_if_behind().await?;
    let viewer = Viewer::load(&app.db.read, current.user.user_id()).await?;
    let mut boards: Vec<_> = app.state.boards_for(&viewer).into_iter().map(BoardRow::of).collect();
    // Where they are equally bad, the order of the administrators stays.
    boards.sort_by_key(|row| Reverse(row.concern));
    let (page, admin) = (Page::of(&current.user, Section::Boards), current.user.is_admin());
    page::show(StatusCode::OK, &BoardsPage { page, boards, admin })
}

/// `GET /boards/{slug}`.
#[handler]
pub async fn show(
    current: CurrentUser,
    app: Data<&App>,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let slug = Slug::parse(&slug).ok_or(Error::NotFound)?;
    let viewer = Viewer::load(&app.db.read, current.user.user_id()).await?;
    let board = boards::find(&app.db.read, &slug).await?;
    let board = board.filter(|board| board.audience.includes(&viewer)).ok_or(Error::NotFound)?;
    let cards = cards::on_board(&app.db.read, board.id).await?;
    let recents = app.state.recents(board.id);
    let board = BoardView::of(&board, &cards, &recents, &viewer, &app.config.time_zone);
    let (page, admin) = (Page::of(&current.user, Section::Boards), current.user.is_admin());
    page::show(StatusCode::OK, &BoardPage { page, board, admin })
}
