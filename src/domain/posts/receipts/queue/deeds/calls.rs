//! The calls for help that answers are, and that they are none any more.

use std::collections::BTreeMap;

use sea_orm::DbErr;

use super::Deeds;
use crate::{
    domain::{
        change::Change,
        posts::calls::{self, Call},
    },
    ids::UserId,
};

/// Whether somebody is told that they need help.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::domain::posts::receipts::queue) struct CallState {
    /// The alert by which it is told.
    pub(in crate::domain::posts::receipts::queue) id: Option<i64>,
    pub(in crate::domain::posts::receipts::queue) taken_by: Option<i64>,
    pub(in crate::domain::posts::receipts::queue) taken_ms: Option<i64>,
}

/// Alerts that have to say something else when the answers are written, each with what was answered, and whether that is that
/// they need help.
#[derive(Default)]
pub(in crate::domain::posts::receipts::queue) struct Anew(BTreeMap<i64, (Option<String>, bool)>);

impl Anew {
    /// Has them say it, or be over.
    pub(in crate::domain::posts::receipts::queue) async fn finish(
        self,
        change: &mut Change,
    ) -> Result<(), DbErr> {
        for (call, (answer, again)) in self.0 {
            calls::answered_anew(change, call, answer.as_deref(), again).await?;
        }
        Ok(())
    }
}

impl Deeds {
    /// Tells of calls for help that came; each is known from then on. After this the log's counter is locked, if there were
    /// any, or if alerts have to say something else when they are written.
    pub(in crate::domain::posts::receipts::queue) async fn tell_calls(
        &mut self,
        change: &mut Change,
    ) -> Result<Anew, DbErr> {
        let (mut new, mut again, mut anew) = (BTreeMap::<i64, Vec<i64>>::new(), Vec::new(), Anew::default());
        for ((user, post), state) in &mut self.changed {
            let before = self.known.get(&(*user, *post)).map(|known| known.call).unwrap_or_default();
            let needs_help = state.answer.as_ref().is_some_and(|answer| answer.needs_help);
            match (needs_help, before.id) {
                (true, None) => new.entry(*post).or_default().push(*user),
                (true, Some(_)) if before.taken_ms.is_some() => state.call = before,
                (true, Some(call)) => again.push((call, (*user, *post))),
                (false, Some(call)) => {
                    let answer = state.answer.as_ref().map(|answer| answer.text.clone());
                    anew.0.entry(call).or_default().0 = answer;
                }
                (false, None) => {}
            }
        }
        if new.is_empty() && again.is_empty() && anew.0.is_empty() {
            return Ok(anew);
        }
        let posts = new.keys().copied().chain(again.iter().map(|(_, key)| key.1)).collect();
        let known = anew.0.keys().copied().chain(again.iter().map(|(call, _)| *call)).collect();
        calls::hold(change, &posts, &known).await?;
        change.take_numbers(0).await?;
        for (call, (user, post)) in again {
            if calls::is_done(change, call).await? {
                new.entry(post).or_default().push(user);
            } else {
                self.set_call(user, post, Some(call));
                anew.0.entry(call).or_default().1 = true;
            }
        }
        for (post, people) in new {
            let answer = |user: &i64| self.changed.get(&(*user, post)).and_then(|state| state.answer.clone());
            let answers: Vec<_> =
                people.iter().filter_map(|user| Some((UserId(*user), answer(user)?))).collect();
            let these: Vec<_> = answers.iter().map(|(user, answer)| Call { user: *user, answer }).collect();
            for (call, told) in these.iter().zip(calls::tell(change, post, &these).await?) {
                self.set_call(call.user.0, post, told);
            }
        }
        Ok(anew)
    }

    fn set_call(&mut self, user: i64, post: i64, call: Option<i64>) {
        if let Some(state) = self.changed.get_mut(&(user, post)) {
            state.call.id = call;
        }
    }
}
