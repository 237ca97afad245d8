use super::*;

fn hours(weekday: Weekday, from: &str, to: &str) -> Hours {
    let time = |text: &str| text.parse().expect("a time");
    Hours { weekday, from: time(from), to: time(to) }
}

/// Every night.
fn nights(from: &str, to: &str) -> Vec<Hours> {
    Weekday::Monday.cycle_forward().take(7).map(|weekday| hours(weekday, from, to)).collect()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a bundled zone")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Whether it is quiet then in Vienna.
fn is_quiet(hours: &[Hours], instant: &str) -> bool {
    let (zone, now) = (zone("Europe/Vienna"), at(instant));
    upcoming(hours, now, &zone).any(|window| window.is_open(now))
}

/// The bounds of what is quiet in Vienna first after this.
fn first_window(hours: &[Hours], instant: &str) -> (String, String) {
    let zone = zone("Europe/Vienna");
    let window = upcoming(hours, at(instant), &zone).next().expect("there is one");
    (window.from.to_string(), window.to.to_string())
}

#[test]
fn they_begin_with_their_first_minute_and_end_before_their_last() {
    // A Monday, in winter: one hour ahead.
    let lunch = [hours(Weekday::Monday, "12:00", "13:30")];

    for (instant, quiet) in [
        ("2026-11-23T10:59:59.999Z", false),
        ("2026-11-23T11:00:00Z", true),
        ("2026-11-23T12:29:59.999Z", true),
        ("2026-11-23T12:30:00Z", false),
        ("2026-11-24T11:30:00Z", false),
        ("2026-11-30T11:30:00Z", true),
    ] {
        assert_eq!(is_quiet(&lunch, instant), quiet, "{instant}");
    }
}

#[test]
fn a_night_goes_past_midnight_and_belongs_to_the_day_on_which_it_begins() {
    // Friday the 27th alone.
    let friday = [hours(Weekday::Friday, "22:00", "07:00")];

    for (instant, quiet) in [
        ("2026-11-27T05:59:00Z", false),
        ("2026-11-27T20:59:59Z", false),
        ("2026-11-27T21:00:00Z", true),
        ("2026-11-27T22:59:59Z", true),
        ("2026-11-27T23:00:00Z", true),
        ("2026-11-28T05:59:59Z", true),
        ("2026-11-28T06:00:00Z", false),
        ("2026-11-28T22:00:00Z", false),
    ] {
        assert_eq!(is_quiet(&friday, instant), quiet, "{instant}");
    }
    let vienna = zone("Europe/Vienna");
    let window = upcoming(&friday, at("2026-11-28T01:00:00Z"), &vienna).next().expect("it is under way");
    assert_eq!(window.day.to_string(), "2026-11-27");
}

#[test]
fn from_a_time_to_the_same_is_a_whole_day_and_to_midnight_ends_with_the_day() {
    let all_sunday = [hours(Weekday::Sunday, "00:00", "00:00")];
    for (instant, quiet) in [
        ("2026-11-28T22:59:59Z", false),
        ("2026-11-28T23:00:00Z", true),
        ("2026-11-29T22:59:59Z", true),
        ("2026-11-29T23:00:00Z", false),
    ] {
        assert_eq!(is_quiet(&all_sunday, instant), quiet, "{instant}");
    }
    let evening = [hours(Weekday::Sunday, "20:00", "00:00")];
    assert!(is_quiet(&evening, "2026-11-29T22:59:59Z") && !is_quiet(&evening, "2026-11-29T23:00:00Z"));
}

#[test]
fn the_night_in_which_clocks_are_put_forward_is_an_hour_shorter() {
    // 29 March 2026: after 01:59:59 comes 03:00 (01:00 in UTC).
    let night = first_window(&nights("22:00", "07:00"), "2026-03-28T20:00:00Z");
    assert_eq!(night, ("2026-03-28T21:00:00Z".into(), "2026-03-29T05:00:00Z".into()));

    // A time that no clock shows is where clocks pass over it.
    let from_within = first_window(&nights("02:30", "06:00"), "2026-03-28T12:00:00Z");
    assert_eq!(from_within, ("2026-03-29T01:00:00Z".into(), "2026-03-29T04:00:00Z".into()));
    let to_within = first_window(&nights("23:00", "02:30"), "2026-03-28T12:00:00Z");
    assert_eq!(to_within, ("2026-03-28T22:00:00Z".into(), "2026-03-29T01:00:00Z".into()));

    // Hours that are all passed over are not there, but on the next day.
    let gone = first_window(&nights("02:15", "02:45"), "2026-03-28T12:00:00Z");
    assert_eq!(gone, ("2026-03-30T00:15:00Z".into(), "2026-03-30T00:45:00Z".into()));
}

#[test]
fn the_night_in_which_clocks_are_put_back_is_an_hour_longer() {
    // 25 October 2026: after 02:59:59 comes 02:00 again (01:00 in UTC).
    let night = first_window(&nights("22:00", "07:00"), "2026-10-24T19:00:00Z");
    assert_eq!(night, ("2026-10-24T20:00:00Z".into(), "2026-10-25T06:00:00Z".into()));

    // A time that clocks show twice: from the first to the last of it.
    let from_within = first_window(&nights("02:30", "06:00"), "2026-10-24T12:00:00Z");
    assert_eq!(from_within, ("2026-10-25T00:30:00Z".into(), "2026-10-25T05:00:00Z".into()));
    let to_within = first_window(&nights("23:00", "02:30"), "2026-10-24T12:00:00Z");
    assert_eq!(to_within, ("2026-10-24T21:00:00Z".into(), "2026-10-25T01:30:00Z".into()));
}

#[test]
fn another_zone_is_another_night_at_once() {
    let (nights, now) = (nights("22:00", "07:00"), at("2026-11-27T22:00:00Z"));
    let is_quiet_in = |name: &str| upcoming(&nights, now, &zone(name)).any(|window| window.is_open(now));

    assert!(is_quiet_in("Europe/Vienna") && is_quiet_in("Europe/London"), "23:00 and 22:00");
    assert!(!is_quiet_in("America/New_York"), "17:00");
    assert!(is_quiet_in("Asia/Kolkata") && !is_quiet_in("Asia/Tokyo"), "03:30 and 07:00");
}

#[test]
fn at_the_ends_of_the_calendar_nothing_is_wrong() {
    let nights = nights("22:00", "07:00");
    for now in [Timestamp::MIN, Timestamp::MAX] {
        for name in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            assert!(upcoming(&nights, now, &zone(name)).count() <= 9, "{now} {name}");
        }
    }
}
