//! What a screen on a wall shows: one board, by a link, without an account.

use askama::Template;
use poem::{
    Request, Response, handler,
    http::{HeaderValue, StatusCode, header},
    web::{Data, Path},
};

use crate::{
    app::App,
    assets,
    clock::{self, Moment},
    domain::{
        audit::Actor,
        boards::{self, Board},
        cards,
        posts::alerts,
        walls::{self, Opening, Wall},
    },
    ids::{ListenerId, WallId},
    live::audience::Viewer,
    text::{self, Language},
    web::{
        error::Error,
        extract::{
            client::Client,
            session::HeadOnly,
            wall::{self, Screen},
        },
        respond::page,
        views::{board::BoardView, wall_post::WallPost},
    },
};

/// So many posts take turns on a screen.
const MAX_POSTS: usize = 5;

#[derive(Template)]
#[template(path = "wall.html")]
struct WallPage {
    language: Language,
    assets: &'static str,
    build: &'static str,
    wall: i64,
    look: String,
    board: BoardView,
    posts: Vec<WallPost>,
    /// The page has everything up to here.
    cursor: String,
    /// When it was made.
    made: Moment,
}

#[derive(Template)]
#[template(path = "wall_ended.html")]
struct EndedPage {
    language: Language,
    assets: &'static str,
}

/// `GET /wall/{secret}`: the first screen that opens it has it from then on, and is led to an address without the secret.
#[handler]
pub async fn open(
    app: Data<&App>,
    client: Client,
    Path(secret): Path<String>,
    request: &Request,
) -> Result<Response, Error> {
    // Nothing is used up for the head of a page.
    if request.data::<HeadOnly>().is_some() {
        return Ok(StatusCode::NO_CONTENT.into());
    }
    let had = |wall| wall::sent(&app, request.headers(), wall);
    let opening = walls::open(&app.changes, &Actor::visitor(client.0), &secret, had).await?;
    match opening {
        Opening::First(wall, cookie) => {
            let mut answer = page::see_other(&address(wall.wall_id()));
            keep(&app, &mut answer, &wall, cookie);
            Ok(answer)
        }
        Opening::Again(wall) => Ok(page::see_other(&address(wall.wall_id()))),
        Opening::Refused => {
            page::show(StatusCode::GONE, &EndedPage { language: text::language(), assets: assets::prefix() })
        }
    }
}

/// `GET /walls/{id}`.
#[handler]
pub async fn show(app: Data<&App>, screen: Screen) -> Result<Response, Error> {
    let found = match screen.0 {
        Some((wall, cookie)) => board(&app, &wall).await?.map(|board| (wall, cookie, board)),
        None => None,
    };
    let Some((wall, cookie, board)) = found else {
        return page::show(
            StatusCode::GONE,
            &EndedPage { language: text::language(), assets: assets::prefix() },
        );
    };
    // Before what is shown is read: what comes between comes by the stream, too.
    let cursor = app.log.fresh_head().await.unwrap_or_else(|_| app.log.head());
    let cursor = app.log.in_client_form(cursor).to_string();
    let viewer = Viewer::load_listener(&app.db.read, ListenerId::Wall(wall.wall_id())).await?;
    let shown = WallPage {
        language: text::language(),
        assets: assets::prefix(),
        build: assets::build(),
        wall: wall.id,
        look: wall.look.clone(),
        board: shown(&app, &board, &viewer).await?,
        posts: posts(&app, &viewer).await?,
        cursor,
        made: Moment::of(clock::now_ms(), &app.config.time_zone),
    };
    let mut answer = page::show::<Error>(StatusCode::OK, &shown)?;
    keep(&app, &mut answer, &wall, cookie);
    Ok(answer)
}

async fn board(app: &App, wall: &Wall) -> Result<Option<Board>, Error> {
    Ok(boards::find_by_id(&app.db.read, wall.board()).await?)
}

/// The board as this screen may see it.
async fn shown(app: &App, board: &Board, viewer: &Viewer) -> Result<BoardView, Error> {
    let seen = board.is_seen_by(viewer);
    let cards = if seen { cards::on_board(&app.db.read, board.id).await? } else { Vec::new() };
    let recents = app.state.recents(board.id);
    let view = BoardView::of(board, &cards, &recents, viewer, &app.config.time_zone);
    let view = view.unlinked();
    // Of a board that it may not show any more it learns nothing, be it another name.
    Ok(if seen { view } else { BoardView { name: String::new(), ..view } })
}

/// The critical posts that go on, as far as this screen shows them.
async fn posts(app: &App, viewer: &Viewer) -> Result<Vec<WallPost>, Error> {
    let ongoing = alerts::ongoing(&app.db.read, viewer, MAX_POSTS).await?;
    Ok(ongoing.iter().filter_map(|post| WallPost::of(post, &app.config.time_zone)).collect())
}

fn address(wall: WallId) -> String {
    format!("/walls/{}", wall.0)
}

/// Has the screen keep its cookie, from now on for as long as browsers do.
fn keep(app: &App, answer: &mut Response, wall: &Wall, cookie: String) {
    if let Ok(value) = HeaderValue::from_str(&wall::cookie(app, wall, cookie).to_string()) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
}
