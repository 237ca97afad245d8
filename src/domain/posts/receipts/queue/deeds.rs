//! What people did about what posts ask, of one transaction: found out against what is known of it, whose it is being held,
//! and written at the end, with a row for each act that stays.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use sea_orm::{ActiveValue::Set, DbErr, EntityTrait};

use self::{calls::CallState, known::Known};
use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        posts::{
            answers::Answer,
            receipts::{Done, queue::Deed},
        },
    },
    entities::post_acts::{self, Act},
    ids::UserId,
};

mod calls;
mod known;

/// Who pressed by mistake can take it back for so long.
pub const TAKE_BACK_TIME: Duration = Duration::from_secs(5 * 60);

/// Whoever takes back at the last moment is not late by their own way to the server.
const GRACE: Duration = Duration::from_secs(5);

/// What was done, and what it is to come to.
#[derive(Default)]
pub(super) struct Deeds {
    /// By person and post, what they have said.
    known: HashMap<(i64, i64), Known>,
    /// By person: what came before.
    keys: HashSet<(i64, String)>,
    /// By person and post, what is so from now on.
    changed: BTreeMap<(i64, i64), SaidState>,
    acts: Vec<post_acts::ActiveModel>,
    /// What the audit log has of it.
    entries: Vec<Entry>,
}

/// What somebody says of a post.
struct SaidState {
    /// The number of the post.
    number: i64,
    /// Since when they say that they have seen it, in Unix milliseconds.
    acknowledged_ms: Option<i64>,
    answer: Option<Answer>,
    /// Who answered in their place.
    by: Option<UserId>,
    call: CallState,
}

impl Deed {
    /// Who does it, if it is somebody else.
    fn by(&self) -> Option<UserId> {
        self.by.as_ref().and_then(Actor::person)
    }
}

impl Deeds {
    /// They have seen it. Who said so already said it then.
    pub(super) fn acknowledge(&mut self, user: UserId, deed: &Deed) {
        if self.is_new(user, deed) && self.now((user.0, deed.post.id)).is_none() {
            self.set(user, deed, Act::Acknowledged, Some(clock::now_ms()), None);
        }
    }

    /// They answer, in place of what they answered before.
    pub(super) fn answer(&mut self, user: UserId, deed: &Deed, answer: &Answer) {
        if self.is_new(user, deed) {
            self.set(user, deed, Act::Answered, Some(clock::now_ms()), Some(answer.clone()));
        }
    }

    /// Somebody else answers in their place. What they said themselves counts, and what is said for them is noted beside it.
    pub(super) fn answer_for(&mut self, user: UserId, deed: &Deed, answer: &Answer) -> Done {
        if !self.is_new(user, deed) {
            return Done::Written;
        }
        // Not for whom: no page tells of one person's answers across posts.
        let entry = |by| Entry::done(by, Action::AnswerFor, format!("post {}", deed.post.id));
        self.entries.extend(deed.by.as_ref().map(entry));
        if self.known.get(&(user.0, deed.post.id)).is_some_and(|known| !known.is_by_other) {
            self.note(user, deed, Act::AnsweredFor, answer.in_words());
            return Done::OwnAnswer;
        }
        self.set(user, deed, Act::AnsweredFor, Some(clock::now_ms()), Some(answer.clone()));
        Done::Written
    }

    /// Whether there is nothing to note.
    pub(super) fn is_empty(&self) -> bool {
        self.acts.is_empty()
    }

    /// Who answered in the place of that person, as far as it was changed.
    pub(super) fn by(&self, key: (i64, i64)) -> Option<UserId> {
        self.changed.get(&key)?.by
    }

    /// They have not after all.
    pub(super) fn take_back(&mut self, user: UserId, deed: &Deed) -> Done {
        if !self.is_new(user, deed) {
            return Done::Written;
        }
        match self.now((user.0, deed.post.id)) {
            None => Done::NotFound,
            Some(at_ms) if at_ms < clock::ago_ms(TAKE_BACK_TIME + GRACE) => Done::TooLate,
            Some(_) => {
                self.set(user, deed, Act::TakenBack, None, None);
                Done::Written
            }
        }
    }

    /// By person and post, the numbers of the posts whose state is another now.
    pub(super) fn changed(&self) -> impl Iterator<Item = ((i64, i64), i64)> {
        self.changed.iter().map(|(key, state)| (*key, state.number))
    }

    /// Whether this is another now.
    pub(super) fn has_changed(&self, key: (i64, i64)) -> bool {
        self.changed.contains_key(&key)
    }

    /// When that person acknowledged that post, in Unix milliseconds, as far as it was changed.
    pub(super) fn acknowledged_ms(&self, key: (i64, i64)) -> Option<i64> {
        self.changed.get(&key)?.acknowledged_ms
    }

    /// What that person answered, as far as it was changed.
    pub(super) fn answer_of(&self, key: (i64, i64)) -> Option<&Answer> {
        self.changed.get(&key)?.answer.as_ref()
    }

    /// Who of them calls for help, and by which alert.
    pub(super) fn call_of(&self, key: (i64, i64)) -> CallState {
        self.changed.get(&key).map(|state| state.call).unwrap_or_default()
    }

    /// Writes each act as a row of its own, and what the audit log has of them.
    pub(super) async fn record(self, change: &mut Change) -> Result<(), DbErr> {
        if self.acts.is_empty() {
            return Ok(());
        }
        post_acts::Entity::insert_many(self.acts).exec_without_returning(&change.tx).await?;
        change.record_all(self.entries).await
    }

    /// Whether it did not come before.
    fn is_new(&mut self, user: UserId, deed: &Deed) -> bool {
        deed.key.as_ref().is_none_or(|key| self.keys.insert((user.0, key.clone())))
    }

    fn now(&self, key: (i64, i64)) -> Option<i64> {
        let known = || self.known.get(&key).map(|known| known.acknowledged_ms);
        self.changed.get(&key).map_or_else(known, |state| state.acknowledged_ms)
    }

    fn set(
        &mut self,
        user: UserId,
        deed: &Deed,
        act: Act,
        acknowledged_ms: Option<i64>,
        answer: Option<Answer>,
    ) {
        let detail = answer.as_ref().map(Answer::in_words).unwrap_or_default();
        let call = CallState::default();
        let state = SaidState { number: deed.post.number, acknowledged_ms, answer, by: deed.by(), call };
        self.changed.insert((user.0, deed.post.id), state);
        self.note(user, deed, act, detail);
    }

    fn note(&mut self, user: UserId, deed: &Deed, act: Act, detail: String) {
        self.acts.push(post_acts::ActiveModel {
            post_id: Set(deed.post.id),
            user_id: Set(user.0),
            by_id: Set(deed.by().map(|by| by.0)),
            act: Set(act),
            detail: Set(detail),
            version: Set(deed.version),
            key: Set(deed.key.clone()),
            at_ms: Set(clock::now_ms()),
            ..Default::default()
        });
    }
}
