//! What is said of each kind of card, and which fields belong to which.

use jiff::Timestamp;

use crate::{
    domain::cards::fields::{
        Fields, MAX_LINE, Patch, Problems,
        checks::{checked, set_line},
    },
    live::state::{Audience, Condition, Progress, Stage, Status, Value},
};

/// Characters of a unit.
const MAX_UNIT: usize = 20;

impl Fields<Audience> {
    pub(super) fn set_value(&self, value: &mut Value) -> Problems {
        let mut problems = self.others_than("value");
        if let Some(given) = &self.value {
            match given.clone().map(checked).transpose() {
                Ok(given) => value.value = given,
                Err(problem) => drop(problems.insert("value", problem)),
            }
        }
        if let Err(problem) = set_line(&self.unit, MAX_UNIT, |line| value.unit = line) {
            problems.insert("unit", problem);
        }
        if let Some(decimals) = self.decimals {
            if decimals.is_some_and(|decimals| decimals > 9) {
                problems.insert("decimals", "There are at most 9 digits after the point.".into());
            }
            value.decimals = decimals;
        }
        if let Some(trend) = self.trend {
            value.trend = trend.unwrap_or_default();
        }
        if let Some(min) = self.min {
            value.min = min;
        }
        if let Some(max) = self.max {
            value.max = max;
        }
        if value.min.zip(value.max).is_some_and(|(min, max)| min >= max) {
            problems.insert("max", "The most is more than the least.".into());
        }
        problems
    }

    pub(super) fn set_progress(&self, progress: &mut Progress, at_ms: i64) -> Problems {
        let mut problems = self.others_than("progress");
        if let Some(percent) = self.percent {
            if percent.is_some_and(|percent| !(0.0..=100.0).contains(&percent)) {
                problems.insert("percent", "A percentage is a number from 0 to 100.".into());
            }
            progress.percent = percent;
        }
        if let Some(step) = self.step {
            progress.step = step;
        }
        if let Some(steps) = self.steps {
            progress.steps = steps;
        }
        if progress.step.unwrap_or_default() > progress.steps.unwrap_or(u32::MAX) {
            problems.insert("step", "The step is one of the steps.".into());
        }
        if let Err(problem) = set_line(&self.text, MAX_LINE, |line| progress.text = line) {
            problems.insert("text", problem);
        }
        if let Err(problem) = self.set_publish(progress) {
            problems.insert("publish", problem);
        }
        if let Some(state) = &self.state {
            match serde_json::from_value::<Stage>(state.as_str().into()) {
                Ok(state) => progress.set_state(state, at_ms),
                Err(_) => {
                    let words = "A progress is `waiting`, `running`, `done`, `failed` or `cancelled`.";
                    problems.insert("state", words.into());
                }
            }
        }
        if let Some(Some(started)) = &self.started_at {
            match started.parse::<Timestamp>() {
                // Whose clock is ahead has begun by now all the same.
                Ok(started) => progress.set_start(started.as_millisecond().min(at_ms)),
                Err(_) => {
                    problems.insert("started_at", "It is a time such as 2030-01-31T12:00:00Z.".into());
                }
            }
        }
        problems
    }

    pub(super) fn set_status(&self, status: &mut Status, at_ms: i64) -> Problems {
        let mut problems = self.others_than("status");
        if let Some(state) = &self.state {
            match serde_json::from_value::<Condition>(state.as_str().into()) {
                Ok(state) => status.set(state, at_ms),
                Err(_) => {
                    let words = "A status is `ok`, `warning`, `critical`, `off` or `unknown`.";
                    problems.insert("state", words.into());
                }
            }
        }
        problems
    }

    /// What is said of fields that cards of this kind do not have.
    fn others_than(&self, kind: &str) -> Problems {
        fn says<T>(field: &Patch<T>) -> bool {
            matches!(field, Some(Some(_)))
        }
        let fields = [
            ("value", &["value"][..], says(&self.value)),
            ("unit", &["value"], says(&self.unit)),
            ("decimals", &["value"], says(&self.decimals)),
            ("trend", &["value"], says(&self.trend)),
            ("min", &["value"], says(&self.min)),
            ("max", &["value"], says(&self.max)),
            ("percent", &["progress"], says(&self.percent)),
            ("step", &["progress"], says(&self.step)),
            ("steps", &["progress"], says(&self.steps)),
            ("text", &["progress"], says(&self.text)),
            ("publish", &["progress"], says(&self.publish)),
            ("started_at", &["progress"], says(&self.started_at)),
            ("state", &["progress", "status"], self.state.is_some()),
        ];
        let wrong = fields.into_iter().filter(|(_, kinds, is_said)| *is_said && !kinds.contains(&kind));
        wrong.map(|(field, ..)| (field, format!("A card of the kind `{kind}` has no `{field}`."))).collect()
    }
}
