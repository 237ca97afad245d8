//! `POST /api/v1/cards`: several cards at once.

use poem::{Response, handler, http::StatusCode, web::Data};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::json;

use crate::{
    app::App,
    domain::cards::{CardError, Edit, Keeper, KeptCard, MAX_TOGETHER, What},
    web::{
        api::cards::{
            NewCard, answer, parse_key,
            several::{keyed::Keyed, sent::AsSent},
            with_people,
        },
        extract::{
            json::{self, Json},
            token::KeepingProgram,
        },
        problem::Problem,
    },
};

mod keyed;
mod sent;

/// Several cards at once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Several<C> {
    cards: Vec<C>,
}

/// The key of one card, and what is said of it or wrong with it.
type Read = (String, Result<NewCard, Problem>);

/// `POST /api/v1/cards`: makes or changes up to 500. Each stands alone, and has its own status in the answer.
#[handler]
pub async fn create(
    KeepingProgram(keeper): KeepingProgram,
    app: Data<&App>,
    sent: Json<IgnoredAny>,
) -> Result<Response, Problem> {
    let cards = read_all(&sent.bytes)?;
    if cards.is_empty() || cards.len() > MAX_TOGETHER {
        return Err(Problem::Malformed("`cards` has 1 to 500 cards".into()));
    }
    let (mut edits, mut answers) = (Vec::new(), Vec::new());
    for (key, fields) in cards {
        match edit(&app, &keeper, &key, fields).await {
            Ok(edit) => {
                answers.push(None);
                edits.push(edit);
            }
            Err(problem) => answers.push(Some(refusal(&key, &problem))),
        }
    }
    let keys: Vec<_> = edits.iter().map(|edit| edit.key.clone()).collect();
    let written = if edits.is_empty() { Vec::new() } else { app.card_queue.write(keeper, edits).await? };
    let mut outcomes = keys.into_iter().zip(written);
    let mut all = Vec::with_capacity(answers.len());
    for answer in answers {
        let mut made = || outcomes.next().map(|(key, outcome)| summary(key.as_str(), outcome)).transpose();
        all.extend(match answer {
            Some(refusal) => Some(refusal),
            None => made()?,
        });
    }
    Ok(answer(StatusCode::OK, &json!({ "cards": all })))
}

/// All cards of a body. If something is wrong with one, each is read by itself, to find out with which.
fn read_all(bytes: &[u8]) -> Result<Vec<Read>, Problem> {
    if let Ok(all) = serde_json::from_slice::<Several<Keyed>>(bytes) {
        return Ok(all.cards.into_iter().map(|Keyed { key, fields }| (key, Ok(fields))).collect());
    }
    let all = serde_json::from_slice::<Several<AsSent>>(bytes);
    let all = all.map_err(|error| Problem::Malformed(error.to_string()))?;
    let is_card = |card: &AsSent| card.value.is_object();
    if !all.cards.iter().all(is_card) {
        return Err(Problem::Malformed("each of `cards` is an object".into()));
    }
    Ok(all.cards.into_iter().map(read_one).collect())
}

fn read_one(AsSent { mut value, twice }: AsSent) -> Read {
    let mut card = value.as_object_mut().map(std::mem::take).unwrap_or_default();
    let key = card.remove("key").and_then(|key| key.as_str().map(str::to_owned)).unwrap_or_default();
    if let Some(name) = twice {
        return (key, Err(Problem::Malformed(format!("duplicate field `{name}`"))));
    }
    (key, json::read(serde_json::Value::Object(card)).map_err(Problem::Malformed))
}

async fn edit(
    app: &App,
    keeper: &Keeper,
    key: &str,
    fields: Result<NewCard, Problem>,
) -> Result<Edit, Problem> {
    let key = parse_key(key)?;
    let what = What::Merge(Box::new(with_people(app, keeper, &key, fields?).await?));
    Ok(Edit { key, what })
}

/// What became of one of several.
fn summary(key: &str, outcome: Result<KeptCard, CardError>) -> Result<serde_json::Value, Problem> {
    match outcome {
        Ok(kept) => {
            let status = if kept.is_new { 201 } else { 200 };
            Ok(json!({ "key": key, "status": status, "rev": kept.card.rev, "version": kept.card.version }))
        }
        Err(CardError::Database(error)) => Err(error.into()),
        Err(error) => Ok(refusal(key, &Problem::from(error))),
    }
}

fn refusal(key: &str, problem: &Problem) -> serde_json::Value {
    let (status, name, _) = problem.kind();
    json!({
        "key": key,
        "status": status.as_u16(),
        "type": format!("/api#{name}"),
        "detail": problem.to_string(),
        "errors": problem.by_field(),
    })
}
