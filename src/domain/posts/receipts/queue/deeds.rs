//! What people did about what posts ask, of one transaction: found out against what is known of it, whose it is being held,
//! and written at the end, with a row for each act that stays.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
};

use crate::{
    clock,
    db::Transaction,
    domain::{
        audit::Actor,
        change::Change,
        posts::{
            answers::Answer,
            calls::{self, Call},
            receipts::{
                Done, What,
                queue::{Deed, Job},
            },
        },
    },
    entities::{
        post_acts::{self, Act},
        receipts,
    },
    ids::UserId,
    text,
};

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
    changed: BTreeMap<(i64, i64), State>,
    acts: Vec<post_acts::ActiveModel>,
}

/// What somebody said of a post before.
#[derive(Clone, Copy)]
struct Known {
    /// Since when they say that they have seen it, in Unix milliseconds.
    acknowledged_ms: i64,
    /// Whether somebody else answered in their place.
    is_by_other: bool,
    call: CallState,
}

/// Whether somebody is told that they need help.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CallState {
    /// By which alert.
    pub(super) id: Option<i64>,
    pub(super) taken_by: Option<i64>,
    pub(super) taken_ms: Option<i64>,
}

/// What somebody says of a post.
struct State {
    /// The post's.
    number: i64,
    /// Since when they say that they have seen it, in Unix milliseconds.
    acknowledged_ms: Option<i64>,
    answer: Option<Answer>,
    /// Who answered in their place.
    by: Option<UserId>,
    call: CallState,
}

impl Deeds {
    /// What is known of what these are about.
    pub(super) async fn load(tx: &Transaction, jobs: &[Job]) -> Result<Self, DbErr> {
        let deeds: Vec<_> = jobs.iter().filter_map(|job| Some((job.user, deed(&job.what)?))).collect();
        if deeds.is_empty() {
            return Ok(Self::default());
        }
        let mut known = HashMap::new();
        for (post, people) in by_post(&deeds) {
            let rows = receipts::Entity::find()
                .filter(receipts::Column::PostId.eq(post))
                .filter(receipts::Column::UserId.is_in(people))
                .filter(receipts::Column::AcknowledgedMs.is_not_null());
            for row in rows.all(tx).await? {
                let call = CallState { id: row.call_id, taken_by: row.taken_by, taken_ms: row.taken_ms };
                let is_by_other = row.answered_by.is_some();
                let known_of =
                    Known { acknowledged_ms: row.acknowledged_ms.unwrap_or_default(), is_by_other, call };
                known.insert((row.user_id, post), known_of);
            }
        }
        let keys = keys(tx, &deeds).await?;
        Ok(Self { known, keys, ..Self::default() })
    }

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

    /// Tells of calls for help that came, that say something else, and ends those that are none any more; each is known from then
    /// on. After this the log's counter is locked, if there were any.
    pub(super) async fn tell_calls(&mut self, change: &mut Change) -> Result<Ended, DbErr> {
        let (mut new, mut again, mut ended) = (BTreeMap::<i64, Vec<i64>>::new(), Vec::new(), Vec::new());
        for ((user, post), state) in &mut self.changed {
            let before = self.known.get(&(*user, *post)).map(|known| known.call).unwrap_or_default();
            let needs_help = state.answer.as_ref().is_some_and(|answer| answer.needs_help);
            match (needs_help, before.id) {
                (true, None) => new.entry(*post).or_default().push(*user),
                (true, Some(call)) => {
                    state.call = before;
                    again.extend(before.taken_ms.is_none().then_some((call, (*user, *post))));
                }
                (false, Some(call)) => {
                    ended.push((call, state.answer.as_ref().map(|answer| answer.text.clone())))
                }
                (false, None) => {}
            }
        }
        if new.is_empty() && again.is_empty() && ended.is_empty() {
            return Ok(Ended::default());
        }
        let known = again.iter().map(|(call, _)| *call).chain(ended.iter().map(|(call, _)| *call)).collect();
        calls::hold(change, &new.keys().copied().collect(), &known).await?;
        change.take_numbers(0).await?;
        for (post, people) in new {
            let answer = |user: &i64| self.changed.get(&(*user, post)).and_then(|state| state.answer.clone());
            let answers: Vec<_> =
                people.iter().filter_map(|user| Some((UserId(*user), answer(user)?))).collect();
            let these: Vec<_> = answers.iter().map(|(user, answer)| Call { user: *user, answer }).collect();
            for (call, told) in these.iter().zip(calls::tell(change, post, &these).await?) {
                if let Some(state) = self.changed.get_mut(&(call.user.0, post)) {
                    state.call.id = told;
                }
            }
        }
        for (call, key) in again {
            if let Some(answer) = self.answer_of(key).cloned() {
                calls::tell_again(change, call, key.1, &answer).await?;
            }
        }
        Ok(Ended(ended))
    }

    /// Writes each act as a row of its own.
    pub(super) async fn record(self, tx: &Transaction) -> Result<(), DbErr> {
        if self.acts.is_empty() {
            return Ok(());
        }
        post_acts::Entity::insert_many(self.acts).exec_without_returning(tx).await.map(|_| ())
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
        let state = State { number: deed.post.number, acknowledged_ms, answer, by: deed.by, call };
        self.changed.insert((user.0, deed.post.id), state);
        self.note(user, deed, act, detail);
    }

    fn note(&mut self, user: UserId, deed: &Deed, act: Act, detail: String) {
        self.acts.push(post_acts::ActiveModel {
            post_id: Set(deed.post.id),
            user_id: Set(user.0),
            by_id: Set(deed.by.map(|by| by.0)),
            act: Set(act),
            detail: Set(detail),
            version: Set(deed.version),
            key: Set(deed.key.clone()),
            at_ms: Set(clock::now_ms()),
            ..Default::default()
        });
    }
}

/// Alerts that told of calls for help which are none any more, each with what was answered in place.
#[derive(Default)]
pub(super) struct Ended(Vec<(i64, Option<String>)>);

impl Ended {
    /// Ends them, when it is written that nobody calls.
    pub(super) async fn finish(self, change: &mut Change) -> Result<(), DbErr> {
        for (call, answer) in self.0 {
            let note = answer.unwrap_or_else(|| text::say("call-taken-back"));
            calls::end(change, &Actor::server(), call, note).await?;
        }
        Ok(())
    }
}

fn deed(what: &What) -> Option<&Deed> {
    match what {
        What::Acknowledge(deed) | What::Answer(deed, _) | What::AnswerFor(deed, _) | What::TakeBack(deed) => {
            Some(deed)
        }
        _ => None,
    }
}

/// The people by post.
fn by_post(deeds: &[(UserId, &Deed)]) -> BTreeMap<i64, Vec<i64>> {
    let mut found = BTreeMap::<i64, Vec<i64>>::new();
    for (user, deed) in deeds {
        found.entry(deed.post.id).or_default().push(user.0);
    }
    found
}

/// What came before with one of these keys.
async fn keys(tx: &Transaction, deeds: &[(UserId, &Deed)]) -> Result<HashSet<(i64, String)>, DbErr> {
    use post_acts::Column::{Key, UserId};
    let mut any = Condition::any();
    let mut found = HashSet::new();
    let keyed = deeds.iter().filter_map(|(user, deed)| Some((user.0, deed.key.as_deref()?)));
    let keyed: Vec<_> = keyed.collect();
    // Each is looked up in the index; SQLite takes conditions of some 300.
    for some in keyed.chunks(200) {
        for (user, key) in some {
            any = any.add(UserId.eq(*user).and(Key.eq(*key)));
        }
        let rows = post_acts::Entity::find()
            .select_only()
            .columns([UserId, Key])
            .filter(std::mem::replace(&mut any, Condition::any()));
        for (user, key) in rows.into_tuple::<(i64, Option<String>)>().all(tx).await? {
            found.extend(key.map(|key| (user, key)));
        }
    }
    Ok(found)
}
