//! Who of a group is on duty: by a weekly plan, and by swaps, each of which holds for once. To who is on duty, the group's warnings
//! are told whatever they have muted and in their quiet hours, too. It is reckoned from the plan at each moment, and stored
//! nowhere. Whatever takes a `db` or `changes` fails as the database does.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{
    Timestamp,
    civil::{Time, Weekday},
    tz::TimeZone,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        groups::{self, Group},
        quiet::{Hours, upcoming},
        users::User,
    },
    entities::{duty_shifts, duty_swaps, users},
    ids::{GroupId, UserId},
    live::audience::Viewer,
    text::{self, Text},
};

pub use crate::entities::{duty_shifts::Model as Shift, duty_swaps::Model as Swap};

/// A plan has at most so many parts, and so many swaps.
pub const MAX_ROWS: usize = 100;

/// Who is on duty in a group, and when.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// By the week, in its order.
    pub shifts: Vec<Shift>,
    /// For once, in their order; those that are over are not among them.
    pub swaps: Vec<Swap>,
}

/// A part of a plan, to be added.
#[derive(Clone, Debug)]
pub struct NewShift {
    /// Who; none for everybody in the group.
    pub user: Option<UserId>,
    /// On which days it begins.
    pub weekdays: Vec<Weekday>,
    /// When it begins and ends, by the clock of the zone.
    pub from: Time,
    /// The next day, if that is no later than it begins.
    pub to: Time,
    /// The IANA name of a time zone.
    pub zone: String,
}

/// A swap, to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewSwap {
    /// Who is on duty.
    pub user: UserId,
    /// Who is not; none for whoever is by the plan.
    pub instead_of: Option<UserId>,
    /// From when to when, in Unix milliseconds.
    pub from_ms: i64,
    /// The first moment after it.
    pub to_ms: i64,
}

/// What a group's plan has as much of as there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// The plan of this group.
pub async fn plan(db: &impl ConnectionTrait, group: GroupId) -> Result<Plan, DbErr> {
    Ok(plans(db, [group]).await?.remove(&group).unwrap_or_default())
}

/// The plans of these groups, of those that have one.
pub async fn plans(
    db: &impl ConnectionTrait,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<BTreeMap<GroupId, Plan>, DbErr> {
    let ids: Vec<_> = groups.into_iter().map(|group| group.0).collect();
    let mut plans = BTreeMap::<_, Plan>::new();
    let shifts = duty_shifts::Entity::find()
        .filter(duty_shifts::Column::GroupId.is_in(ids.iter().copied()))
        .order_by_asc(duty_shifts::Column::Weekday)
        .order_by_asc(duty_shifts::Column::FromMinute)
        .order_by_asc(duty_shifts::Column::Id);
    for shift in shifts.all(db).await? {
        plans.entry(GroupId(shift.group_id)).or_default().shifts.push(shift);
    }
    let swaps = duty_swaps::Entity::find()
        .filter(duty_swaps::Column::GroupId.is_in(ids))
        .filter(duty_swaps::Column::ToMs.gt(clock::now_ms()))
        .order_by_asc(duty_swaps::Column::FromMs)
        .order_by_asc(duty_swaps::Column::Id);
    for swap in swaps.all(db).await? {
        plans.entry(GroupId(swap.group_id)).or_default().swaps.push(swap);
    }
    Ok(plans)
}

/// The names of those whom a plan names, by their ids.
pub async fn names(db: &impl ConnectionTrait, plan: &Plan) -> Result<HashMap<i64, String>, DbErr> {
    let of_shifts = plan.shifts.iter().filter_map(|shift| shift.user_id);
    let of_swaps = plan.swaps.iter().flat_map(|swap| [Some(swap.user_id), swap.instead_of]).flatten();
    let named: BTreeSet<_> = of_shifts.chain(of_swaps).collect();
    let names = users::Entity::find()
        .select_only()
        .columns([users::Column::Id, users::Column::Name])
        .filter(users::Column::Id.is_in(named));
    Ok(names.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect())
}

/// The groups of this viewer in which they are on duty now.
pub async fn groups_on_duty(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    now: Timestamp,
) -> Result<BTreeSet<GroupId>, DbErr> {
    let theirs = viewer.memberships.iter().filter(|one| one.to.is_none()).map(|one| one.group);
    let plans = plans(db, theirs).await?;
    let on_duty = plans.into_iter().filter(|(_, plan)| plan.has_on_duty(viewer.user, now));
    Ok(on_duty.map(|(group, _)| group).collect())
}

/// Adds a part to the plan of a group.
pub async fn add_shift(
    changes: &Changes,
    by: &Actor,
    group: &Group,
    new: &NewShift,
) -> Result<Result<(), TooMany>, DbErr> {
    let mut change = changes.begin().await?;
    let held = groups::hold_alone(&change.tx, group.group_id()).await?;
    let of_group = duty_shifts::Entity::find().filter(duty_shifts::Column::GroupId.eq(group.id));
    let known: Vec<i64> = ids_of(&change, of_group, duty_shifts::Column::Id).await?;
    if held.is_none() || known.len() + new.weekdays.len() > MAX_ROWS {
        return change.undo().await.map(|()| Err(TooMany));
    }
    let minute = |time: Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
    let row = |weekday: &Weekday| duty_shifts::ActiveModel {
        group_id: Set(group.id),
        user_id: Set(new.user.map(|user| user.0)),
        weekday: Set(weekday.to_monday_one_offset().into()),
        from_minute: Set(minute(new.from)),
        to_minute: Set(minute(new.to)),
        zone: Set(new.zone.clone()),
        ..Default::default()
    };
    let rows = new.weekdays.iter().map(row);
    duty_shifts::Entity::insert_many(rows).exec_without_returning(&change.tx).await?;
    record(&mut change, by, group, text::of("audit-duty-plan")).await?;
    change.commit().await.map(Ok)
}

/// Takes a part out of the plan of a group.
pub async fn remove_shift(changes: &Changes, by: &Actor, group: &Group, id: i64) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let this = duty_shifts::Entity::delete_many().filter(duty_shifts::Column::Id.eq(id));
    let gone = this.filter(duty_shifts::Column::GroupId.eq(group.id)).exec(&change.tx).await?;
    if gone.rows_affected == 0 {
        return change.undo().await;
    }
    record(&mut change, by, group, text::of("audit-duty-plan")).await?;
    change.commit().await
}

/// Adds a swap in a group. Those that are over are forgotten.
pub async fn add_swap(
    changes: &Changes,
    by: &Actor,
    group: &Group,
    new: NewSwap,
) -> Result<Result<(), TooMany>, DbErr> {
    let mut change = changes.begin().await?;
    let held = groups::hold_alone(&change.tx, group.group_id()).await?;
    let of_group = duty_swaps::Column::GroupId.eq(group.id);
    let over = duty_swaps::Entity::delete_many().filter(of_group.clone());
    over.filter(duty_swaps::Column::ToMs.lte(clock::now_ms())).exec(&change.tx).await?;
    let known = ids_of(&change, duty_swaps::Entity::find().filter(of_group), duty_swaps::Column::Id).await?;
    if held.is_none() || known.len() >= MAX_ROWS {
        return change.undo().await.map(|()| Err(TooMany));
    }
    let row = duty_swaps::ActiveModel {
        group_id: Set(group.id),
        user_id: Set(new.user.0),
        instead_of: Set(new.instead_of.map(|user| user.0)),
        from_ms: Set(new.from_ms),
        to_ms: Set(new.to_ms),
        ..Default::default()
    };
    duty_swaps::Entity::insert(row).exec_without_returning(&change.tx).await?;
    record(&mut change, by, group, text::of("audit-duty-swap")).await?;
    change.commit().await.map(Ok)
}

/// Takes a swap back.
pub async fn remove_swap(changes: &Changes, by: &Actor, group: &Group, id: i64) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let this = duty_swaps::Entity::delete_many().filter(duty_swaps::Column::Id.eq(id));
    let gone = this.filter(duty_swaps::Column::GroupId.eq(group.id)).exec(&change.tx).await?;
    if gone.rows_affected == 0 {
        return change.undo().await;
    }
    record(&mut change, by, group, text::of("audit-duty-swap")).await?;
    change.commit().await
}

async fn ids_of<E: EntityTrait>(
    change: &Change,
    rows: sea_orm::Select<E>,
    id: E::Column,
) -> Result<Vec<i64>, DbErr> {
    rows.select_only().column(id).into_tuple().all(&change.tx).await
}

async fn record(change: &mut Change, by: &Actor, group: &Group, what: Text) -> Result<(), DbErr> {
    change.record(Entry::done(by, Action::ChangeDuty, &group.name).detail(what)).await
}

impl Plan {
    /// Whether this member of the group is on duty now.
    pub fn has_on_duty(&self, user: UserId, now: Timestamp) -> bool {
        let swaps = || self.swaps.iter().filter(|swap| is_now(swap, now));
        let is_planned = || self.shifts.iter().any(|shift| is_for(shift, user) && shift.is_now(now));
        let is_replaced = || swaps().any(|swap| swap.instead_of.is_none_or(|who| who == user.0));
        swaps().any(|swap| swap.user_id == user.0) || (is_planned() && !is_replaced())
    }

    /// What of the plan concerns this member of the group, and the swaps in which they are named.
    pub fn of(&self, user: &User) -> Self {
        let shifts = self.shifts.iter().filter(|shift| is_for(shift, user.user_id()));
        let names =
            |swap: &&Swap| swap.user_id == user.id || swap.instead_of.is_none_or(|who| who == user.id);
        Self { shifts: shifts.cloned().collect(), swaps: self.swaps.iter().filter(names).cloned().collect() }
    }
}

impl Shift {
    /// The hours by the clock of its zone; none, if no clock shows them.
    pub fn hours(&self) -> Option<Hours> {
        let weekday = Weekday::from_monday_one_offset(i8::try_from(self.weekday).ok()?).ok()?;
        let time = |minute: i32| {
            let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
            Time::new(hour, minute, 0, 0).ok()
        };
        Some(Hours { weekday, from: time(self.from_minute)?, to: time(self.to_minute)? })
    }

    fn is_now(&self, now: Timestamp) -> bool {
        let (Some(hours), Ok(zone)) = (self.hours(), TimeZone::get(&self.zone)) else { return false };
        upcoming(&[hours], now, &zone).any(|window| window.is_open(now))
    }
}

fn is_for(shift: &Shift, user: UserId) -> bool {
    shift.user_id.is_none_or(|who| who == user.0)
}

fn is_now(swap: &Swap, now: Timestamp) -> bool {
    (swap.from_ms..swap.to_ms).contains(&now.as_millisecond())
}
