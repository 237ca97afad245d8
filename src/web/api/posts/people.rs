//! What a program does for single people whom its post asks: it answers for who has no screen, and takes calls for help, as its
//! owner would.

use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};

use super::{answer, own};
use crate::{
    app::App,
    clock,
    domain::{
        posts::{
            Post,
            answers::{self, Offer},
            calls::{self, Taken},
            receipts::{Done, What},
            roster::{self, Entry},
        },
        users::{self, User},
    },
    ids::UserId,
    web::{
        api::fields::present_or_none,
        extract::{json::Json, token::PublishingProgram},
        problem::Problem,
    },
};

/// Calls in one answer, at most: those that nobody has taken come first.
const MAX_CALLS: u64 = 500;

/// What somebody is said to answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    answer: String,
    #[serde(default, deserialize_with = "present_or_none")]
    note: Option<String>,
    #[serde(default, deserialize_with = "present_or_none")]
    telephone: Option<String>,
}

#[derive(Serialize)]
struct Calls {
    calls: Vec<Call>,
}

/// Somebody who needs help.
#[derive(Serialize)]
struct Call {
    id: i64,
    name: String,
    at: Option<String>,
    answer: String,
    note: Option<String>,
    telephone: Option<String>,
    answered_by: Option<String>,
    taken_by: Option<String>,
    taken_at: Option<String>,
}

/// `GET /api/v1/posts/{id}/calls`.
#[handler]
pub async fn list_calls(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let (post, _, view) = own::find(&app, &program, id).await?;
    let offers = answers::of(&post);
    let waiting = roster::needing_help(&app.db.read, &post, view, MAX_CALLS).await?;
    let calls = waiting.into_iter().map(|entry| Call::of(entry, &offers)).collect();
    Ok(answer(StatusCode::OK, &Calls { calls }))
}

/// `PUT /api/v1/posts/{id}/people/{person}/taking`.
#[handler]
pub async fn take(
    program: PublishingProgram,
    app: Data<&App>,
    Path((id, person)): Path<(i64, i64)>,
) -> Result<Response, Problem> {
    let (post, owner) = known(&app, &program, id, person).await?;
    let by = &program.author.by;
    taken(&app, calls::take(&app.changes, &owner, by, &post, UserId(person)).await?).await
}

/// `DELETE /api/v1/posts/{id}/people/{person}/taking`.
#[handler]
pub async fn give_back(
    program: PublishingProgram,
    app: Data<&App>,
    Path((id, person)): Path<(i64, i64)>,
) -> Result<Response, Problem> {
    let (post, owner) = known(&app, &program, id, person).await?;
    let by = &program.author.by;
    taken(&app, calls::give_back(&app.changes, &owner, by, &post, UserId(person)).await?).await
}

/// `PUT /api/v1/posts/{id}/people/{person}/answer`: what they are said to answer already is said once.
#[handler]
pub async fn answer_for(
    program: PublishingProgram,
    app: Data<&App>,
    Path((id, person)): Path<(i64, i64)>,
    sent: Json<NewAnswer>,
) -> Result<Response, Problem> {
    let (post, owner, view) = own::find(&app, &program, id).await?;
    let entry = roster::entry(&app.db.read, &post, view, UserId(person)).await?;
    let entry = entry.filter(|_| post.is_asking() && post.answers.is_some()).ok_or(Problem::NotOnRoster)?;
    let parsed = parse(&post, sent.value)?;
    let is_so = entry.by.as_deref() == Some(&owner.name)
        && entry.answer == Some(parsed.index)
        && (&entry.note, &entry.telephone) == (&parsed.note, &parsed.telephone);
    if is_so {
        return Ok(StatusCode::NO_CONTENT.into());
    }
    let what = What::answer_for(&post, parsed, &program.author.by, None);
    match app.receipt_queue.write(UserId(person), what).await? {
        Done::OwnAnswer => Err(Problem::OwnAnswer),
        _ => Ok(StatusCode::NO_CONTENT.into()),
    }
}

/// The post and its owner, if they may know that this person is on its roster.
async fn known(
    app: &App,
    program: &PublishingProgram,
    id: i64,
    person: i64,
) -> Result<(Post, User), Problem> {
    let (post, owner, view) = own::find(app, program, id).await?;
    let entry = roster::entry(&app.db.read, &post, view, UserId(person)).await?;
    entry.map(|_| (post, owner)).ok_or(Problem::NotOnRoster)
}

async fn taken(app: &App, taken: Taken) -> Result<Response, Problem> {
    match taken {
        Taken::Done => Ok(StatusCode::NO_CONTENT.into()),
        Taken::NotCalling => Err(Problem::NotOnRoster),
        Taken::By(other) => {
            let name = users::find(&app.db.read, other).await?.map(|user| user.name);
            Err(Problem::Taken(name.unwrap_or_default()))
        }
    }
}

fn parse(post: &Post, sent: NewAnswer) -> Result<answers::Answer, Problem> {
    let offers = answers::of(post);
    let place = offers.iter().position(|offer| offer.text == sent.answer);
    let place = place.map(|place| place.to_string()).unwrap_or_default();
    let [note, telephone] = [sent.note, sent.telephone].map(Option::unwrap_or_default);
    let parsed = answers::parse_for_other(post, &place, &note, &telephone);
    parsed.map_err(|problems| Problem::InvalidAnswer(problems.by_field().collect()))
}

impl Call {
    fn of(entry: Entry, offers: &[Offer]) -> Self {
        let given = entry.offer(offers);
        let (taken_by, taken_at) = entry.taken.unzip();
        Self {
            id: entry.user.id,
            name: entry.user.name,
            at: entry.at_ms.map(clock::rfc3339),
            answer: given.map(|offer| offer.text.clone()).unwrap_or_default(),
            note: entry.note,
            telephone: entry.telephone,
            answered_by: entry.by,
            taken_by,
            taken_at: taken_at.map(clock::rfc3339),
        }
    }
}
