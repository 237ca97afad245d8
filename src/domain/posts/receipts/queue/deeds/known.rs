//! What is known of deeds before they are done: what their people said before, and whether they came before.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect};

use super::{Deeds, calls::CallState};
use crate::{
    db::Transaction,
    domain::posts::receipts::{
        What,
        queue::{Deed, Job},
    },
    entities::{post_acts, receipts},
    ids::UserId,
};

/// What somebody said of a post before.
#[derive(Clone, Copy)]
pub(super) struct Known {
    /// Since when they say that they have seen it, in Unix milliseconds.
    pub(super) acknowledged_ms: i64,
    /// Whether somebody else answered in their place.
    pub(super) is_by_other: bool,
    pub(super) call: CallState,
}

impl Deeds {
    /// What is known of what these are about.
    pub(in crate::domain::posts::receipts::queue) async fn load(
        tx: &Transaction,
        jobs: &[Job],
    ) -> Result<Self, DbErr> {
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
