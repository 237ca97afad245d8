//! `/api/v1/cards/{key}/ping`: the address by which a card is pinged.

use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Path},
};
use serde::Serialize;

use crate::{
    app::App,
    domain::pings,
    web::{
        api::cards::{answer, find_own},
        extract::token::KeepingProgram,
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
    let card = find_own(&app, &keeper, &key).await?;
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
    let card = find_own(&app, &keeper, &key).await?;
    match pings::remove(&app.changes, &keeper.by, &card).await? {
        true => Ok(StatusCode::NO_CONTENT.into()),
        false => Err(Problem::NotFound),
    }
}
