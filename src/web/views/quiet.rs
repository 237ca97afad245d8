//! The form for what somebody does not want to be told of, and what it says of this moment.

use jiff::{
    Timestamp,
    civil::{DateTime, Time, Weekday},
    tz::TimeZone,
};

use crate::{
    clock::Moment,
    domain::{
        posts::Severity,
        quiet::{Group, Hours, Quiet, Rules, Window},
    },
    ids::GroupId,
    text,
    web::{extract::form::SmallForm, respond::problems::Problems},
};

/// The days of the week, Monday first: by what problems with their hours are told, the fields, and the key of the name.
const DAYS: [[&str; 4]; 7] = [
    ["hours-1", "from-1", "to-1", text::key("weekday-1")],
    ["hours-2", "from-2", "to-2", text::key("weekday-2")],
    ["hours-3", "from-3", "to-3", text::key("weekday-3")],
    ["hours-4", "from-4", "to-4", text::key("weekday-4")],
    ["hours-5", "from-5", "to-5", text::key("weekday-5")],
    ["hours-6", "from-6", "to-6", text::key("weekday-6")],
    ["hours-7", "from-7", "to-7", text::key("weekday-7")],
];

/// The form, as it was sent or as it would say what is so now.
pub struct QuietForm {
    pub news: bool,
    /// Of alerts: `all`, `warning` (and above), or `critical`.
    pub alerts: String,
    pub groups: Vec<GroupChoice>,
    pub days: Vec<DayChoice>,
}

/// A group that they are in.
pub struct GroupChoice {
    pub id: i64,
    pub name: String,
    pub muted: bool,
}

/// The hours that begin on one day of the week.
pub struct DayChoice {
    /// By which problems are told.
    pub field: &'static str,
    pub from_field: &'static str,
    pub to_field: &'static str,
    pub name: String,
    /// As typed; like 22:00.
    pub from: String,
    pub to: String,
}

/// What is so at this moment.
pub struct QuietNow {
    /// Until when nothing is told.
    pub until: Option<Moment>,
    /// Whether they said so for once.
    pub is_once: bool,
    /// The quiet hours that are under way, or come next.
    pub next: Option<WindowView>,
    /// Those that are left out for once.
    pub left_out: Option<WindowView>,
}

/// Quiet hours of a certain day.
pub struct WindowView {
    /// The day on which they begin, like 2026-12-31.
    pub day: String,
    pub from: Moment,
    pub to: Moment,
    /// Whether people would call it tonight.
    pub is_tonight: bool,
}

impl QuietForm {
    /// What is so now.
    pub fn of(rules: &Rules, groups: &[Group]) -> Self {
        let alerts = rules.mutes_below.map_or("all", |severity| match severity {
            Severity::Info => "all",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        });
        let group = |group: &Group| GroupChoice {
            id: group.id,
            name: group.name.clone(),
            muted: rules.groups.contains(&group.group_id()),
        };
        let day = |offset: i8| {
            let hours = rules.hours.iter().find(|hours| hours.weekday.to_monday_one_offset() == offset);
            let time = |time: Time| time.strftime("%H:%M").to_string();
            hours.map_or_else(Default::default, |hours| (time(hours.from), time(hours.to)))
        };
        Self {
            news: rules.mutes_news,
            alerts: alerts.into(),
            groups: groups.iter().map(group).collect(),
            days: days(|number, _, _| day(number)),
        }
    }

    /// The form as it was sent.
    pub fn sent(fields: &SmallForm, groups: &[Group]) -> Self {
        let muted = fields.all("groups");
        let group = |group: &Group| GroupChoice {
            id: group.id,
            name: group.name.clone(),
            muted: muted.contains(&group.id.to_string()),
        };
        Self {
            news: !fields.one("news").is_empty(),
            alerts: fields.one("alerts"),
            groups: groups.iter().map(group).collect(),
            days: days(|_, from, to| (fields.one(from), fields.one(to))),
        }
    }

    /// The rules that it says.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self) -> Result<Rules, Problems> {
        let mut problems = Problems::default();
        let below = match self.alerts.as_str() {
            "all" => Ok(None),
            "warning" => Ok(Some(Severity::Warning)),
            "critical" => Ok(Some(Severity::Critical)),
            _ => Err(text::say("preferences-choose")),
        };
        let below = problems.check("alerts", below);
        let mut hours = Vec::new();
        for (day, weekday) in self.days.iter().zip(Weekday::Monday.cycle_forward()) {
            hours.extend(problems.check(day.field, day.parse(weekday)).flatten());
        }
        let muted = self.groups.iter().filter(|group| group.muted);
        let groups = muted.map(|group| GroupId(group.id)).collect();
        match below {
            Some(mutes_below) if problems.is_empty() => {
                Ok(Rules { mutes_news: self.news, mutes_below, groups, hours })
            }
            _ => Err(problems),
        }
    }
}

fn days(typed: impl Fn(i8, &str, &str) -> (String, String)) -> Vec<DayChoice> {
    let day = |(number, [field, from_field, to_field, key]): (i8, [&'static str; 4])| {
        let (from, to) = typed(number, from_field, to_field);
        DayChoice { field, from_field, to_field, name: text::say(key), from, to }
    };
    (1..).zip(DAYS).map(day).collect()
}

impl DayChoice {
    /// The hours; none, if nothing was typed.
    fn parse(&self, weekday: Weekday) -> Result<Option<Hours>, String> {
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).map_err(|_| text::say("quiet-no-time"));
        match (self.from.trim(), self.to.trim()) {
            ("", "") => Ok(None),
            ("", _) | (_, "") => Err(text::say("quiet-both-times")),
            (from, to) => Ok(Some(Hours { weekday, from: time(from)?, to: time(to)? })),
        }
    }
}

impl QuietNow {
    /// What is so then, in the zone.
    pub fn of(quiet: &Quiet, now: Timestamp, zone: &TimeZone) -> Self {
        let moment = |at: Timestamp| Moment::of(at.as_millisecond(), zone);
        let window = |window: Window| WindowView {
            day: window.day.to_string(),
            from: moment(window.from),
            to: moment(window.to),
            is_tonight: is_tonight(window, now, zone),
        };
        Self {
            until: quiet.until(now, zone).map(moment),
            is_once: quiet.until_ms.is_some_and(|ms| ms > now.as_millisecond()),
            next: quiet.next(now, zone).map(window),
            left_out: quiet.left_out(now, zone).map(window),
        }
    }
}

/// Whether it begins in what is left of the evening, or is under way, by night.
fn is_tonight(window: Window, now: Timestamp, zone: &TimeZone) -> bool {
    let (begins, here) = (window.from.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    begins.hour() >= 17 && (window.is_open(now) || begins.date() == here.date())
}

/// The moment that was typed, by the clock of the zone.
pub fn parse_moment(typed: &str, zone: &TimeZone) -> Option<Timestamp> {
    let at = DateTime::strptime("%Y-%m-%dT%H:%M", typed.trim()).ok()?;
    at.to_zoned(zone.clone()).ok().map(|at| at.timestamp())
}
