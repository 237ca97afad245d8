//! One card on a page of its own.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::{
        boards,
        cards::{self, CardKey},
    },
    live::audience::Viewer,
    web::{
        error::Error,
        extract::access::CurrentUser,
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::card::CardView,
    },
};

#[derive(Template)]
#[template(path = "card.html")]
struct CardPage {
    page: Page,
    card: CardView,
    board_name: String,
    board_slug: String,
}

/// `GET /cards/{key}`: 404 for who may not see it, or not its board.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, Path(key): Path<String>) -> Result<Response, Error> {
    let key = CardKey::parse(&key).ok_or(Error::NotFound)?;
    let viewer = Viewer::load(&app.db.read, current.user.user_id()).await?;
    let card = cards::find(&app.db.read, &key).await?.ok_or(Error::NotFound)?;
    let board = boards::find_by_id(&app.db.read, card.board).await?.ok_or(Error::NotFound)?;
    if !card.is_seen_by(&board, &viewer) {
        return Err(Error::NotFound);
    }
    let place = board.layout.place(&card.key);
    let shown = CardPage {
        page: Page::of(&current.user, Section::Boards),
        card: CardView::of(&card, place, &app.config.time_zone),
        board_name: board.name.to_string(),
        board_slug: board.slug.to_string(),
    };
    page::show(StatusCode::OK, &shown)
}
