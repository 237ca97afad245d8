//! Quiet hours: windows of time that are reckoned from the days of the week and a time zone, and are stored nowhere. So
//! whatever changes (the hours, the zone, the zone's own rules) is so at once.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};

/// The quiet hours that begin on one day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// On which day they begin.
    pub weekday: Weekday,
    /// When they begin.
    pub from: Time,
    /// When they end: on the next day, if that is no later than they begin.
    pub to: Time,
}

/// Quiet hours of a certain day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The day on which they begin.
    pub day: Date,
    /// The first moment of it.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// What is under way, and what comes within a week, in its order.
pub fn upcoming<'a>(
    hours: &'a [Hours],
    now: Timestamp,
    zone: &'a TimeZone,
) -> impl Iterator<Item = Window> + 'a {
    let today = now.to_zoned(zone.clone()).date();
    // What began yesterday may last until today.
    let days = (-1..=7).filter_map(move |days| today.checked_add(days.days()).ok());
    let on_day = move |day: Date| {
        let hours = hours.iter().find(|hours| hours.weekday == day.weekday())?;
        hours.on(day, zone)
    };
    days.filter_map(on_day).filter(move |window| window.to > now)
}

impl Hours {
    /// They on a day; none, if clocks pass over all of it.
    fn on(self, day: Date, zone: &TimeZone) -> Option<Window> {
        let last_day = if self.to > self.from { day } else { day.tomorrow().ok()? };
        let from = first(day.to_datetime(self.from), zone)?;
        let to = last(last_day.to_datetime(self.to), zone)?;
        (from < to).then_some(Window { day, from, to })
    }
}

impl Window {
    /// Whether it is now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.to
    }
}

/// When clocks first show this time, or pass over it.
fn first(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    passed_over(at, zone).or_else(|| zone.to_ambiguous_timestamp(at).earlier().ok())
}

/// When clocks last show this time, or pass over it.
fn last(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    passed_over(at, zone).or_else(|| zone.to_ambiguous_timestamp(at).later().ok())
}

/// When clocks are put forward from before this time to after it.
fn passed_over(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(at);
    let AmbiguousOffset::Gap { .. } = ambiguous.offset() else { return None };
    let beyond = ambiguous.later().ok()?;
    zone.preceding(beyond).next().map(|transition| transition.timestamp())
}

#[cfg(test)]
mod tests;
