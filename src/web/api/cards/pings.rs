//! `/api/v1/cards/{key}/ping`: the address by which a card is pinged.

use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Path},
};
use serde::Serialize;

use crate::{
    app::App,
    domain::{
        boards,
        cards::{self, Card, Keeper},
        pings,
    },
    web::{
        api::cards::{answer, parse_key},
        extract::token::{self, KeepingProgram},
        problem::Problem,
        respond::page,
    },
};

/// An address that was made.
#[derive(Serialize)]
struct Made {
    address: String,
}

/// `POST /api/v1/cards/{key}/ping`: makes an address, which is told this once; an earlier one ends.
#[handler]
pub async fn create(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(key): Path<String>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let card = find(&app, &keeper, &key).await?;
    if !pings::is_for(&card) {
        let why = "Only a card of the kind `progress` or `status` is pinged.".into();
        return Err(Problem::InvalidCard([("kind", why)].into()));
    }
    let secret = pings::add(&app.changes, &keeper.by, &card, keeper.token).await?;
    let address = format!("{}/ping/{secret}", page::origin(&app, headers));
    Ok(answer(StatusCode::CREATED, &Made { address }))
}

/// `DELETE /api/v1/cards/{key}/ping`.
#[handler]
pub async fn remove(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let card = find(&app, &keeper, &key).await?;
    match pings::remove(&app.changes, &keeper.by, &card).await? {
        true => Ok(StatusCode::NO_CONTENT.into()),
        false => Err(Problem::NotFound),
    }
}

/// The card of this key, if it is the program's, and not for others than it may post to.
async fn find(app: &App, keeper: &Keeper, key: &str) -> Result<Card, Problem> {
    let found = cards::find(&app.db.read, &parse_key(key)?).await?;
    let is_theirs = |card: &Card| keeper.owner.is_admin || card.owner == keeper.owner.user;
    let card = found.filter(is_theirs).ok_or(Problem::NotFound)?;
    let board = boards::find_by_id(&app.db.read, card.board).await?.ok_or(Problem::NotFound)?;
    if !keeper.may_show_to(card.audience.as_deref().unwrap_or(&board.audience)) {
        return Err(token::refuse(app, &keeper.by, Problem::Groups));
    }
    Ok(card)
}
