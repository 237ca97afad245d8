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
        alarms::pauses::{self, Wish},
        boards::{self, Board, Slug},
        cards,
    },
    live::audience::Viewer,
    text,
    web::{
        error::Error,
        extract::{
            access::{Admin, CurrentUser},
            form::SmallForm,
        },
        respond::{
            notice,
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
        views::{
            board::{BoardRow, BoardView},
            pause::{PauseForm, PauseView},
        },
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
    pause: Option<PauseView>,
    /// The form to pause its alarms, for administrators alone.
    form: Option<PauseForm>,
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
    show_page(&app, &current, &viewer, &board, Problems::default()).await
}

/// `POST /admin/boards/{slug}/pause`: no card on it raises alarms for so long.
#[handler]
pub async fn pause_alarms(
    Admin(current): Admin,
    app: Data<&App>,
    Path(slug): Path<String>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let slug = Slug::parse(&slug).ok_or(Error::NotFound)?;
    match pauses::until_after(&fields.one("minutes")) {
        Ok(until_ms) => set_pause(&app, &current, &slug, Some(until_ms)).await,
        Err(problem) => {
            let board = boards::find(&app.db.read, &slug).await?.ok_or(Error::NotFound)?;
            let viewer = Viewer::load(&app.db.read, current.user.user_id()).await?;
            show_page(&app, &current, &viewer, &board, Problems::one("minutes", problem)).await
        }
    }
}

/// `POST /admin/boards/{slug}/pause/removal`: they raise alarms again.
#[handler]
pub async fn resume_alarms(
    Admin(current): Admin,
    app: Data<&App>,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    set_pause(&app, &current, &Slug::parse(&slug).ok_or(Error::NotFound)?, None).await
}

async fn set_pause(
    app: &App,
    current: &CurrentUser,
    slug: &Slug,
    until_ms: Option<i64>,
) -> Result<Response, Error> {
    let wish = Wish { by: &current.by(), name: &current.user.name, until_ms };
    if !pauses::set_board(&app.changes, &wish, slug).await? {
        return Err(Error::NotFound);
    }
    let board = boards::find(&app.db.read, slug).await?.ok_or(Error::NotFound)?;
    let viewer = Viewer::load(&app.db.read, current.user.user_id()).await?;
    if board.is_seen_by(&viewer) {
        return Ok(page::see_other(&format!("/boards/{slug}")));
    }
    let done = if until_ms.is_some() { "paused" } else { "resumed" };
    Ok(notice::lead_to(&format!("/admin/boards/{slug}"), done))
}

async fn show_page(
    app: &App,
    current: &CurrentUser,
    viewer: &Viewer,
    board: &Board,
    problems: Problems,
) -> Result<Response, Error> {
    // Administrators may change what is not for them; what stands on it they do not read by that.
    let is_seen = board.is_seen_by(viewer);
    let cards = if is_seen { cards::on_board(&app.db.read, board.id).await? } else { Vec::new() };
    let recents = app.state.recents(board.id);
    let (zone, admin) = (&app.config.time_zone, current.user.is_admin());
    let address = format!("/admin/boards/{}", board.slug);
    let form = admin.then(|| PauseForm::of(&address, board.pause.as_deref(), zone));
    let pause = PauseView::of(board.pause.as_deref(), zone);
    let board = BoardView::of(board, &cards, &recents, viewer, zone);
    let page = Page::of(&current.user, Section::Boards).with_problems(problems);
    page::show(page.problems.status(), &BoardPage { page, board, pause, form, admin })
}
