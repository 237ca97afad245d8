//! `/api/v1/cards/{key}/pause` and `/api/v1/boards/{slug}/pause`: raise no alarms until a time.

use jiff::Timestamp;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde::Deserialize;

use crate::{
    app::App,
    domain::{
        alarms::pauses::{self, Wish},
        boards::{self, Slug},
        cards::Keeper,
        users,
    },
    web::{
        api::cards::{find_own, parse_key, show_card},
        extract::{
            json::Json,
            token::{self, KeepingProgram},
        },
        problem::Problem,
    },
};

/// Until when no alarms are to be raised.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPause {
    /// An instant, as RFC 3339 writes it.
    until: String,
}

/// `PUT /api/v1/cards/{key}/pause`.
#[handler]
pub async fn pause_card(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(key): Path<String>,
    sent: Json<NewPause>,
) -> Result<Response, Problem> {
    set_card(&app, &keeper, &key, Some(until(&sent)?)).await
}

/// `DELETE /api/v1/cards/{key}/pause`.
#[handler]
pub async fn resume_card(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    set_card(&app, &keeper, &key, None).await
}

/// `PUT /api/v1/boards/{slug}/pause`: for tokens of administrators.
#[handler]
pub async fn pause_board(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(slug): Path<String>,
    sent: Json<NewPause>,
) -> Result<Response, Problem> {
    set_board(&app, &keeper, &slug, Some(until(&sent)?)).await
}

/// `DELETE /api/v1/boards/{slug}/pause`.
#[handler]
pub async fn resume_board(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(slug): Path<String>,
) -> Result<Response, Problem> {
    set_board(&app, &keeper, &slug, None).await
}

async fn set_card(app: &App, keeper: &Keeper, key: &str, until_ms: Option<i64>) -> Result<Response, Problem> {
    find_own(app, keeper, key).await?;
    let name = name(app, keeper).await?;
    let wish = Wish { by: &keeper.by, name: &name, until_ms };
    let card = pauses::set_card(&app.changes, &wish, &parse_key(key)?).await?.ok_or(Problem::NotFound)?;
    let board = boards::find_by_id(&app.db.read, card.board).await?;
    Ok(show_card(&card, board.as_ref()))
}

async fn set_board(
    app: &App,
    keeper: &Keeper,
    slug: &str,
    until_ms: Option<i64>,
) -> Result<Response, Problem> {
    let slug = Slug::parse(slug).ok_or_else(|| Problem::Malformed(Slug::RULE.into()))?;
    let found = boards::find(&app.db.read, &slug).await?.filter(|_| keeper.owner.is_admin);
    if !keeper.may_show_to(&found.ok_or(Problem::NotFound)?.audience) {
        return Err(token::refuse(app, &keeper.by, Problem::Groups));
    }
    let name = name(app, keeper).await?;
    let wish = Wish { by: &keeper.by, name: &name, until_ms };
    let is_there = pauses::set_board(&app.changes, &wish, &slug).await?;
    if is_there { Ok(StatusCode::NO_CONTENT.into()) } else { Err(Problem::NotFound) }
}

async fn name(app: &App, keeper: &Keeper) -> Result<String, Problem> {
    let owner = users::find(&app.db.read, keeper.owner.user).await?;
    Ok(owner.ok_or(Problem::NotFound)?.name)
}

fn until(sent: &Json<NewPause>) -> Result<i64, Problem> {
    let until = sent.value.until.parse::<Timestamp>().map(Timestamp::as_millisecond);
    let why =
        || "A pause ends at a time such as 2030-01-31T12:00:00Z: later than now, and within a year.".into();
    let until = until.ok().filter(|until_ms| pauses::is_end(*until_ms));
    until.ok_or_else(|| Problem::InvalidCard([("until", why())].into()))
}
