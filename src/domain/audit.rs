//! The audit log: who did what, on whom or what, from where, and what came of it. A change and its entry are
//! in one transaction. Entries stay as they are: the database refuses to change them, and to delete one that
//! is younger than 29 days. The program's own log has each as a line too, once it is committed.
//!
//! No secret is ever in it: no password, token or link, and no name typed at the sign-in that nobody has,
//! since that may be a password typed into the wrong field. Whatever takes a `db` fails as the database does.

use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{clock, db::Db, domain::users, entities::audit};

pub use self::{
    actor::Actor,
    detail::Detail,
    failures::Failures,
    names::{MAX_NAMES, find as find_names},
    search::{Filter, Place, has_later, page, place},
};
pub use crate::entities::audit::{Action, Model as Record, Outcome};

mod actor;
mod detail;
pub mod facts;
mod failures;
mod names;
mod search;

/// So many entries are written in one statement; SQLite takes at most 32,766 values in one.
const MAX_TOGETHER: usize = 500;

/// One thing that somebody did, or was kept from doing, to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    by: Actor,
    action: Action,
    outcome: Outcome,
    about: String,
    detail: Detail,
    times: i64,
}

impl Entry {
    /// Somebody did this, to the user, group, token or post that `about` names.
    pub fn done(by: &Actor, action: Action, about: impl Into<String>) -> Self {
        Self {
            by: by.clone(),
            action,
            outcome: Outcome::Done,
            about: about.into(),
            detail: Detail::default(),
            times: 1,
        }
    }

    /// Somebody tried this and was refused. Goes to `Failures`, which bounds how many are written.
    pub fn refused(by: &Actor, action: Action, about: impl Into<String>) -> Self {
        Self { outcome: Outcome::Refused, ..Self::done(by, action, about) }
    }

    /// With what else is to be known of it, behind what was said already: a text of ours, or what somebody typed, cut to 200
    /// characters; never a secret.
    pub fn detail(self, detail: impl Into<Detail>) -> Self {
        Self { detail: self.detail.and(detail), ..self }
    }
}

/// Writes entries in the transaction of what they tell of, so that neither is without the other, before the
/// events. What comes back is written to the program's own log after the commit.
pub async fn record_all(db: &impl ConnectionTrait, entries: Vec<Entry>) -> Result<Vec<Recorded>, DbErr> {
    for some in entries.chunks(MAX_TOGETHER) {
        // A post has no name, and who does something to it has signed in or has a token.
        let named = some.iter().filter(|entry| !Action::OF_POSTS.contains(&entry.action));
        let named = named.flat_map(|entry| [&entry.by.who, &entry.about]);
        names::keep(db, named.map(|name| users::key(name)).collect()).await?;
        audit::Entity::insert_many(some.iter().map(row)).exec_without_returning(db).await?;
    }
    Ok(entries.into_iter().map(Recorded).collect())
}

fn row(entry: &Entry) -> audit::ActiveModel {
    audit::ActiveModel {
        at_ms: Set(clock::now_ms()),
        act: Set(entry.action),
        outcome: Set(entry.outcome),
        user_id: Set(entry.by.user.map(|user| user.0)),
        who: Set(entry.by.who.clone()),
        who_key: Set(users::key(&entry.by.who)),
        via: Set(entry.by.via.to_string()),
        address: Set(entry.by.address.map(|address| address.to_string())),
        about: Set(entry.about.clone()),
        about_key: Set(users::key(&entry.about)),
        detail: Set(entry.detail.stored()),
        times: Set(entry.times),
        ..Default::default()
    }
}

/// An entry that was written, and is to be logged once it is committed.
#[derive(Debug)]
#[must_use = "the program's own log has every entry too: log it after the commit"]
pub struct Recorded(Entry);

impl Recorded {
    /// Writes the line of the program's own log.
    pub fn log(self) {
        let Entry { by, action, outcome, about, detail, times } = self.0;
        let address = by.address.map(tracing::field::display);
        // Whoever reads the log need not have the language of whoever did it.
        let detail = detail.in_english();
        tracing::info!(
            target: "audit",
            act = action.to_value(),
            outcome = outcome.to_value(),
            user.id = by.user.map(|user| user.0),
            by.who,
            via = %by.via,
            address,
            about,
            detail,
            times,
            "Audit"
        );
    }
}

/// The time of the oldest entry.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    Ok(audit::Entity::find().order_by_asc(audit::Column::AtMs).one(db).await?.map(|entry| entry.at_ms))
}

/// Forgets the oldest `count` of the entries from before `cut`, or all; how many they were. The database refuses if that
/// is less than 29 days ago.
pub async fn trim(db: &Db, cut: i64, count: u64) -> Result<u64, DbErr> {
    let old = audit::Entity::find()
        .select_only()
        .columns([audit::Column::Id, audit::Column::WhoKey, audit::Column::AboutKey])
        .filter(audit::Column::AtMs.lt(cut))
        .order_by_asc(audit::Column::AtMs)
        .limit(count)
        .into_tuple::<(i64, String, String)>()
        .all(&db.read)
        .await?;
    if old.is_empty() {
        return Ok(0);
    }
    let ids = old.iter().map(|(id, ..)| *id);
    let trimmed = audit::Entity::delete_many().filter(audit::Column::Id.is_in(ids)).exec(&db.write).await?;
    let keys = old.into_iter().flat_map(|(_, who, about)| [who, about]).collect();
    names::forget(db, keys).await?;
    Ok(trimmed.rows_affected)
}
