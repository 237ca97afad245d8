//! Sequences of values: what they come to must follow from the values alone.

use super::*;
use crate::ids::{BoardId, CardId, UserId};
use crate::live::state::{Value, ValueKind};

const MINUTE: i64 = 60_000;

fn card(rules: Rules) -> Card {
    Card {
        id: CardId(7),
        key: "boiler".into(),
        board: BoardId(1),
        owner: UserId(1),
        title: "Boiler".into(),
        audience: None,
        details: None,
        version: None,
        reading: Reading::Value(Value::default()),
        reported_ms: 0,
        made_ms: 0,
        rev: 0,
        rules: Some(Box::new(rules)),
        raised: None,
        silent_ms: None,
        pause: None,
    }
}

fn above(level: f64, leave: f64, for_s: i64) -> Rules {
    let threshold =
        Threshold { severity: Severity::Warning, above: Some(level), below: None, leave: Some(leave), for_s };
    Rules {
        to: None,
        only: None,
        thresholds: vec![threshold],
        expect: None,
        grace: 0,
        silence: None,
        failure: None,
        flapping: Flapping::default(),
    }
}

fn reports(card: &mut Card, alarms: &mut Vec<Alarm>, at_ms: i64, number: f64) {
    let before = card.clone();
    card.reading = Reading::Value(Value { value: Some(ValueKind::Number(number)), ..Value::default() });
    let paused_until_ms = card.pause.as_ref().map(|pause| pause.until_ms).filter(|until| *until > at_ms);
    report(
        card,
        alarms,
        &Report { before: Some(&before), at_ms, is_report: true, says_state: false, paused_until_ms },
    );
}

/// Whether it is raised after each of these values.
fn raised_after(rules: Rules, values: &[(i64, f64)]) -> Vec<bool> {
    let (mut card, mut alarms) = (card(rules), Vec::new());
    let raised = |(at, number): &(i64, f64)| {
        reports(&mut card, &mut alarms, *at, *number);
        card.raised.is_some()
    };
    values.iter().map(raised).collect()
}

#[test]
fn it_is_raised_above_the_level_and_over_only_at_the_calm_one() {
    let values = [79.0, 80.0, 80.1, 79.0, 75.1, 75.0, 79.0, 81.0].map(|value| (0, value));
    let raised = raised_after(above(80.0, 75.0, 0), &values);
    assert_eq!(raised, [false, false, true, true, true, false, false, true]);
}

#[test]
fn it_is_raised_only_once_it_has_lasted() {
    let values =
        [(0, 90.0), (59_000, 90.0), (59_500, 70.0), (60_000, 90.0), (119_000, 78.0), (120_000, 90.0)];
    assert_eq!(raised_after(above(80.0, 75.0, 60), &values), [false, false, false, false, false, true]);
}

#[test]
fn what_is_over_before_it_was_told_is_told_all_the_same() {
    let (mut card, mut alarms) = (card(above(80.0, 75.0, 0)), Vec::new());
    for number in [90.0, 70.0] {
        reports(&mut card, &mut alarms, 1_000, number);
    }
    let alarm = &alarms[0];
    assert_eq!((alarm.state, alarm.due_ms, alarm.repeats), (State::Ended, Some(1_000), 1));
}

#[test]
fn many_changes_are_told_once_and_end_when_it_is_calm() {
    let (mut card, mut alarms) = (card(above(80.0, 75.0, 0)), Vec::new());
    for minute in 0..5 {
        reports(&mut card, &mut alarms, minute * MINUTE, if minute % 2 == 0 { 90.0 } else { 70.0 });
        assert!(!alarms[0].flapping);
    }
    reports(&mut card, &mut alarms, 5 * MINUTE, 70.0);
    assert!(alarms[0].flapping && alarms[0].due_ms == Some(5 * MINUTE));
    reports(&mut card, &mut alarms, 6 * MINUTE, 90.0);
    assert_eq!(alarms[0].due_ms, Some(16 * MINUTE), "told when nothing has changed for ten minutes");
    // The same changes over an hour are nothing out of the ordinary.
    let (mut card, mut alarms) = (self::card(above(80.0, 75.0, 0)), Vec::new());
    for index in 0..12 {
        reports(&mut card, &mut alarms, index * 5 * MINUTE, if index % 2 == 0 { 90.0 } else { 70.0 });
        assert!(!alarms[0].flapping);
    }
}

#[test]
fn while_it_is_paused_nothing_is_raised_and_at_the_end_what_is_still_so() {
    let (mut card, mut alarms) = (card(above(80.0, 75.0, 0)), Vec::new());
    card.pause = Some(Box::new(crate::live::state::Pause { until_ms: MINUTE, by: "Ann".into() }));
    reports(&mut card, &mut alarms, 1_000, 90.0);
    assert_eq!((alarms[0].state, alarms[0].due_ms), (State::Pending, Some(MINUTE)));
    reports(&mut card, &mut alarms, 2_000, 70.0);
    assert_eq!((alarms[0].state, alarms[0].due_ms), (State::Ended, None));
    reports(&mut card, &mut alarms, 3_000, 90.0);
    reports(&mut card, &mut alarms, MINUTE, 91.0);
    assert_eq!(alarms[0].state, State::Raised);
}

#[test]
fn rules_that_go_end_what_they_raised() {
    let (mut card, mut alarms) = (card(above(80.0, 75.0, 0)), Vec::new());
    reports(&mut card, &mut alarms, 1_000, 90.0);
    card.rules = None;
    reports(&mut card, &mut alarms, 2_000, 90.0);
    assert_eq!((alarms[0].state, card.raised), (State::Ended, None));
}
