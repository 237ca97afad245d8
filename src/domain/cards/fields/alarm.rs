//! What a program says of the alarms of a card, and what is wrong with it.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{
    domain::cards::fields::{MAX_TTL_S, Problems},
    entities::posts::Severity,
    live::state::{Audience, Flapping, Reading, Rules, Threshold},
};

/// So many thresholds are enough for two sides in three severities.
const MAX_THRESHOLDS: usize = 6;

/// Seconds for which a value has to be beyond a threshold: a week.
const MAX_FOR_S: i64 = 7 * 24 * 60 * 60;

/// Changes that are kept of an alarm.
const MAX_CHANGES: u32 = 24;

/// Minutes of a day.
const MAX_MINUTES: u32 = 24 * 60;

/// What a program says that a card raises alarms for. `A` is whom they are for, as of the card.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm<A> {
    /// Whom they are for; without it, whoever may see the card.
    pub to: Option<A>,
    /// At which figures of a value there is an alarm.
    pub thresholds: Option<Vec<Threshold>>,
    /// Seconds within which there is a report.
    pub expect: Option<i64>,
    /// Seconds by which one may be late.
    pub grace: Option<i64>,
    /// How urgent it is when there is none.
    pub silence: Option<Severity>,
    /// How urgent it is when work has failed, or a status is critical.
    pub failure: Option<Severity>,
    /// What counts as changing too often to be told each time.
    pub flapping: Option<Flapping>,
}

impl<A> Alarm<A> {
    /// The same, with another word for whom they are for.
    pub fn with_audience<B>(self, to: Option<B>) -> Alarm<B> {
        let Self { thresholds, expect, grace, silence, failure, flapping, .. } = self;
        Alarm { to, thresholds, expect, grace, silence, failure, flapping }
    }
}

impl Alarm<Audience> {
    /// What a card of this kind raises alarms for.
    ///
    /// # Errors
    /// What is wrong, by field.
    pub(super) fn rules(&self, reading: &Reading) -> Result<Rules, Problems> {
        let mut problems = Problems::new();
        let thresholds = self.thresholds.clone().unwrap_or_default();
        let flapping = self.flapping.unwrap_or_default();
        let mut check = |field: &'static str, is_wrong: bool, why: &str| {
            if is_wrong {
                problems.entry(field).or_insert_with(|| why.to_owned());
            }
        };
        let is_value = matches!(reading, Reading::Value(_));
        check("alarm.thresholds", !is_value && !thresholds.is_empty(), "Only a value has thresholds.");
        check("alarm.thresholds", thresholds.len() > MAX_THRESHOLDS, "There are at most 6 thresholds.");
        if let Some(why) = thresholds.iter().find_map(problem) {
            check("alarm.thresholds", true, why);
        }
        let kinds: BTreeSet<_> =
            thresholds.iter().map(|one| (one.above.is_some(), rank(one.severity))).collect();
        let twice = "There is one threshold of each severity on each side.";
        check("alarm.thresholds", kinds.len() < thresholds.len(), twice);
        check("alarm.failure", is_value && self.failure.is_some(), "A value cannot fail.");
        let (expect, grace) = (self.expect, self.grace.unwrap_or_default());
        let is_time = |seconds: i64| (0..=MAX_TTL_S).contains(&seconds);
        let seconds = "The time is a number of seconds, from 1 to ten years.";
        check("alarm.expect", expect.is_some_and(|expect| expect == 0 || !is_time(expect)), seconds);
        check("alarm.grace", !is_time(grace), "The time is a number of seconds, from 0 to ten years.");
        let without = "Say with `expect` how often there is a report.";
        check("alarm.grace", expect.is_none() && self.grace.is_some(), without);
        check("alarm.silence", expect.is_none() && self.silence.is_some(), without);
        let is_bad =
            !(3..=MAX_CHANGES).contains(&flapping.changes) || !(1..=MAX_MINUTES).contains(&flapping.minutes);
        check("alarm.flapping", is_bad, "There are 3 to 24 changes, within 1 to 1,440 minutes.");
        let is_empty = thresholds.is_empty() && expect.is_none() && self.failure.is_none();
        check("alarm", is_empty, "Say what raises an alarm: `thresholds`, `expect` or `failure`.");
        if !problems.is_empty() {
            return Err(problems);
        }
        let silence = expect.map(|_| self.silence.unwrap_or(Severity::Warning));
        let (to, failure) = (self.to.clone(), self.failure);
        Ok(Rules { to, only: None, thresholds, expect, grace, silence, failure, flapping })
    }
}

fn problem(threshold: &Threshold) -> Option<&'static str> {
    let levels = [threshold.above, threshold.below, threshold.leave];
    if threshold.above.is_some() == threshold.below.is_some() {
        return Some("A threshold is either `above` a number or `below` one.");
    }
    if levels.into_iter().flatten().any(|level| !level.is_finite()) {
        return Some("A threshold is a number.");
    }
    if !(0..=MAX_FOR_S).contains(&threshold.for_s) {
        return Some("`for` is a number of seconds, from 0 to a week.");
    }
    threshold
        .leave
        .filter(|leave| threshold.is_in(*leave))
        .map(|_| "`leave` is on the calm side of the threshold: not above `above`, and not below `below`.")
}

fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Critical => 2,
    }
}
