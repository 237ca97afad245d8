//! Until when a post may wait, as the page offers it and as forms say it: by the clock of the person's zone.

use jiff::{
    Span, Timestamp, ToSpan, Zoned,
    civil::{DateTime, Time, Weekday},
    tz::TimeZone,
};

use crate::{clock::Moment, text};

/// When a day begins for who said “tomorrow morning”.
const MORNING: Time = Time::constant(8, 0, 0, 0);

/// A time that is offered.
pub struct SnoozeChoice {
    /// As the form says it.
    pub word: &'static str,
    pub name: String,
    pub at: Moment,
}

/// What is offered: minutes, for what cannot wait for longer.
pub fn choices(is_pressing: bool, now: Timestamp, zone: &TimeZone) -> Vec<SnoozeChoice> {
    let offered: &[(&'static str, &'static str)] = match is_pressing {
        true => &[("5min", text::key("snooze-five-minutes")), ("15min", text::key("snooze-fifteen-minutes"))],
        false => &[
            ("later", text::key("snooze-later-today")),
            ("tomorrow", text::key("snooze-tomorrow")),
            ("week", text::key("snooze-next-week")),
        ],
    };
    let here = now.to_zoned(zone.clone());
    let choice = |(word, key): &(&'static str, &'static str)| {
        let at = named(word, &here)?;
        let is_honest = *word != "later" || at.date() == here.date();
        let at = Moment::of(at.timestamp().as_millisecond(), zone);
        is_honest.then(|| SnoozeChoice { word, name: text::say(key), at })
    };
    offered.iter().filter_map(choice).collect()
}

/// Until when, as a form says it.
pub fn parse(typed: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let typed = typed.trim();
    let named = named(typed, &now.to_zoned(zone.clone()));
    let at = named.or_else(|| typed.parse::<DateTime>().ok()?.to_zoned(zone.clone()).ok());
    at.map(|at| at.timestamp())
}

fn named(word: &str, here: &Zoned) -> Option<Zoned> {
    let morning = |at: Zoned| at.with().time(MORNING).build().ok();
    match word {
        "5min" => after(here, 5.minutes()),
        "15min" => after(here, 15.minutes()),
        "later" => after(here, 3.hours()),
        "tomorrow" => morning(here.tomorrow().ok()?),
        "week" => morning(here.nth_weekday(1, Weekday::Monday).ok()?),
        _ => None,
    }
}

fn after(here: &Zoned, span: Span) -> Option<Zoned> {
    here.checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vienna() -> TimeZone {
        TimeZone::get("Europe/Vienna").expect("a bundled zone")
    }

    fn at(now: &str) -> Timestamp {
        let now = now.parse::<DateTime>().expect("a time");
        now.to_zoned(vienna()).expect("a time there").timestamp()
    }

    fn until(word: &str, now: &str) -> String {
        let (now, vienna) = (at(now), vienna());
        parse(word, now, &vienna).map_or_else(String::new, |at| at.to_zoned(vienna).datetime().to_string())
    }

    #[test]
    fn times_are_those_of_the_persons_clock_on_days_on_which_it_changes_too() {
        for (word, now, expected) in [
            ("later", "2026-11-27T10:00", "2026-11-27T13:00:00"),
            ("tomorrow", "2026-11-27T10:00", "2026-11-28T08:00:00"),
            ("week", "2026-11-27T10:00", "2026-11-30T08:00:00"),
            ("week", "2026-11-30T07:00", "2026-12-07T08:00:00"),
            ("15min", "2026-11-27T23:55", "2026-11-28T00:10:00"),
            ("2026-12-24T08:00", "2026-11-27T10:00", "2026-12-24T08:00:00"),
            // In the night of 29 March 2026 the clock goes from 2:00 to 3:00.
            ("tomorrow", "2026-03-28T23:00", "2026-03-29T08:00:00"),
            ("later", "2026-03-29T00:00", "2026-03-29T04:00:00"),
            ("2026-03-29T02:30", "2026-03-28T23:00", "2026-03-29T03:30:00"),
            ("nonsense", "2026-11-27T10:00", ""),
            ("", "2026-11-27T10:00", ""),
        ] {
            assert_eq!(until(word, now), expected, "{word} at {now}");
        }
    }

    #[test]
    fn later_today_is_offered_as_long_as_it_is_today() {
        let offered = |now: &str| -> Vec<_> {
            choices(false, at(now), &vienna()).iter().map(|choice| choice.word).collect()
        };

        assert_eq!(offered("2026-11-27T20:59"), ["later", "tomorrow", "week"]);
        assert_eq!(offered("2026-11-27T21:00"), ["tomorrow", "week"]);
    }
}
