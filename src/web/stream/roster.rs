//! What a stream tells the author of a post, its coordinators, or the program that published it, of who has seen it.

use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;
use sea_orm::DbErr;
use serde::Serialize;

use crate::{
    app::App,
    clock,
    db::{self, Db},
    domain::{
        posts::{
            Post, managing,
            roster::{self, Counted, Entry, Moment, Numbers, RosterCounts, Told, View},
        },
        users,
    },
    ids::ListenerId,
    live::{
        right::Right,
        sse::{self, Name},
        state::watch::RosterTold,
        stream::source::{ReadRoster, RosterLook},
    },
};

#[derive(Serialize)]
struct Data<'a> {
    post: i64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    drill: bool,
    /// How often the post was written.
    version: i64,
    /// Another one when something of it is beside its numbers and people.
    beside: &'a str,
    rev: i64,
    recipients: u64,
    sent: Option<u64>,
    read: Option<u64>,
    acknowledged: u64,
    outstanding: u64,
    /// How many gave each of the answers, in their order.
    answers: &'a [u64],
    /// Of those whose state changed, how it is now.
    people: Vec<Person>,
}

/// What is not there, or not theirs, looks the same.
#[derive(Serialize)]
struct Gone {
    post: i64,
    gone: bool,
}

#[derive(Serialize)]
struct Person {
    id: i64,
    name: String,
    state: &'static str,
    at: Option<String>,
    /// Which of the answers they gave, from 0; what they said beside it is on the page alone.
    answer: Option<i32>,
    /// Who answered in their place.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// Who helps them, and since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<Taken>,
    #[serde(flatten)]
    seen: Option<SeenFields>,
}

/// Told where the organisation lets authors see who has read what.
#[derive(Serialize)]
struct SeenFields {
    sent: bool,
    read: bool,
}

#[derive(Serialize)]
struct Taken {
    by: String,
    at: String,
}

/// Reads the roster of a post for who may act on it, or for the token that published it, as a whole event.
pub fn of(app: &App) -> ReadRoster {
    let (db, log, counts) = (app.db.clone(), app.log.clone(), app.roster_counts.clone());
    Box::new(move |listener, right, post, before| {
        let (db, log, counts) = (db.clone(), log.clone(), counts.clone());
        Box::pin(async move {
            let _permit = db.stream_permit().await;
            // Before the look: what changes meanwhile is found by the next.
            let changes = log.roster_changes();
            db::with_timeout(read(&db, &counts, listener, &right, Watched { post, changes, before })).await
        })
    })
}

/// What is looked at.
struct Watched {
    post: i64,
    /// How often it may have changed by what nobody in it did.
    changes: u64,
    /// What its watcher was told.
    before: Option<RosterTold>,
}

/// How many have read what is for few is not told, nor when.
async fn read(
    db: &Db,
    counts: &RosterCounts,
    listener: ListenerId,
    right: &Right,
    Watched { post, changes, before }: Watched,
) -> Result<RosterLook, DbErr> {
    let db = &db.read;
    let gone = || Ok(RosterLook::Gone(sse::event(Name::Roster, None, &Gone { post, gone: true })));
    let ListenerId::User(user) = listener else { return gone() };
    // Asked at every look, so that who does not coordinate it any more is told nothing more.
    let Some(user) = users::find(db, user).await? else { return gone() };
    let found = managing::find(db, &user, post).await?.map(|found| found.post);
    let Some(found) = found.filter(|found| is_theirs(found, right)) else { return gone() };
    // Before the look: what changes meanwhile is found by the next.
    let at_ms = clock::now_ms();
    let all_through = roster::newest_rev(db).await?;
    if before.is_some_and(|told| (told.all_through, told.changes) == (all_through, changes)) {
        return Ok(RosterLook::Same);
    }
    let view = View::of(db, &user, &found).await?;
    let moment = Moment { all_through, changes };
    let counted = counts.of(db, &found, view, moment, before.is_none()).await?;
    let Counted { moment, numbers, answers, beside } = &*counted;
    let Moment { all_through, changes } = *moment;
    // Not before it was counted, which may have been waited for: who is told of now is not told of once more.
    let rev = roster::rev(db, &found).await?.unwrap_or_default();
    let told = RosterTold { rev, all_through, at_ms, changes, shown: digest(&(numbers, beside)) };
    let people = match roster::has_names(db, &found).await? {
        true => roster::changed(db, &found, view, before.map(of_told)).await?,
        false => Vec::new(),
    };
    if people.is_empty() && before.is_some_and(|before| before.shown == told.shown) {
        return Ok(RosterLook::Changed(Bytes::new(), told));
    }
    let &Numbers { recipients, sent, read, acknowledged, outstanding } = numbers;
    let people = people.into_iter().map(Person::from).collect();
    let (drill, version) = (found.drill, found.version);
    let data = Data {
        post,
        drill,
        version,
        beside,
        rev,
        recipients,
        sent,
        read,
        acknowledged,
        outstanding,
        answers,
        people,
    };
    Ok(RosterLook::Changed(sse::event(Name::Roster, None, &data), told))
}

/// A token sees what it published itself, and nothing else of its owner's.
fn is_theirs(post: &Post, right: &Right) -> bool {
    match right {
        Right::Token(token) => post.token_id == Some(token.0),
        Right::Session(_) | Right::Wall(_) => true,
    }
}

fn of_told(told: RosterTold) -> Told {
    Told { rev: told.rev, all_through: told.all_through, at_ms: told.at_ms }
}

fn digest(shown: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    shown.hash(&mut hasher);
    hasher.finish()
}

impl From<Entry> for Person {
    fn from(entry: Entry) -> Self {
        let at = entry.at_ms.map(clock::rfc3339);
        let (state, answer) = (entry.state.word(), entry.answer);
        let taken = entry.taken.map(|(by, ms)| Taken { by, at: clock::rfc3339(ms) });
        let seen = entry.seen.map(|seen| SeenFields { sent: seen.sent, read: seen.read });
        Self { id: entry.user.id, name: entry.user.name, state, at, answer, by: entry.by, taken, seen }
    }
}
