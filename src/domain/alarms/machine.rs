//! How an alarm changes: by a report, by time, by its end. Nothing here touches the database.

use sea_orm::ActiveEnum;

use crate::{
    entities::{
        alarms::{Model as Alarm, State},
        posts::Severity,
    },
    live::state::{Card, Condition, Flapping, Raised, Reading, Rules, Stage, Threshold},
};

mod steps;

const SILENCE: &str = "silence";
const FAILURE: &str = "failure";

/// Characters of a number that is written out: as many as the digits of any number that programs are exact with.
const MAX_FIGURE: usize = 24;

/// A report, as alarms see it.
#[derive(Debug)]
pub(in crate::domain) struct Report<'a> {
    /// The card as it was.
    pub(in crate::domain) before: Option<&'a Card>,
    /// When it came; Unix time in milliseconds.
    pub(in crate::domain) at_ms: i64,
    /// Whether it says how things are; else it changes no more than the card, or what it is watched for.
    pub(in crate::domain) is_report: bool,
    /// Whether it says how work or a status is.
    pub(in crate::domain) says_state: bool,
    /// Until when nothing is raised, if it is paused.
    pub(in crate::domain) paused_until_ms: Option<i64>,
}

/// Takes a report in, and shows on the card what is raised now.
pub(in crate::domain) fn report(card: &mut Card, alarms: &mut Vec<Alarm>, report: &Report<'_>) {
    let at_ms = report.at_ms;
    let rules = card.rules.as_deref().cloned();
    let window = rules.as_ref().map(|rules| rules.flapping).unwrap_or_default();
    for alarm in alarms.iter_mut() {
        alarm.ripen(at_ms, report.paused_until_ms, window);
    }
    let causes: Vec<String> = rules.iter().flat_map(causes).collect();
    for alarm in alarms.iter_mut().filter(|alarm| !causes.contains(&alarm.cause)) {
        alarm.end(at_ms, window, "It is not looked for any more.".into());
    }
    if let Some(rules) = &rules {
        look_at_thresholds(card, alarms, rules, report);
        look_at_failure(card, alarms, rules, report);
        if let Some(alarm) = alarms.iter_mut().find(|alarm| report.is_report && alarm.cause == SILENCE) {
            alarm.end(at_ms, window, "There was a report again.".into());
        }
    }
    let is_silent = alarms.iter().any(|alarm| alarm.cause == SILENCE && alarm.state == State::Raised);
    let known = report.before.and_then(|before| before.rules.as_deref());
    // What is waited for anew is waited for from now on.
    if report.is_report || (!is_silent && expected(known) != expected(rules.as_ref())) {
        card.silent_ms = rules.as_ref().and_then(|rules| rules.silent_ms(at_ms));
    } else if is_silent || rules.is_none() {
        card.silent_ms = None;
    }
    reveal(alarms, at_ms);
    card.raised = worst(alarms);
}

/// The card has said nothing for too long.
pub(super) fn fall_silent(card: &mut Card, alarms: &mut Vec<Alarm>, now_ms: i64) {
    card.silent_ms = None;
    let Some(rules) = card.rules.as_deref() else { return };
    let Some(severity) = rules.silence else { return };
    let alarm = find_or_new(alarms, card, SILENCE, severity);
    if alarm.state != State::Raised {
        (alarm.since_ms, alarm.severity) = (card.reported_ms, severity);
        (alarm.was, alarm.reading) = (None, figure(&card.reading));
        alarm.raise(now_ms, rules.flapping);
    }
    card.raised = worst(alarms);
}

/// By when a report is waited for, and how urgent it is when there is none.
fn expected(rules: Option<&Rules>) -> Option<(Option<i64>, i64, Option<Severity>)> {
    rules.map(|rules| (rules.expect, rules.grace, rules.silence))
}

/// Everything is over: the card goes.
pub(in crate::domain) fn remove(alarms: &mut [Alarm], at_ms: i64) {
    for alarm in alarms {
        alarm.end(at_ms, Flapping::default(), "The card was removed.".into());
        (alarm.flapping, alarm.due_ms) = (false, Some(at_ms));
    }
}

/// The worst alarm that is raised.
pub(super) fn worst(alarms: &[Alarm]) -> Option<Raised> {
    let raised = alarms.iter().filter(|alarm| alarm.state == State::Raised);
    let worst = raised.max_by_key(|alarm| (rank(alarm.severity), -alarm.since_ms))?;
    Some(Raised { severity: worst.severity, about: worst.about(), since_ms: worst.since_ms })
}

/// How bad a severity is; more is worse.
pub(super) fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Critical => 2,
    }
}

fn look_at_thresholds(card: &Card, alarms: &mut Vec<Alarm>, rules: &Rules, report: &Report<'_>) {
    // A text, or nothing, is not a value that is fine.
    let Some(number) = card.reading.number() else { return };
    for threshold in &rules.thresholds {
        let alarm = find_or_new(alarms, card, &cause(threshold), threshold.severity);
        match alarm.state {
            State::Ended if threshold.is_in(number) => {
                alarm.since_ms = report.at_ms;
                alarm.was = report.before.and_then(|before| figure(&before.reading));
                alarm.reading = figure(&card.reading);
                let lasts_ms = threshold.for_s.saturating_mul(1000);
                (alarm.state, alarm.due_ms) = (State::Pending, Some(report.at_ms.saturating_add(lasts_ms)));
                alarm.ripen(report.at_ms, report.paused_until_ms, rules.flapping);
            }
            State::Pending | State::Raised if threshold.is_out(number) => {
                let reading = figure(&card.reading).unwrap_or_default();
                alarm.end(report.at_ms, rules.flapping, format!("It is {reading} now."));
            }
            _ => {}
        }
    }
}

fn look_at_failure(card: &Card, alarms: &mut Vec<Alarm>, rules: &Rules, report: &Report<'_>) {
    let Some(severity) = rules.failure else { return };
    let (has_failed, is_fine) = outcome(&card.reading);
    let alarm = find_or_new(alarms, card, FAILURE, severity);
    if is_fine {
        let reading = figure(&card.reading).unwrap_or_default();
        alarm.end(report.at_ms, rules.flapping, format!("It is {reading} now."));
    } else if has_failed && alarm.state == State::Ended {
        alarm.since_ms = report.at_ms;
        alarm.reading = said(&card.reading);
        (alarm.state, alarm.due_ms) = (State::Pending, Some(report.at_ms));
        alarm.ripen(report.at_ms, report.paused_until_ms, rules.flapping);
    } else if has_failed && alarm.state == State::Raised && report.says_state {
        // Work that fails each time is told once, with how often it did. How something is is said again and again.
        if matches!(card.reading, Reading::Progress(_)) {
            (alarm.repeats, alarm.reading) = (alarm.repeats + 1, said(&card.reading));
            if !alarm.flapping {
                alarm.due_ms = Some(report.at_ms);
            }
        }
    }
}

/// Whether it has failed, and whether it is fine. What is neither leaves things as they are.
fn outcome(reading: &Reading) -> (bool, bool) {
    match reading {
        Reading::Progress(progress) => (progress.state == Stage::Failed, progress.state == Stage::Done),
        Reading::Status(status) => {
            let is_calm = !matches!(status.state, Condition::Critical | Condition::Unknown);
            (status.state == Condition::Critical, is_calm)
        }
        Reading::Value(_) | Reading::Unknown => (false, false),
    }
}

/// What was hidden behind a worse alarm of the same side is told once that is over.
fn reveal(alarms: &mut [Alarm], at_ms: i64) {
    for index in 0..alarms.len() {
        let has_ended = |other: &Alarm| other.state == State::Ended && other.ended_ms == Some(at_ms);
        let is_free = alarms.iter().any(has_ended) && !has_worse(alarms, &alarms[index]);
        if alarms[index].is_hidden() && is_free {
            alarms[index].due_ms = Some(at_ms);
        }
    }
}

/// Whether a worse alarm of the same side of the same value is raised.
pub(super) fn has_worse(alarms: &[Alarm], alarm: &Alarm) -> bool {
    let Some((side, _)) = alarm.cause.split_once('-') else { return false };
    alarms.iter().any(|other| {
        other.card_id == alarm.card_id
            && other.state == State::Raised
            && other.cause.split_once('-').is_some_and(|(its_side, _)| its_side == side)
            && rank(other.severity) > rank(alarm.severity)
    })
}

fn causes(rules: &Rules) -> Vec<String> {
    let thresholds = rules.thresholds.iter().map(cause);
    let silence = rules.silence.map(|_| SILENCE.to_owned());
    thresholds.chain(silence).chain(rules.failure.map(|_| FAILURE.to_owned())).collect()
}

/// The threshold's name among the causes.
pub(super) fn cause(threshold: &Threshold) -> String {
    let side = if threshold.above.is_some() { "above" } else { "below" };
    format!("{side}-{}", threshold.severity.to_value())
}

fn find_or_new<'a>(
    alarms: &'a mut Vec<Alarm>,
    card: &Card,
    cause: &str,
    severity: Severity,
) -> &'a mut Alarm {
    let at = alarms.iter().position(|alarm| alarm.cause == cause).unwrap_or_else(|| {
        alarms.push(new(card.id.0, cause, severity));
        alarms.len() - 1
    });
    let alarm = &mut alarms[at];
    alarm.severity = severity;
    alarm
}

fn new(card_id: i64, cause: &str, severity: Severity) -> Alarm {
    Alarm {
        id: 0,
        card_id,
        cause: cause.into(),
        state: State::Ended,
        severity,
        since_ms: 0,
        raised_ms: None,
        ended_ms: None,
        due_ms: None,
        post_id: None,
        grouped: false,
        repeats: 0,
        was: None,
        reading: None,
        note: None,
        changes: "[]".into(),
        flapping: false,
    }
}

/// What a card shows, in a few characters.
pub(super) fn figure(reading: &Reading) -> Option<String> {
    match reading {
        Reading::Value(value) => {
            let number = reading.number()?;
            let text = match value.decimals {
                Some(decimals) => format!("{number:.*}", usize::from(decimals)),
                None => number.to_string(),
            };
            let text = shortened(text, number);
            let unit = value.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
            Some(text + &unit)
        }
        Reading::Progress(progress) => word(serde_json::to_value(progress.state)),
        Reading::Status(status) => word(serde_json::to_value(status.state)),
        Reading::Unknown => None,
    }
}

/// A number that was written out, or how many digits it has, if they are too many for a sentence.
pub(super) fn shortened(text: String, number: f64) -> String {
    if text.len() > MAX_FIGURE { format!("{number:e}") } else { text }
}

fn word(word: Result<serde_json::Value, serde_json::Error>) -> Option<String> {
    word.ok()?.as_str().map(str::to_owned)
}

/// The line of text with which work failed.
fn said(reading: &Reading) -> Option<String> {
    match reading {
        Reading::Progress(progress) => progress.text.as_deref().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
