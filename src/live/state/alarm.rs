//! What a card raises alarms for, what of it is raised, and until when that is paused.

use serde::{Deserialize, Serialize};

use crate::{entities::posts::Severity, live::state::Audience};

/// What a card raises alarms for. Stored as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// Whom they are for; without it, whoever may see the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Audience>,
    /// The groups that they may be for, if the token that said this is held to some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<i64>>,
    /// At which figures of a value there is an alarm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
    /// Seconds within which there is a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<i64>,
    /// Seconds by which one may be late.
    #[serde(default)]
    pub grace: i64,
    /// How urgent it is when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Severity>,
    /// How urgent it is when work has failed, or a status is critical.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Severity>,
    /// What counts as changing too often to be told each time.
    #[serde(default)]
    pub flapping: Flapping,
}

/// From where on a value is alarming, and from where on it is not any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// How urgent it is.
    pub severity: Severity,
    /// Values above this are alarming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// Values below this are alarming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// It is over at this value, or on its calm side; at the level itself, if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave: Option<f64>,
    /// Seconds that it has to last.
    #[serde(default, rename = "for")]
    pub for_s: i64,
}

/// So many changes within so many minutes are too many to tell each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flapping {
    /// How often it is raised or over.
    pub changes: u32,
    /// Within how many minutes.
    pub minutes: u32,
}

/// The worst alarm of a card that is raised. Stored as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// How urgent it is.
    pub severity: Severity,
    /// What it is about.
    pub about: About,
    /// Since when; Unix time in milliseconds.
    pub since_ms: i64,
}

/// What an alarm is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// A value beyond a threshold.
    Threshold,
    /// No report.
    Silence,
    /// Work that has failed, or a status that is critical.
    Failure,
}

/// Until when no alarms are raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Unix time in milliseconds.
    pub until_ms: i64,
    /// Who said so, by name.
    pub by: Box<str>,
}

impl Default for Flapping {
    fn default() -> Self {
        Self { changes: 6, minutes: 10 }
    }
}

impl Rules {
    /// From when on a card that reports at this time is silent; Unix time in milliseconds.
    pub fn silent_ms(&self, at_ms: i64) -> Option<i64> {
        self.expect.map(|expect| at_ms.saturating_add(expect.saturating_add(self.grace).saturating_mul(1000)))
    }

    /// As it is stored.
    pub fn stored(&self) -> String {
        serde_json::to_string(self).expect("numbers and words always serialise")
    }

    /// What was stored; none if it cannot be read.
    pub fn read(stored: &str) -> Option<Self> {
        serde_json::from_str(stored).ok()
    }
}

impl Threshold {
    /// The level from which on a value is alarming.
    pub fn level(&self) -> f64 {
        self.above.or(self.below).unwrap_or_default()
    }

    /// Whether a value is alarming.
    pub fn is_in(&self, number: f64) -> bool {
        self.above.is_some_and(|level| number > level) || self.below.is_some_and(|level| number < level)
    }

    /// Whether a value is so calm that an alarm is over.
    pub fn is_out(&self, number: f64) -> bool {
        let leave = self.leave.unwrap_or(self.level());
        if self.above.is_some() { number <= leave } else { number >= leave }
    }
}

impl Raised {
    /// As it is stored.
    pub fn stored(&self) -> String {
        serde_json::to_string(self).expect("numbers and words always serialise")
    }
}

impl Pause {
    /// A pause as it is stored, if it has not ended by then.
    pub(super) fn read(until_ms: Option<i64>, by: Option<String>) -> Option<Self> {
        until_ms.map(|until_ms| Self { until_ms, by: by.unwrap_or_default().into() })
    }

    /// Whether it goes on at this time in Unix milliseconds.
    pub fn is_on(&self, now_ms: i64) -> bool {
        self.until_ms > now_ms
    }
}
