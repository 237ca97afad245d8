//! Gives rows of earlier versions the keys of their names. Two that come to the same stay as they are: the first
//! has the key, the other is found by its name as it is written, and whoever runs the server is told.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

use crate::{
    db::search,
    entities::{groups, users},
    names::{Keys, parse, sort_key},
};

mod audit;

/// What whoever runs the server should know of the names that were there.
#[derive(Debug, Default)]
#[must_use = "it is to be logged once it is committed"]
pub(crate) struct Report(Vec<Doubt>);

/// A name that could not be given today.
#[derive(Debug)]
struct Doubt {
    what: &'static str,
    id: i64,
    name: String,
    /// Which name it is taken for; none, if it cannot be read itself.
    taken_for: Option<String>,
}

/// Which keys of the three kinds are taken, and by what name.
#[derive(Default)]
struct Taken([HashMap<String, String>; 3]);

/// Gives every row that has none its keys; none is lost or changed otherwise.
pub(crate) async fn fill(tx: &DatabaseTransaction) -> Result<Report, DbErr> {
    let mut doubts = fill_users(tx).await?;
    doubts.extend(fill_groups(tx).await?);
    audit::fill(tx).await?;
    search::fill(tx).await?;
    Ok(Report(doubts))
}

impl Report {
    /// Writes it to the log. Names are written so that what cannot be seen in them can.
    pub(crate) fn log(self) {
        for Doubt { what, id, name, taken_for } in self.0 {
            match taken_for {
                Some(other) => tracing::warn!(
                    id,
                    ?name,
                    ?other,
                    "The name of this {what} can be taken for another's. Both work as before; rename the group, or \
                     find out who needs which account, and disable the other under People"
                ),
                None => tracing::warn!(
                    id,
                    ?name,
                    "The name of this {what} cannot be read. It works as before; rename the group, or add an \
                     account with another name, and disable this one under People"
                ),
            }
        }
    }
}

async fn fill_users(tx: &DatabaseTransaction) -> Result<Vec<Doubt>, DbErr> {
    let without = users::Entity::find().filter(users::Column::SortKey.is_null());
    if without.one(tx).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = users::Entity::find().order_by_asc(users::Column::Id).all(tx).await?;
    let (mut taken, mut doubts) = (Taken::default(), Vec::new());
    for row in rows.iter().filter(|row| row.sort_key.is_some()) {
        let keys = [&row.folded, &row.skeleton, &row.folded_skeleton];
        taken.keep(keys.map(Option::clone), &row.name);
    }
    for row in rows.iter().filter(|row| row.sort_key.is_none()) {
        let keys = Keys::of(&row.name);
        let (free, other) = taken.take([keys.folded, keys.skeleton, keys.folded_skeleton], &row.name);
        doubts.extend(Doubt::of("person", row.id, &row.name, other));
        let [folded, skeleton, folded_skeleton] = free.map(Set);
        let sort_key = Set(Some(keys.sort_key));
        let change = users::ActiveModel { folded, skeleton, folded_skeleton, sort_key, ..Default::default() };
        users::Entity::update_many().set(change).filter(users::Column::Id.eq(row.id)).exec(tx).await?;
    }
    Ok(doubts)
}

async fn fill_groups(tx: &DatabaseTransaction) -> Result<Vec<Doubt>, DbErr> {
    let rows = groups::Entity::find().order_by_asc(groups::Column::Id).all(tx).await?;
    let (mut taken, mut doubts) = (Taken::default(), Vec::new());
    // An earlier version beside this one may have renamed some, and left them the keys of their old names.
    let (known, unknown): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| row.sort_key.as_ref() == Some(&sort_key(&row.name)));
    for row in known {
        let keys = [&row.folded, &row.skeleton, &row.folded_skeleton];
        taken.keep(keys.map(Option::clone), &row.name);
    }
    for row in unknown.iter().filter(|row| row.folded.is_some()) {
        // Or whoever has that name now, and comes earlier, could not have the key.
        let free = groups::ActiveModel { folded: Set(None), ..Default::default() };
        groups::Entity::update_many().set(free).filter(groups::Column::Id.eq(row.id)).exec(tx).await?;
    }
    for row in unknown {
        let keys = Keys::of(&row.name);
        // Groups may look alike.
        let (skeleton, folded_skeleton) = (keys.skeleton.clone(), keys.folded_skeleton.clone());
        let (free, other) = taken.take([keys.folded, keys.skeleton, keys.folded_skeleton], &row.name);
        doubts.extend(Doubt::of("group", row.id, &row.name, other));
        let [folded, ..] = free.map(Set);
        let change = groups::ActiveModel {
            folded,
            skeleton: Set(Some(skeleton)),
            folded_skeleton: Set(Some(folded_skeleton)),
            sort_key: Set(Some(keys.sort_key)),
            ..Default::default()
        };
        groups::Entity::update_many().set(change).filter(groups::Column::Id.eq(row.id)).exec(tx).await?;
    }
    Ok(doubts)
}

impl Taken {
    fn keep(&mut self, keys: [Option<String>; 3], name: &str) {
        for (taken, key) in self.0.iter_mut().zip(keys) {
            taken.extend(key.map(|key| (key, name.to_owned())));
        }
    }

    /// The keys that were free, which are taken now, and whose name has the first that was not. A name without
    /// anything to see has no key.
    fn take(&mut self, keys: [String; 3], name: &str) -> ([Option<String>; 3], Option<String>) {
        let other = self.0.iter().zip(&keys).find_map(|(taken, key)| taken.get(key).cloned());
        let mut free = keys.map(|key| (!key.is_empty()).then_some(key));
        for (taken, key) in self.0.iter().zip(&mut free) {
            *key = key.take().filter(|key| !taken.contains_key(key));
        }
        self.keep(free.clone(), name);
        (free, other)
    }
}

impl Doubt {
    fn of(what: &'static str, id: i64, name: &str, taken_for: Option<String>) -> Option<Self> {
        let is_doubtful = taken_for.is_some() || parse(name).is_err();
        is_doubtful.then(|| Self { what, id, name: name.to_owned(), taken_for })
    }
}
