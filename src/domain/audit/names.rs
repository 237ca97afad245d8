//! The names that occur in the audit log, found by parts: each is kept by its words, once, for as long as an entry has
//! it. However many entries there are, a name is found among the names.

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Order, Query},
};

use crate::{
    db::Db,
    domain::audit::search::{self, Filter},
    entities::{
        audit,
        audit_words::{self, rows},
    },
    names::{key, words, written_key},
};

/// So many names are looked for at a time.
pub const MAX_NAMES: usize = 20;

/// A word that begins more names than this is too common to begin with.
const MAX_CANDIDATES: u64 = 1000;

/// Keeps the words of names that occur for the first time.
pub(super) async fn keep(db: &impl ConnectionTrait, mut keys: BTreeSet<String>) -> Result<(), DbErr> {
    keys.remove("");
    if keys.is_empty() {
        return Ok(());
    }
    let known = audit_words::Entity::find()
        .select_only()
        .column(audit_words::Column::Key)
        .filter(audit_words::Column::Key.is_in(keys.iter().map(String::as_str)))
        .into_tuple::<String>()
        .all(db)
        .await?;
    for key in known {
        keys.remove(&key);
    }
    let new: Vec<_> = keys.iter().flat_map(|key| rows(key)).collect();
    if new.is_empty() {
        return Ok(());
    }
    audit_words::Entity::insert_many(new).exec_without_returning(db).await.map(|_| ())
}

/// Forgets those of these names that no entry has any more.
pub(super) async fn forget(db: &Db, keys: BTreeSet<String>) -> Result<(), DbErr> {
    let gone = audit_words::Entity::find()
        .select_only()
        .column(audit_words::Column::Key)
        .distinct()
        .filter(audit_words::Column::Key.is_in(keys))
        .filter(has_none(audit::Column::WhoKey))
        .filter(has_none(audit::Column::AboutKey))
        .into_tuple::<String>()
        .all(&db.read)
        .await?;
    if gone.is_empty() {
        return Ok(());
    }
    let words = audit_words::Entity::delete_many().filter(audit_words::Column::Key.is_in(gone));
    words.exec(&db.write).await.map(|_| ())
}

/// Whether the name of a row of words is in no entry's column. The newest is asked for, so that it is a look into an
/// index whatever the database thinks of the name.
fn has_none(column: audit::Column) -> Expr {
    let newest = Query::select()
        .column(audit::Column::Id)
        .from(audit::Entity)
        .and_where(Expr::col((audit::Entity, column)).equals((audit_words::Entity, audit_words::Column::Key)))
        .order_by(audit::Column::AtMs, Order::Desc)
        .order_by(audit::Column::Id, Order::Desc)
        .limit(1)
        .to_owned();
    Expr::SubQuery(None, Box::new(newest.into())).is_null()
}

/// The names that are meant by what was typed, as entries have them: the one that is typed in full, or else those of
/// whose words it has the beginnings, in any order. None when these are more than `MAX_NAMES`.
pub async fn find(db: &impl ConnectionTrait, typed: &str) -> Result<Option<Vec<String>>, DbErr> {
    // Entries of earlier versions, which nobody can change, have the name as it was written.
    let whole: BTreeSet<_> = [key(typed), written_key(typed)].into();
    let whole: Vec<_> = whole.into_iter().collect();
    if occurs(db, whole.clone()).await? {
        return Ok(Some(whole));
    }
    let mut parts = words(typed);
    // The longest is likely the rarest.
    parts.sort_by_key(|part| std::cmp::Reverse(part.chars().count()));
    if parts.is_empty() {
        return Ok(Some(Vec::new()));
    }
    for part in &parts {
        let Some(candidates) = beginning_with(db, part).await? else { continue };
        let names: Vec<_> = candidates.into_iter().filter(|name| has_all(name, &parts)).collect();
        return Ok((names.len() <= MAX_NAMES).then_some(names));
    }
    Ok(None)
}

async fn occurs(db: &impl ConnectionTrait, names: Vec<String>) -> Result<bool, DbErr> {
    let filter = Filter { names: Some(names), ..Default::default() };
    Ok(!search::places(db, &filter, None, 1).await?.is_empty())
}

/// The names with a word that begins so, unless they are too many.
async fn beginning_with(db: &impl ConnectionTrait, part: &str) -> Result<Option<BTreeSet<String>>, DbErr> {
    // No byte of UTF-8 is as large.
    let end = [part.as_bytes(), &[0xff]].concat();
    let found = audit_words::Entity::find()
        .select_only()
        .column(audit_words::Column::Key)
        .filter(audit_words::Column::Word.gte(part.as_bytes()))
        .filter(audit_words::Column::Word.lt(end))
        .order_by_asc(audit_words::Column::Word)
        .order_by_asc(audit_words::Column::Key)
        .limit(MAX_CANDIDATES + 1)
        .into_tuple::<String>()
        .all(db)
        .await?;
    let are_too_many = found.len() as u64 > MAX_CANDIDATES;
    Ok((!are_too_many).then(|| found.into_iter().collect()))
}

fn has_all(name: &str, parts: &[String]) -> bool {
    let words = words(name);
    parts.iter().all(|part| words.iter().any(|word| word.starts_with(part)))
}
