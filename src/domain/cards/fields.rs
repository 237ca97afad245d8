//! What a program says of a card, and what becomes of the card by it. A field that is not there leaves the card's as it is
//! when parts are changed, and takes it away when the card is set anew; `null` takes it away.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::{
    domain::cards::output,
    live::state::{Audience, Card, Reading, Trend, Value, ValueKind},
};

use self::alarm::Alarm;
pub(super) use self::checks::checked;
use self::checks::set_line;
pub use self::ends::Ends;

mod alarm;
mod checks;
mod ends;
mod kinds;

/// Characters of a title, and of other lines of text.
const MAX_TITLE: usize = 100;
const MAX_LINE: usize = 200;

/// Bytes of an address.
const MAX_URL: usize = 2000;

/// The longest `ttl`, in seconds: ten years.
const MAX_TTL_S: i64 = 10 * 366 * 24 * 60 * 60;

/// What is said of a field.
pub type Patch<T> = Option<Option<T>>;

/// What a program says of a card, but for its key. `A` is whom it is for: by name as it is sent, by number when it is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, bound = "A: Deserialize<'de>")]
pub struct Fields<A> {
    /// The name of the board that it stands on.
    pub board: Option<String>,
    /// `value`, `progress` or `status`.
    pub kind: Option<String>,
    /// What people read above the value.
    #[serde(default, deserialize_with = "given")]
    pub title: Patch<String>,
    /// Whom it is for.
    #[serde(default, deserialize_with = "given")]
    pub audience: Patch<A>,
    /// Where more is to be found.
    #[serde(default, deserialize_with = "given")]
    pub url: Patch<String>,
    /// A line of text below the value.
    #[serde(default, deserialize_with = "given")]
    pub note: Patch<String>,
    /// Seconds without a report after which it is old.
    #[serde(default, deserialize_with = "given")]
    pub ttl: Patch<i64>,
    /// Goes up with every report, if it is given.
    pub version: Option<i64>,
    /// A value: a number or text.
    #[serde(default, deserialize_with = "given")]
    pub value: Patch<ValueKind>,
    /// A value's unit.
    #[serde(default, deserialize_with = "given")]
    pub unit: Patch<String>,
    /// A value's digits after the point.
    #[serde(default, deserialize_with = "given")]
    pub decimals: Patch<u8>,
    /// What it means when a value rises.
    #[serde(default, deserialize_with = "given")]
    pub trend: Patch<Trend>,
    /// The least that a value can be.
    #[serde(default, deserialize_with = "given")]
    pub min: Patch<f64>,
    /// The most that a value can be.
    #[serde(default, deserialize_with = "given")]
    pub max: Patch<f64>,
    /// How far a progress is, from 0 to 100.
    #[serde(default, deserialize_with = "given")]
    pub percent: Patch<f64>,
    /// The step that a progress is at, from 1.
    #[serde(default, deserialize_with = "given")]
    pub step: Patch<u32>,
    /// How many steps a progress has.
    #[serde(default, deserialize_with = "given")]
    pub steps: Patch<u32>,
    /// What a progress is doing.
    #[serde(default, deserialize_with = "given")]
    pub text: Patch<String>,
    /// What it wrote last, for its owner and administrators: it stands nowhere but on the card's own page.
    #[serde(default, deserialize_with = "given")]
    pub output: Patch<String>,
    /// When a progress publishes a post: when it is done, has failed, or both.
    #[serde(default, deserialize_with = "given")]
    pub publish: Patch<Ends>,
    /// When the work of a progress began, if it is told of late: RFC 3339.
    #[serde(default, deserialize_with = "given")]
    pub started_at: Patch<String>,
    /// How a progress or a status is, in a word.
    pub state: Option<String>,
    /// What it raises alarms for.
    #[serde(default, deserialize_with = "given")]
    pub alarm: Patch<Alarm<A>>,
}

/// What is wrong, by field.
pub(super) type Problems = BTreeMap<&'static str, String>;

fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Patch<T>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

impl<A> Fields<A> {
    /// The same, with another word for whom it and its alarms are for.
    pub fn with_audience<B>(self, audience: Patch<B>, alarm: Patch<Alarm<B>>) -> Fields<B> {
        let Self { board, kind, title, url, note, ttl, version, .. } = self;
        let Self {
            value,
            unit,
            decimals,
            trend,
            min,
            max,
            percent,
            step,
            steps,
            text,
            output,
            publish,
            started_at,
            state,
            ..
        } = self;
        Fields {
            board,
            kind,
            title,
            audience,
            url,
            note,
            ttl,
            version,
            value,
            unit,
            decimals,
            trend,
            min,
            max,
            percent,
            step,
            steps,
            text,
            output,
            publish,
            started_at,
            state,
            alarm,
        }
    }
}

impl Fields<Audience> {
    /// What is said, and that the rest is as if it had never been said.
    pub(super) fn set_anew(mut self) -> Self {
        fn or_none<T>(field: &mut Patch<T>) {
            field.get_or_insert(None);
        }
        or_none(&mut self.title);
        or_none(&mut self.audience);
        or_none(&mut self.url);
        or_none(&mut self.note);
        or_none(&mut self.ttl);
        or_none(&mut self.unit);
        or_none(&mut self.decimals);
        or_none(&mut self.trend);
        or_none(&mut self.min);
        or_none(&mut self.max);
        or_none(&mut self.percent);
        or_none(&mut self.step);
        or_none(&mut self.steps);
        or_none(&mut self.text);
        or_none(&mut self.output);
        or_none(&mut self.publish);
        or_none(&mut self.alarm);
        self
    }

    /// Whether it says how things are, or that it is said anew: what changes how they are shown is no report.
    pub(super) fn is_report(&self) -> bool {
        let says_value = self.value.is_some() || self.state.is_some() || self.version.is_some();
        let says_progress = self.percent.is_some() || self.step.is_some() || self.steps.is_some();
        says_value || says_progress || self.text.is_some() || self.output.is_some() || self.kind.is_some()
    }

    /// Writes what is said onto the card, but for its board.
    ///
    /// # Errors
    /// What is wrong, by field; then the card is as good as lost.
    pub(super) fn apply(&self, card: &mut Card, at_ms: i64) -> Result<(), Problems> {
        let mut problems = Problems::new();
        let mut note = |field: &'static str, problem: Result<(), String>| {
            if let Err(problem) = problem {
                problems.insert(field, problem);
            }
        };
        let key = card.key.clone();
        let title = self.title.as_ref().map(|title| Some(title.clone().unwrap_or_else(|| key.to_string())));
        note("title", set_line(&title, MAX_TITLE, |line| card.title = line.unwrap_or(key)));
        note("note", set_line(&self.note, MAX_LINE, |note| card.set_details(|details| details.note = note)));
        note("url", self.set_url(card));
        note("ttl", self.set_ttl(card));
        note("output", output::check(self.output.as_ref()));
        if let Some(audience) = &self.audience {
            card.audience = audience.clone().map(Box::new);
        }
        if let Err(problem) = self.set_kind(card) {
            note("kind", Err(problem));
        }
        problems.append(&mut match &mut card.reading {
            Reading::Value(value) => self.set_value(value),
            Reading::Progress(progress) => self.set_progress(progress, at_ms),
            Reading::Status(status) => self.set_status(status, at_ms),
            Reading::Unknown => Problems::from([("kind", "A newer server made this card.".into())]),
        });
        problems.append(&mut self.set_alarm(card));
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// A card that becomes another kind, and does not say more, keeps what still makes sense of its alarms.
    fn set_alarm(&self, card: &mut Card) -> Problems {
        match &self.alarm {
            None => {
                let is_value = matches!(card.reading, Reading::Value(_));
                if let Some(rules) = &mut card.rules {
                    if is_value {
                        rules.failure = None;
                    } else {
                        rules.thresholds.clear();
                    }
                }
                Problems::new()
            }
            Some(None) => {
                card.rules = None;
                Problems::new()
            }
            Some(Some(alarm)) => match alarm.rules(&card.reading) {
                Ok(rules) => {
                    card.rules = Some(Box::new(rules));
                    Problems::new()
                }
                Err(problems) => problems,
            },
        }
    }

    fn set_kind(&self, card: &mut Card) -> Result<(), String> {
        let Some(kind) = self.kind.as_deref().filter(|kind| *kind != card.reading.kind()) else {
            return Ok(());
        };
        card.reading = match kind {
            "value" => Reading::Value(Value::default()),
            "progress" => Reading::Progress(Box::default()),
            "status" => Reading::Status(Box::default()),
            _ => return Err("A card is a `value`, a `progress` or a `status`.".into()),
        };
        Ok(())
    }

    fn set_url(&self, card: &mut Card) -> Result<(), String> {
        let Some(given) = &self.url else { return Ok(()) };
        let is_good = |text: &String| {
            let parsed = url::Url::parse(text);
            text.len() <= MAX_URL && parsed.is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
        };
        if given.as_ref().is_some_and(|text| !is_good(text)) {
            return Err("An address begins with http:// or https://, and has at most 2,000 bytes.".into());
        }
        card.set_details(|details| details.url = given.as_deref().map(Into::into));
        Ok(())
    }

    fn set_ttl(&self, card: &mut Card) -> Result<(), String> {
        let Some(ttl) = self.ttl else { return Ok(()) };
        if ttl.is_some_and(|ttl| !(1..=MAX_TTL_S).contains(&ttl)) {
            return Err("The time is a number of seconds, from 1 to ten years.".into());
        }
        card.set_details(|details| details.ttl_s = ttl);
        Ok(())
    }
}
