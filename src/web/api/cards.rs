//! `/api/v1/cards`: keep cards, read one's own.

use bytes::Bytes;
use poem::{
    FromRequest, IntoResponse, Request, RequestBody, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path, Query},
};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    domain::{
        boards::{self, Board},
        cards::{self, Card, CardKey, Edit, Fields, Keeper, KeptCard, ValueKind, What},
    },
    ids::BoardId,
    live::state::Audience,
    web::{
        api::{audience::NewAudience, limit::Limit},
        extract::{
            body::{self, BodyError},
            json::Json,
            token::{self, KeepingProgram},
        },
        problem::Problem,
        views::card,
    },
};

pub mod pings;
pub mod several;

/// Cards on one page, unless asked for otherwise.
const DEFAULT_PAGE_SIZE: u64 = 100;

const MAX_PAGE_SIZE: u64 = 500;

/// Bytes of a value alone.
const MAX_VALUE_BYTES: usize = 4096;

type NewCard = Fields<NewAudience>;

/// A value that was reported.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reported {
    value: ValueKind,
    version: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub struct ListQuery {
    after: Option<String>,
    limit: Option<Limit<MAX_PAGE_SIZE>>,
}

#[derive(Serialize)]
struct Page<'a> {
    cards: Vec<card::CardBody<'a>>,
    /// Where the next page is; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// `PUT /api/v1/cards/{key}`: makes a card, or sets it anew.
#[handler]
pub async fn put(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(key): Path<String>,
    sent: Json<NewCard>,
) -> Result<Response, Problem> {
    let key = parse_key(&key)?;
    let what = What::Put(Box::new(with_people(&app, &keeper, &key, sent.value).await?));
    show(write_one(&app, keeper, key, what).await?)
}

/// `PATCH /api/v1/cards/{key}`: changes parts of one.
#[handler]
pub async fn patch(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(key): Path<String>,
    sent: Json<NewCard>,
) -> Result<Response, Problem> {
    let key = parse_key(&key)?;
    let what = What::Patch(Box::new(with_people(&app, &keeper, &key, sent.value).await?));
    show(write_one(&app, keeper, key, what).await?)
}

/// `POST /api/v1/cards/{key}/value`: reports a value, as JSON or as plain text.
#[handler]
pub async fn report(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(key): Path<String>,
    ReportedValue(value, version): ReportedValue,
) -> Result<Response, Problem> {
    show(write_one(&app, keeper, parse_key(&key)?, What::Report { value, version }).await?)
}

/// `DELETE /api/v1/cards/{key}`.
#[handler]
pub async fn remove(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    write_one(&app, keeper, parse_key(&key)?, What::Remove).await?;
    Ok(StatusCode::NO_CONTENT.into())
}

/// `GET /api/v1/cards`: one's own, by key; an administrator's token sees all.
#[handler]
pub async fn list(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let limit = query.limit.map_or(DEFAULT_PAGE_SIZE, |limit| limit.0);
    let after = query.after.as_deref().map(parse_key).transpose()?;
    let owner = (!keeper.owner.is_admin).then_some(keeper.owner.user);
    let mut found = cards::list(&app.db.read, owner, after.as_ref(), limit + 1).await?;
    let has_more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let last = found.last().filter(|_| has_more);
    let next = last.map(|last| format!("/api/v1/cards?after={}&limit={limit}", last.key));
    let boards = boards::list(&app.db.read).await?;
    let bodies = found.iter().map(|card| card::body(card, slug(&boards, card.board))).collect();
    Ok(answer(StatusCode::OK, &Page { cards: bodies, next }))
}

/// `GET /api/v1/cards/{key}`.
#[handler]
pub async fn find(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let found = cards::find(&app.db.read, &parse_key(&key)?).await?;
    let card = found.filter(|card| keeper.may_change(card)).ok_or(Problem::NotFound)?;
    let board = boards::find_by_id(&app.db.read, card.board).await?;
    Ok(show_card(&card, board.as_ref()))
}

/// A card with the board that it stands on.
pub(in crate::web::api) fn show_card(card: &Card, board: Option<&Board>) -> Response {
    answer(StatusCode::OK, &card::body(card, board.map_or("", |board| &*board.slug)))
}

fn slug(boards: &[Board], id: BoardId) -> &str {
    boards.iter().find(|board| board.id == id).map_or("", |board| &*board.slug)
}

/// A value as it was reported.
#[derive(Debug)]
pub struct ReportedValue(ValueKind, Option<i64>);

impl<'a> FromRequest<'a> for ReportedValue {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let kind = request.content_type().unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("application/json") {
            let Json { value: Reported { value, version }, .. } = Json::from_request(request, body).await?;
            return Ok(Self(value, version));
        }
        // Whatever the client calls it: curl calls everything a form.
        let bytes = body::read(request, body, MAX_VALUE_BYTES).await.map_err(|refused| match refused {
            BodyError::TooLarge => Problem::TooLarge,
            BodyError::TooSlow => Problem::TooSlow,
            BodyError::Packed => Problem::NotJson,
            BodyError::Broken(error) => Problem::Malformed(error.to_string()),
        })?;
        Ok(Self(read_value(&bytes)?, None))
    }
}

/// A number, if it reads like one, else text.
fn read_value(bytes: &Bytes) -> Result<ValueKind, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::Malformed("the value is no text".into()))?;
    let text = text.trim();
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    match text.parse::<f64>() {
        Ok(number) if is_number && number.is_finite() => Ok(ValueKind::Number(number)),
        _ => Ok(ValueKind::Text(text.into())),
    }
}

/// The fields with whom it and its alarms are for by number.
async fn with_people(
    app: &App,
    keeper: &Keeper,
    key: &CardKey,
    mut sent: NewCard,
) -> Result<Fields<Audience>, Problem> {
    let own = |card: Card| card.audience.map(|audience| *audience);
    let of_alarms = |card: Card| card.rules.and_then(|rules| rules.to);
    let audience = match sent.audience.take() {
        None => None,
        Some(None) => Some(None),
        Some(Some(audience)) => Some(Some(by_number(app, (keeper, key), "audience", audience, own).await?)),
    };
    let alarm = match sent.alarm.take() {
        None => None,
        Some(None) => Some(None),
        Some(Some(mut alarm)) => {
            let to = match alarm.to.take() {
                Some(to) => Some(by_number(app, (keeper, key), "alarm.to", to, of_alarms).await?),
                None => None,
            };
            Some(Some(alarm.with_audience(to)))
        }
    };
    Ok(sent.with_audience(audience, alarm))
}

/// Whom the names mean. Who may not sign in any more stays where the card, if it is theirs, has them by now.
async fn by_number(
    app: &App,
    (keeper, key): (&Keeper, &CardKey),
    field: &'static str,
    audience: NewAudience,
    of: impl FnOnce(Card) -> Option<Audience>,
) -> Result<Audience, Problem> {
    let invalid = |problem: String| Problem::InvalidCard([(field, problem)].into());
    let named = audience.named().ok_or_else(|| invalid("Say who may see it.".into()))?;
    if let Ok(known) = boards::audience_of(&app.db.read, &named, &Audience::default()).await? {
        return Ok(known);
    }
    let card = cards::find(&app.db.read, key).await?.filter(|card| keeper.may_change(card));
    let kept = card.and_then(of).unwrap_or_default();
    boards::audience_of(&app.db.read, &named, &kept).await?.map_err(invalid)
}

async fn write_one(app: &App, keeper: Keeper, key: CardKey, what: What) -> Result<KeptCard, Problem> {
    let by = keeper.by.clone();
    let mut outcomes = app.card_queue.write(keeper, vec![Edit { key, what }]).await?;
    let outcome = outcomes.pop().ok_or(Problem::Internal)?;
    outcome.map_err(|error| match Problem::from(error) {
        problem @ (Problem::Groups | Problem::Board) => token::refuse(app, &by, problem),
        problem => problem,
    })
}

/// The card of this key, if it is the program's, and not for others than it may post to.
pub(in crate::web::api) async fn find_own(app: &App, keeper: &Keeper, key: &str) -> Result<Card, Problem> {
    let found = cards::find(&app.db.read, &parse_key(key)?).await?;
    let card = found.filter(|card| keeper.may_change(card)).ok_or(Problem::NotFound)?;
    let board = boards::find_by_id(&app.db.read, card.board).await?.ok_or(Problem::NotFound)?;
    if !keeper.may_show_to(card.audience.as_deref().unwrap_or(&board.audience)) {
        return Err(token::refuse(app, &keeper.by, Problem::Groups));
    }
    Ok(card)
}

pub(in crate::web::api) fn parse_key(text: &str) -> Result<CardKey, Problem> {
    CardKey::parse(text)
        .ok_or_else(|| Problem::Malformed("a key has 1 to 100 of the characters a-z, 0-9 and ._:-".into()))
}

fn show(kept: KeptCard) -> Result<Response, Problem> {
    let status = if kept.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let response = answer(status, &card::body(&kept.card, &kept.board));
    if !kept.is_new {
        return Ok(response);
    }
    let location = format!("/api/v1/cards/{}", kept.card.key);
    Ok(response.with_header(header::LOCATION, location).into_response())
}

fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_string(body).expect("cards have string keys and no failing fields");
    Response::builder().status(status).content_type("application/json").body(body)
}
