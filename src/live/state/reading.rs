//! What a card says: a value, a progress or a status.

use serde::{Deserialize, Serialize};

/// Changes of a status that are kept with it, the newest last.
pub const MAX_CHANGES: usize = 24;

/// What was reported last. Stored as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Reading {
    /// A figure, or a few characters of text.
    Value(Value),
    /// Work that goes on.
    Progress(Box<Progress>),
    /// How something is.
    Status(Box<Status>),
    /// Something that only a newer build knows.
    #[serde(other)]
    Unknown,
}

/// A figure, or a few characters of text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Value {
    /// None until the first report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<ValueKind>,
    /// Such as `°C`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Box<str>>,
    /// So many digits are shown after the point; as many as there are, if it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// What it means when it rises.
    pub trend: Trend,
    /// The least that there can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The most that there can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// A number or text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a value is a number or a text")]
pub enum ValueKind {
    /// A figure, which is finite.
    Number(f64),
    /// Up to 40 characters.
    Text(Box<str>),
}

/// What it means when a value rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trend {
    /// That it gets better.
    Good,
    /// That it gets worse.
    Bad,
    /// That it gets neither better nor worse.
    #[default]
    Neutral,
}

/// Work that goes on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// How far it is.
    pub state: Stage,
    /// From 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// The step that it is at, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<u32>,
    /// How many steps there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<u32>,
    /// What it is doing, in a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Box<str>>,
    /// When it began to run; Unix time in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<i64>,
    /// When it was done, had failed or was cancelled; Unix time in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    /// Of which ends a post is to tell, if of any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish: Option<Publish>,
}

/// Of which ends of a progress a post is to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publish {
    /// Done, failed, or both.
    pub when: Vec<Stage>,
    /// The token by which that was asked, if one was shown: the post is for nobody whom it may not post to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<i64>,
}

/// How far some work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// It has not begun.
    #[default]
    Waiting,
    /// It goes on.
    Running,
    /// It came to its end.
    Done,
    /// It came to nothing.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

/// How something is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// How it is now.
    pub state: Condition,
    /// Since when; Unix time in milliseconds.
    pub since_ms: i64,
    /// What it was before: from when on, and what; the newest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<(i64, Condition)>,
    /// When the work behind it began that has not ended; Unix time in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<i64>,
    /// How long the work took that ended last, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<i64>,
}

/// How something is, in a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    /// It works.
    Ok,
    /// It is switched off.
    Off,
    /// Nobody knows.
    #[default]
    Unknown,
    /// Somebody should look.
    Warning,
    /// Somebody must look.
    Critical,
}

impl Reading {
    /// As it is stored.
    pub fn stored(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts always serialise")
    }

    /// Reads what was stored.
    pub fn read(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or(Self::Unknown)
    }

    /// The number that it shows, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Value(Value { value: Some(ValueKind::Number(number)), .. }) => Some(*number),
            _ => None,
        }
    }

    /// Its kind as programs name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Value(_) => "value",
            Self::Progress(_) => "progress",
            Self::Status(_) => "status",
            Self::Unknown => "unknown",
        }
    }
}

impl Stage {
    /// Whether nothing more is to come.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

impl Progress {
    /// How much of it is done, from 0 to 100.
    pub fn done(&self) -> Option<f64> {
        if self.state == Stage::Done {
            return Some(100.0);
        }
        let by_steps = || {
            let (step, steps) = (self.step?, self.steps.filter(|steps| *steps > 0)?);
            // The step that it is at is not done.
            Some(f64::from(step.saturating_sub(1)) / f64::from(steps) * 100.0)
        };
        self.percent.or_else(by_steps)
    }

    /// Takes a state in, with when the work began and when it ended.
    pub fn set_state(&mut self, state: Stage, at_ms: i64) {
        let begins = state == Stage::Running && (self.started_ms.is_none() || self.state.is_over());
        if state == Stage::Waiting || begins {
            (self.started_ms, self.ended_ms) = (begins.then_some(at_ms), None);
        }
        if state.is_over() && (self.ended_ms.is_none() || self.state != state) {
            self.ended_ms = Some(at_ms);
        }
        self.state = state;
    }

    /// Takes in when the work began, in Unix milliseconds. What waits has not begun, and nothing ends before it begins.
    pub fn set_start(&mut self, started_ms: i64) {
        if self.state != Stage::Waiting {
            self.started_ms = Some(self.ended_ms.map_or(started_ms, |ended_ms| ended_ms.min(started_ms)));
        }
    }

    /// When it will be done if it goes on as it did until `reported_ms`; Unix time in milliseconds.
    pub fn estimated_end_ms(&self, reported_ms: i64) -> Option<i64> {
        let started = self.started_ms.filter(|_| self.state == Stage::Running)?;
        let done = self.done().filter(|done| *done > 0.0)?;
        let taken = reported_ms.saturating_sub(started).max(0) as f64;
        Some(started.saturating_add((taken * 100.0 / done) as i64))
    }
}

impl Status {
    /// Takes a state in. It is since then only if it is another.
    pub fn set(&mut self, state: Condition, at_ms: i64) {
        if state == self.state && self.since_ms != 0 {
            return;
        }
        if self.since_ms != 0 {
            self.changes.push((self.since_ms, self.state));
            let old = self.changes.len().saturating_sub(MAX_CHANGES);
            self.changes.drain(..old);
        }
        (self.state, self.since_ms) = (state, at_ms);
    }
}
