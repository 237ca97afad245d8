//! What somebody does not want to be told of, and when. It still comes to them, silently. Critical alerts are told whatever
//! stands here. Whatever takes a `db` or `changes` fails as the database does.

use std::collections::BTreeSet;

use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{OnConflict, Query},
};

use crate::{
    domain::{
        change::Changes,
        posts::{Kind, Post, Severity},
    },
    entities::{groups, memberships, muted_groups, quiet, quiet_hours, users},
    ids::{GroupId, UserId},
    live::audience::{Audience, Viewer},
};

pub use self::{
    among::{muted_among, quiet_among},
    hours::{Hours, Window, upcoming},
};
pub use crate::entities::groups::Model as Group;

mod among;
mod hours;

/// Of the groups that somebody is in, so many can be muted one by one.
pub const MAX_GROUPS: u64 = 500;

/// What is so for one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quiet {
    /// What is so until they say otherwise.
    pub rules: Rules,
    /// For once, nothing is told until then, in Unix milliseconds.
    pub until_ms: Option<i64>,
    /// For once, the quiet hours that begin on this day are left out.
    pub skipped: Option<Date>,
}

/// What is so until somebody says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// News are not told.
    pub mutes_news: bool,
    /// Less severe alerts are not told.
    pub mutes_below: Option<Severity>,
    /// What comes by these groups alone is not told.
    pub groups: BTreeSet<GroupId>,
    /// Nothing is told in these hours: at most one for each day of the week.
    pub hours: Vec<Hours>,
}

/// What is so for this person.
pub async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Quiet, DbErr> {
    let row = quiet::Entity::find_by_id(user.0).one(db).await?;
    let (mutes_news, mutes_below) =
        row.as_ref().map_or((false, None), |row| (row.mutes_news, row.mutes_below));
    let rules =
        Rules { mutes_news, mutes_below, groups: muted(db, user).await?, hours: hours(db, user).await? };
    let until_ms = row.as_ref().and_then(|row| row.until_ms);
    let skipped = row.and_then(|row| row.skipped).and_then(|day| day.parse().ok());
    Ok(Quiet { rules, until_ms, skipped })
}

/// Keeps what somebody says of the rules.
pub async fn save(changes: &Changes, user: UserId, rules: &Rules) -> Result<(), DbErr> {
    use quiet::Column::{MutesBelow, MutesNews, UserId};
    let change = changes.begin().await?;
    let tx = &change.tx;
    // The same form may come from two pages at once.
    users::Entity::find_by_id(user.0).lock_exclusive().one(tx).await?;
    let row = quiet::ActiveModel {
        mutes_news: Set(rules.mutes_news),
        mutes_below: Set(rules.mutes_below),
        ..nothing(user)
    };
    let same = OnConflict::column(UserId).update_columns([MutesNews, MutesBelow]).to_owned();
    quiet::Entity::insert(row).on_conflict(same).exec_without_returning(tx).await?;
    let theirs = muted_groups::Column::UserId.eq(user.0);
    muted_groups::Entity::delete_many().filter(theirs).exec(tx).await?;
    let row = |group: &GroupId| muted_groups::ActiveModel { user_id: Set(user.0), group_id: Set(group.0) };
    let rows: Vec<_> = rules.groups.iter().map(row).collect();
    if !rows.is_empty() {
        muted_groups::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    quiet_hours::Entity::delete_many().filter(quiet_hours::Column::UserId.eq(user.0)).exec(tx).await?;
    let rows: Vec<_> = rules.hours.iter().map(|hours| row_of(user, hours)).collect();
    if !rows.is_empty() {
        quiet_hours::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    change.commit().await
}

/// Has nothing be told until then, for once; or ends that.
pub async fn set_until(db: &impl ConnectionTrait, user: UserId, until_ms: Option<i64>) -> Result<(), DbErr> {
    let row = quiet::ActiveModel { until_ms: Set(until_ms), ..nothing(user) };
    put(db, row, quiet::Column::UntilMs).await
}

/// Leaves out the quiet hours that begin on this day, for once; or takes that back.
pub async fn set_skipped(db: &impl ConnectionTrait, user: UserId, day: Option<Date>) -> Result<(), DbErr> {
    let row = quiet::ActiveModel { skipped: Set(day.map(|day| day.to_string())), ..nothing(user) };
    put(db, row, quiet::Column::Skipped).await
}

async fn put(db: &impl ConnectionTrait, row: quiet::ActiveModel, column: quiet::Column) -> Result<(), DbErr> {
    let same = OnConflict::column(quiet::Column::UserId).update_column(column).to_owned();
    quiet::Entity::insert(row).on_conflict(same).exec_without_returning(db).await.map(|_| ())
}

/// The row of somebody who said nothing yet.
fn nothing(user: UserId) -> quiet::ActiveModel {
    quiet::ActiveModel {
        user_id: Set(user.0),
        mutes_news: Set(false),
        mutes_below: Set(None),
        until_ms: Set(None),
        skipped: Set(None),
    }
}

/// The groups that somebody is in, by name, `MAX_GROUPS` at most.
pub async fn groups_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Group>, DbErr> {
    let theirs = Query::select()
        .column(memberships::Column::GroupId)
        .from(memberships::Entity)
        .and_where(memberships::Column::UserId.eq(user.0))
        .and_where(memberships::Column::ToNumber.is_null())
        .to_owned();
    groups::Entity::find()
        .filter(groups::Column::Id.in_subquery(theirs))
        .filter(groups::Column::RemovedNumber.is_null())
        .order_by_asc(groups::Column::SortKey)
        .order_by_asc(groups::Column::NameKey)
        .limit(MAX_GROUPS)
        .all(db)
        .await
}

async fn muted(db: &impl ConnectionTrait, user: UserId) -> Result<BTreeSet<GroupId>, DbErr> {
    let rows = muted_groups::Entity::find().filter(muted_groups::Column::UserId.eq(user.0)).all(db).await?;
    Ok(rows.into_iter().map(|row| GroupId(row.group_id)).collect())
}

async fn hours(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Hours>, DbErr> {
    let rows = quiet_hours::Entity::find().filter(quiet_hours::Column::UserId.eq(user.0));
    let rows = rows.order_by_asc(quiet_hours::Column::Weekday).all(db).await?;
    Ok(rows.into_iter().filter_map(hours_of).collect())
}

/// None, if no clock shows what stands in the row.
fn hours_of(row: quiet_hours::Model) -> Option<Hours> {
    let weekday = i8::try_from(row.weekday).ok()?;
    let time = |minute: i32| {
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
        Time::new(hour, minute, 0, 0).ok()
    };
    let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
    Some(Hours { weekday, from: time(row.from_minute)?, to: time(row.to_minute)? })
}

fn row_of(user: UserId, hours: &Hours) -> quiet_hours::ActiveModel {
    let minute = |time: Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
    quiet_hours::ActiveModel {
        user_id: Set(user.0),
        weekday: Set(hours.weekday.to_monday_one_offset().into()),
        from_minute: Set(minute(hours.from)),
        to_minute: Set(minute(hours.to)),
    }
}

impl Quiet {
    /// Until when it is quiet, if it is now.
    pub fn until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let once = self.until_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let once = once.filter(|until| *until > now);
        let open = self.windows(now, zone).filter(|window| window.is_open(now)).map(|window| window.to);
        once.into_iter().chain(open).max()
    }

    /// The quiet hours that are under way, or come next within a week.
    pub fn next(&self, now: Timestamp, zone: &TimeZone) -> Option<Window> {
        self.windows(now, zone).next()
    }

    /// The quiet hours that are left out, as long as they are not over.
    pub fn left_out(&self, now: Timestamp, zone: &TimeZone) -> Option<Window> {
        upcoming(&self.rules.hours, now, zone).find(|window| self.skipped == Some(window.day))
    }

    fn windows<'a>(&'a self, now: Timestamp, zone: &'a TimeZone) -> impl Iterator<Item = Window> + 'a {
        upcoming(&self.rules.hours, now, zone).filter(|window| self.skipped != Some(window.day))
    }
}

impl Rules {
    /// Whether a post is not told to the viewer at any time.
    pub fn mute(&self, post: &Post, audience: &Audience, viewer: &Viewer) -> bool {
        let is_muted = match (post.kind, post.severity) {
            (Kind::News, _) => self.mutes_news,
            (Kind::Alert, severity) => severity < self.mutes_below,
        };
        is_muted || audience.comes_only_by(viewer, |group| self.groups.contains(&group))
    }
}
