//! Reminders: who was asked, and has said nothing yet, finds the post unread again, and is told of it as of one that arrives,
//! in the way that they chose. Each is a row that stays. Whoever takes `changes` fails as the database does.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use jiff::tz::TimeZone;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use crate::{
    clock,
    db::Transaction,
    domain::{
        audit::{Action, Actor, Entry},
        change::Changes,
        posts::{
            Post, Severity, receipts,
            roster::{self, Filter, RosterState, View},
        },
        quiet,
    },
    entities::{
        post_acts::{self, Act},
        posts, readers, receipts as table,
    },
    text,
};

pub(super) use self::due::{Looker, TAKE_OVER, send_due};

mod due;
pub mod schedule;

/// Nobody is reminded more often in an hour, of all posts together; of critical alerts, they are.
const MAX_AN_HOUR: i64 = 10;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// People in one transaction, for which publishing waits.
const PORTION: u64 = 200;

/// One reminder of a post.
#[derive(Clone, Debug)]
pub(super) struct Reminder<'a> {
    pub(super) by: &'a Actor,
    pub(super) post: &'a Post,
    /// To whom it goes.
    pub(super) to: Filter,
    /// Whoever has had it with this key does not get it again.
    pub(super) key: String,
    /// What else the record says of it.
    pub(super) detail: String,
    /// Whoever has quiet hours is left alone, in this zone unless they chose another; none where nobody is.
    pub(super) spares: Option<&'a TimeZone>,
    /// Whether it is one of those that the post's author may stop.
    pub(super) is_scheduled: bool,
}

/// Reminds whoever is asked still, and tells how many of those that were whom this view has. What comes again with its key is
/// done once.
pub async fn remind(changes: &Changes, by: &Actor, post: &Post, view: View, key: &str) -> Result<u64, DbErr> {
    let key = format!("remind-{}-{key}", post.id);
    let (to, detail) = (everybody(), String::new());
    let reminder = Reminder { by, post, to, key, detail, spares: None, is_scheduled: false };
    let Reminded { all, told } = send(changes, &reminder, view).await?;
    if all > 0 {
        let mut change = changes.begin().await?;
        let entry = Entry::done(by, Action::Remind, format!("post {}", post.id));
        change.record(entry.detail(text::of("audit-people").with("count", all))).await?;
        change.commit().await?;
    }
    Ok(told)
}

/// Whoever is asked still.
fn everybody() -> Filter {
    Filter { state: Some(RosterState::Outstanding), ..Filter::default() }
}

/// How many were reminded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reminded {
    all: u64,
    /// Of those, whom a view of the roster has.
    told: u64,
}

/// Sends it, to a portion of them in each transaction, and tells how many those were.
pub(super) async fn send(changes: &Changes, reminder: &Reminder<'_>, view: View) -> Result<Reminded, DbErr> {
    let mut filter = reminder.to.clone();
    let mut reminded = Reminded::default();
    // It may be over, or stopped, while it is sent to many.
    while reminder.is_wanted(changes).await? {
        let db = &changes.db().read;
        let found = roster::list(db, reminder.post, View::All, &filter, PORTION).await?;
        let people = found.rows.iter().map(|entry| entry.user.id).collect();
        let these = remind_some(changes, reminder, people).await?;
        let told = match view {
            View::All => these.len(),
            View::WithoutClosed => roster::reached_among(db, reminder.post, view, &these).await?.len(),
        };
        reminded.all += these.len() as u64;
        reminded.told += told as u64;
        filter.search.after = found.next;
        if filter.search.after.is_none() {
            break;
        }
    }
    Ok(reminded)
}

impl Reminder<'_> {
    async fn is_wanted(&self, changes: &Changes) -> Result<bool, DbErr> {
        let db = &changes.db().read;
        let post = posts::Entity::find_by_id(self.post.id).one(db).await?;
        let is_asking = post.is_some_and(|post| post.is_asking());
        if !is_asking || !self.is_scheduled {
            return Ok(is_asking);
        }
        Ok(schedule::find(db, self.post).await?.is_some_and(|kept| kept.stopped_ms.is_none()))
    }
}

async fn remind_some(
    changes: &Changes,
    reminder: &Reminder<'_>,
    mut people: BTreeSet<i64>,
) -> Result<Vec<i64>, DbErr> {
    if let Some(zone) = reminder.spares {
        let quiet = quiet::quiet_among(&changes.db().read, &people, clock::now(), zone).await?;
        people.retain(|user| !quiet.contains(user));
    }
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let mut change = changes.begin().await?;
    let tx = &change.tx;
    receipts::hold(tx, people.clone()).await?;
    let passed_over = passed_over(tx, reminder.post, &reminder.key, &people).await?;
    people.retain(|user| !passed_over.contains(user));
    if people.is_empty() {
        return change.undo().await.map(|()| Vec::new());
    }
    let rev = change.take_rev().await?;
    write(&change.tx, reminder, &people, rev).await?;
    change.commit().await?;
    Ok(people.into_iter().collect())
}

/// Who was reminded with this key already, has said something meanwhile, or was reminded often enough.
async fn passed_over(
    tx: &Transaction,
    post: &Post,
    key: &str,
    people: &BTreeSet<i64>,
) -> Result<HashSet<i64>, DbErr> {
    let these = || people.iter().copied();
    let known = post_acts::Entity::find()
        .select_only()
        .column(post_acts::Column::UserId)
        .filter(post_acts::Column::UserId.is_in(these()))
        .filter(post_acts::Column::Key.eq(key));
    let mut found: HashSet<i64> = known.into_tuple().all(tx).await?.into_iter().collect();
    let done = table::Entity::find()
        .select_only()
        .column(table::Column::UserId)
        .filter(table::Column::PostId.eq(post.id))
        .filter(table::Column::UserId.is_in(these()))
        .filter(table::Column::AcknowledgedMs.is_not_null());
    found.extend(done.into_tuple::<i64>().all(tx).await?);
    if post.severity != Some(Severity::Critical) {
        let often = post_acts::Entity::find()
            .select_only()
            .column(post_acts::Column::UserId)
            .filter(post_acts::Column::UserId.is_in(these()))
            .filter(post_acts::Column::Act.eq(Act::Reminded))
            .filter(post_acts::Column::AtMs.gt(clock::ago_ms(HOUR)))
            .group_by(post_acts::Column::UserId)
            .having(post_acts::Column::Id.count().gte(MAX_AN_HOUR));
        found.extend(often.into_tuple::<i64>().all(tx).await?);
    }
    Ok(found)
}

async fn write(
    tx: &Transaction,
    reminder: &Reminder<'_>,
    people: &BTreeSet<i64>,
    rev: i64,
) -> Result<(), DbErr> {
    let Reminder { by, post, key, detail, .. } = reminder;
    use table::Column::{AtMs, IsUnread, PostId, ReadAt, RemindedMs, Rev, UserId};
    let now_ms = clock::now_ms();
    let receipt = |user: &i64| table::ActiveModel {
        user_id: Set(*user),
        post_id: Set(post.id),
        number: Set(post.number),
        read_at: Set(0),
        is_unread: Set(true),
        reminded_ms: Set(Some(now_ms)),
        rev: Set(rev),
        at_ms: Set(now_ms),
        ..Default::default()
    };
    let same = OnConflict::columns([UserId, PostId])
        .update_columns([ReadAt, IsUnread, RemindedMs, Rev, AtMs])
        .to_owned();
    let rows = table::Entity::insert_many(people.iter().map(receipt));
    rows.on_conflict(same).exec_without_returning(tx).await?;
    readers::Entity::update_many()
        .col_expr(readers::Column::Rev, Expr::value(rev))
        .filter(readers::Column::UserId.is_in(people.iter().copied()))
        .exec(tx)
        .await?;
    let act = |user: &i64| post_acts::ActiveModel {
        post_id: Set(post.id),
        user_id: Set(*user),
        by_id: Set(by.person().map(|person| person.0)),
        act: Set(Act::Reminded),
        detail: Set(detail.clone()),
        version: Set(post.version),
        key: Set(Some(key.clone())),
        at_ms: Set(now_ms),
        ..Default::default()
    };
    post_acts::Entity::insert_many(people.iter().map(act)).exec_without_returning(tx).await.map(|_| ())
}
