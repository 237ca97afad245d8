//! Who is on duty, as the pages of a group and of somebody's preferences show it.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use sea_orm::DbErr;

use crate::{
    app::App,
    clock::{self, Moment},
    domain::{
        duty::{self, Shift, Swap},
        quiet::Group,
        users::User,
    },
    ids::GroupId,
    text,
};

/// A part of a weekly plan.
pub struct ShiftView {
    pub id: i64,
    /// Whose it is; none for everybody in the group.
    pub who: Option<String>,
    pub day: String,
    /// Like 22:00, by the clock of the zone.
    pub from: String,
    pub to: String,
    pub zone: String,
}

/// Somebody else for once.
pub struct SwapView {
    pub id: i64,
    pub who: String,
    /// None for whoever is by the plan.
    pub instead_of: Option<String>,
    pub from: Moment,
    pub to: Moment,
}

/// The name of a day of the week; Monday is 1.
pub fn weekday(number: i8) -> String {
    text::say(match number {
        1 => text::key("weekday-1"),
        2 => text::key("weekday-2"),
        3 => text::key("weekday-3"),
        4 => text::key("weekday-4"),
        5 => text::key("weekday-5"),
        6 => text::key("weekday-6"),
        _ => text::key("weekday-7"),
    })
}

/// What of a group's plan concerns somebody.
pub struct DutyView {
    pub group: String,
    /// Whether they are on duty now.
    pub is_now: bool,
    pub shifts: Vec<ShiftView>,
    pub swaps: Vec<SwapView>,
}

impl DutyView {
    /// Of each of their groups that has something for them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(app: &App, user: &User, groups: &[Group]) -> Result<Vec<Self>, DbErr> {
        let (db, zone) = (&app.db.read, &app.config.time_zone);
        let plans = duty::plans(db, groups.iter().map(|group| GroupId(group.id))).await?;
        let mut views = Vec::new();
        for group in groups {
            let Some(plan) = plans.get(&GroupId(group.id)) else { continue };
            let theirs = plan.of(user);
            if theirs.shifts.is_empty() && theirs.swaps.is_empty() {
                continue;
            }
            let names = duty::names(db, &theirs).await?;
            views.push(Self {
                group: group.name.clone(),
                is_now: plan.has_on_duty(user.user_id(), clock::now()),
                shifts: theirs.shifts.iter().filter_map(|shift| ShiftView::of(shift, &names)).collect(),
                swaps: theirs.swaps.iter().map(|swap| SwapView::of(swap, &names, zone)).collect(),
            });
        }
        Ok(views)
    }
}

impl ShiftView {
    /// None, if no clock shows its times.
    pub fn of(shift: &Shift, names: &HashMap<i64, String>) -> Option<Self> {
        let hours = shift.hours()?;
        let at = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
        Some(Self {
            id: shift.id,
            who: shift.user_id.map(|user| names.get(&user).cloned().unwrap_or_default()),
            day: weekday(hours.weekday.to_monday_one_offset()),
            from: at(hours.from),
            to: at(hours.to),
            zone: shift.zone.clone(),
        })
    }
}

impl SwapView {
    pub fn of(swap: &Swap, names: &HashMap<i64, String>, zone: &TimeZone) -> Self {
        let name = |user: i64| names.get(&user).cloned().unwrap_or_default();
        Self {
            id: swap.id,
            who: name(swap.user_id),
            instead_of: swap.instead_of.map(name),
            from: Moment::of(swap.from_ms, zone),
            to: Moment::of(swap.to_ms, zone),
        }
    }
}
