//! The audit log: who did what, on whom or what, from where, and what came of it. A change and its entry are
//! in one transaction. Entries stay as they are: the database refuses to change them, and to delete one that
//! is younger than 29 days. The program's own log has each as a line too, once it is committed.
//!
//! No secret is ever in it: no password, token or link, and no name typed at the sign-in that nobody has,
//! since that may be a password typed into the wrong field. Whatever takes a `db` fails as the database does.

use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::{
    clock,
    db::{self, Db},
    domain::users,
    entities::audit,
    names,
};

pub use self::{actor::Actor, failures::Failures};
pub use crate::entities::audit::{Action, Model as Record, Outcome};

mod actor;
mod failures;

/// Characters of an entry's detail.
const MAX_DETAIL: usize = 200;

/// So many entries are written in one statement; SQLite takes at most 32,766 values in one.
const MAX_TOGETHER: usize = 500;

/// One thing that somebody did, or was kept from doing, to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    by: Actor,
    action: Action,
    outcome: Outcome,
    about: String,
    detail: String,
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
            detail: String::new(),
            times: 1,
        }
    }

    /// Somebody tried this and was refused. Goes to `Failures`, which bounds how many are written.
    pub fn refused(by: &Actor, action: Action, about: impl Into<String>) -> Self {
        Self { outcome: Outcome::Refused, ..Self::done(by, action, about) }
    }

    /// With what else is to be known of it, cut to 200 characters; never a secret.
    pub fn detail(self, detail: impl AsRef<str>) -> Self {
        // An address that was asked for may be long, and whoever fails chooses it.
        Self { detail: detail.as_ref().chars().take(MAX_DETAIL).collect(), ..self }
    }
}

/// Writes entries in the transaction of what they tell of, so that neither is without the other, before the
/// events. What comes back is written to the program's own log after the commit.
pub async fn record_all(db: &impl ConnectionTrait, entries: Vec<Entry>) -> Result<Vec<Recorded>, DbErr> {
    for some in entries.chunks(MAX_TOGETHER) {
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
        detail: Set(entry.detail.clone()),
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

/// Which entries; every filter that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By, or about, whoever or whatever has this name, in whatever case.
    pub name: Option<String>,
    /// Only entries of this action.
    pub action: Option<Action>,
    /// Only entries with this outcome.
    pub outcome: Option<Outcome>,
    /// Not before this time, in Unix milliseconds.
    pub from_ms: Option<i64>,
    /// Before this time, in Unix milliseconds.
    pub until_ms: Option<i64>,
}

/// The newest entries, newest first: at most `count` with an id below `before`.
pub async fn page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<i64>,
    count: u64,
) -> Result<Vec<Record>, DbErr> {
    // Entries of earlier versions, which nobody can change, have the name as it was written.
    let named = filter.name.as_deref().map(|name| [users::key(name), names::written_key(name)]);
    let named = named.map(|keys| {
        let who = audit::Column::WhoKey.is_in(keys.iter().map(String::as_str));
        Condition::any().add(who).add(audit::Column::AboutKey.is_in(keys))
    });
    let wanted = Condition::all()
        .add_option(named)
        .add_option(filter.action.map(|action| audit::Column::Act.eq(action)))
        .add_option(filter.outcome.map(|outcome| audit::Column::Outcome.eq(outcome)))
        .add_option(filter.from_ms.map(|from| audit::Column::AtMs.gte(from)))
        .add_option(filter.until_ms.map(|until| audit::Column::AtMs.lt(until)))
        .add_option(before.map(|id| audit::Column::Id.lt(id)));
    audit::Entity::find().filter(wanted).order_by_desc(audit::Column::Id).limit(count).all(db).await
}

/// The time of the oldest entry.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    Ok(audit::Entity::find().order_by_asc(audit::Column::AtMs).one(db).await?.map(|entry| entry.at_ms))
}

/// Forgets the oldest `count` of the entries from before `cut`, or all; how many they were. The database refuses if that
/// is less than 29 days ago.
pub async fn trim(db: &Db, cut: i64, count: u64) -> Result<u64, DbErr> {
    db::delete_first::<audit::Entity>(&db.write, audit::Column::AtMs, audit::Column::AtMs.lt(cut), count)
        .await
}
