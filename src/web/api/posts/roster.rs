//! Who has seen what a program published.

use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    clock,
    domain::{
        posts::{
            Post,
            answers::{self, Meaning, Offer},
            escalation::{self, Outcome, Unless},
            reminders::schedule::{self, KeptSchedule, Schedule},
            roster::{self, Entry, Filter, Numbers, RosterState},
        },
        search::{PAGE_SIZE, Search},
    },
    web::{
        api::{
            limit::Limit,
            posts::{answer, own},
        },
        extract::token::PublishingProgram,
        problem::Problem,
    },
};

/// People on one page, at most.
const MAX_PAGE_SIZE: u64 = 500;

#[derive(Debug, Deserialize)]
pub struct RosterQuery {
    state: Option<String>,
    limit: Option<Limit<MAX_PAGE_SIZE>>,
    q: Option<String>,
    after: Option<String>,
}

#[derive(Serialize)]
struct RosterBody {
    post: i64,
    drill: bool,
    recipients: u64,
    sent: Option<u64>,
    read: Option<u64>,
    acknowledged: u64,
    outstanding: u64,
    /// Whether who is in a closed group is left out.
    partial: bool,
    answers: Vec<AnswerCount>,
    people: Vec<Person>,
    /// The reminders by themselves, if there are any.
    reminders: Option<Reminders>,
    /// Who is told, too, one after the other.
    escalation: Vec<Step>,
    /// Where the next page is; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Serialize)]
struct Person {
    id: i64,
    name: String,
    /// When it reached them, if it was not for them when it was published.
    added_at: Option<String>,
    state: &'static str,
    at: Option<String>,
    answer: Option<String>,
    note: Option<String>,
    telephone: Option<String>,
    /// Who answered in their place.
    answered_by: Option<String>,
    /// Who helps them.
    taken_by: Option<String>,
    taken_at: Option<String>,
    /// Whether it was sent to an open page of theirs; none where that is told of nobody.
    sent: Option<bool>,
    /// Whether they have read it; none where that is told of nobody.
    read: Option<bool>,
}

#[derive(Serialize)]
struct Reminders {
    every_minutes: i32,
    times: i32,
    sent: i32,
    next_at: Option<String>,
}

#[derive(Serialize)]
struct Step {
    /// A group; none for the admins.
    to: Option<String>,
    after_minutes: i32,
    unless: Unless,
    due_at: Option<String>,
    done_at: Option<String>,
    outcome: Option<Outcome>,
}

#[derive(Serialize)]
struct AnswerCount {
    answer: String,
    kind: Meaning,
    people: u64,
}

/// `GET /api/v1/posts/{id}/roster`.
#[handler]
pub async fn show(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
    Query(query): Query<RosterQuery>,
) -> Result<Response, Problem> {
    let db = &app.db.read;
    let (post, _, view) = own::find(&app, &program, id).await?;
    let (filter, limit) = (query.filter()?, query.limit.map_or(PAGE_SIZE, |limit| limit.0));
    let Numbers { recipients, sent, read, acknowledged, outstanding } =
        roster::numbers(db, &post, view).await?;
    let listed = match roster::has_names(db, &post).await? {
        true => Some(roster::list(db, &post, view, &filter, limit).await?),
        false => None,
    };
    let next = listed.as_ref().and_then(|listed| listed.next.as_ref());
    let next = next.map(|next| query.next(id, &next.to_string()));
    let offers = answers::of(&post);
    let people = listed.into_iter().flat_map(|listed| listed.rows);
    let people = people.map(|entry| Person::of(entry, &offers)).collect();
    let tally = roster::tally(db, &post, view).await?;
    let count =
        |(offer, people): (&Offer, u64)| AnswerCount { answer: offer.text.clone(), kind: offer.kind, people };
    let answers = offers.iter().zip(tally).map(count).collect();
    let reminders = schedule::find(db, &post).await?.map(|kept| Reminders::of(&post, &kept));
    let steps = escalation::find(db, &post).await?;
    let partial = view.hides_any(db, &post).await?;
    let escalation = steps.into_iter().map(|kept| Step::of(&post, kept, partial)).collect();
    let body = RosterBody {
        post: id,
        drill: post.drill,
        recipients,
        sent,
        read,
        acknowledged,
        outstanding,
        partial,
        answers,
        people,
        reminders,
        escalation,
        next,
    };
    Ok(answer(StatusCode::OK, &body))
}

impl RosterQuery {
    fn filter(&self) -> Result<Filter, Problem> {
        let malformed = || Problem::Malformed("`state` is acknowledged, outstanding or apart".into());
        let state =
            self.state.as_deref().map(|word| RosterState::of_word(word).ok_or_else(malformed)).transpose()?;
        let (typed, after) =
            (self.q.as_deref().unwrap_or_default(), self.after.as_deref().unwrap_or_default());
        Ok(Filter { state, search: Search::of(typed, after), ..Filter::default() })
    }

    fn next(&self, id: i64, after: &str) -> String {
        let mut next = form_urlencoded::Serializer::new(String::new());
        let limit = self.limit.map(|limit| limit.0.to_string());
        let fields = [
            ("state", self.state.as_deref()),
            ("limit", limit.as_deref()),
            ("q", self.q.as_deref()),
            ("after", Some(after)),
        ];
        next.extend_pairs(fields.into_iter().filter_map(|(name, value)| Some((name, value?))));
        format!("/api/v1/posts/{id}/roster?{}", next.finish())
    }
}

impl Reminders {
    fn of(post: &Post, kept: &KeptSchedule) -> Self {
        let next_ms = kept.upcoming_ms().filter(|_| post.is_asking());
        let Schedule { every_minutes, times } = kept.schedule();
        Self { every_minutes, times, sent: kept.sent, next_at: next_ms.map(clock::rfc3339) }
    }
}

impl Step {
    fn of(post: &Post, kept: escalation::KeptStep, partial: bool) -> Self {
        let due_ms = kept.due_ms.filter(|_| kept.done_ms.is_none() && post.is_asking());
        Self {
            to: kept.group_id.map(|_| kept.name),
            after_minutes: kept.after_minutes,
            unless: kept.unless,
            due_at: due_ms.map(clock::rfc3339),
            done_at: kept.done_ms.map(clock::rfc3339),
            // Whether enough had said so counts whom the roster does not.
            outcome: kept.outcome.filter(|outcome| !partial || *outcome == Outcome::Stopped),
        }
    }
}

impl Person {
    fn of(entry: Entry, offers: &[Offer]) -> Self {
        let at = entry.at_ms.map(clock::rfc3339);
        let answer = entry.offer(offers);
        Self {
            id: entry.user.id,
            name: entry.user.name,
            added_at: entry.added_ms.map(clock::rfc3339),
            state: entry.state.word(),
            at,
            answer: answer.map(|offer| offer.text.clone()),
            note: entry.note,
            telephone: entry.telephone,
            answered_by: entry.by,
            taken_at: entry.taken.as_ref().map(|(_, ms)| clock::rfc3339(*ms)),
            taken_by: entry.taken.map(|(name, _)| name),
            sent: entry.seen.map(|seen| seen.sent),
            read: entry.seen.map(|seen| seen.read),
        }
    }
}
