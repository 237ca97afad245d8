//! The calls for help that answers are, and that they are none any more.

use std::collections::BTreeMap;

use sea_orm::DbErr;

use super::Deeds;
use crate::{
    domain::{
        audit::Actor,
        change::Change,
        posts::calls::{self, Call},
    },
    ids::UserId,
    text,
};

/// Whether somebody is told that they need help.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::domain::posts::receipts::queue) struct CallState {
    /// By which alert.
    pub(in crate::domain::posts::receipts::queue) id: Option<i64>,
    pub(in crate::domain::posts::receipts::queue) taken_by: Option<i64>,
    pub(in crate::domain::posts::receipts::queue) taken_ms: Option<i64>,
}

/// Alerts that told of calls for help which are none any more, each with what was answered in place.
#[derive(Default)]
pub(in crate::domain::posts::receipts::queue) struct Ended(Vec<(i64, Option<String>)>);

impl Ended {
    /// Ends them, when it is written that nobody calls.
    pub(in crate::domain::posts::receipts::queue) async fn finish(
        self,
        change: &mut Change,
    ) -> Result<(), DbErr> {
        for (call, answer) in self.0 {
            let note = answer.unwrap_or_else(|| text::say("call-taken-back"));
            calls::end(change, &Actor::server(), call, note).await?;
        }
        Ok(())
    }
}

impl Deeds {
    /// Tells of calls for help that came, that say something else, and ends those that are none any more; each is known from then
    /// on. After this the log's counter is locked, if there were any.
    pub(in crate::domain::posts::receipts::queue) async fn tell_calls(
        &mut self,
        change: &mut Change,
    ) -> Result<Ended, DbErr> {
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
}
