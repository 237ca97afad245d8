//! A card as pages and programs are shown it.

use askama::Template;
use bytes::Bytes;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::{
    clock::{self, Moment},
    domain::cards::{Card, Condition, Place, Progress, Reading, Stage, Status, Value, ValueKind},
    live::{
        sse::{self, Name},
        state::frame::Frame,
    },
};

/// How long a strip of a status reaches back, in milliseconds.
const STRIP_MS: i64 = 24 * 60 * 60 * 1000;

/// The strip has so many parts.
const STRIP_PARTS: i64 = 36;

/// What `_card.html` shows.
#[derive(Clone, Debug)]
pub struct CardView {
    pub key: String,
    pub rev: i64,
    pub title: String,
    pub url: Option<String>,
    pub note: Option<String>,
    /// How it is, as a class: `ok`, `warning`, `critical`, `off`, `unknown` or none.
    pub tone: &'static str,
    /// The figure or word that is shown large.
    pub figure: String,
    /// Whether that is a word of ours rather than a value.
    pub is_word: bool,
    pub unit: Option<String>,
    /// How much of the work is done, from 0 to 100.
    pub done: Option<u8>,
    /// What a progress is doing.
    pub text: Option<String>,
    /// Since when it is so.
    pub since: Option<Moment>,
    /// When work ended, and the word for it.
    pub ended: Option<Moment>,
    /// When work is expected to end.
    pub expected: Option<Moment>,
    /// The last day of a status, part by part, as classes.
    pub strip: Vec<&'static str>,
    pub reported: Moment,
    /// From when on it is old; none if it never is.
    pub old_from: Option<String>,
    pub is_old: bool,
    /// Where it stands on its board, as text that is in the right order.
    pub place: String,
}

#[derive(Template)]
#[template(path = "_card.html")]
struct Fragment<'a> {
    card: &'a CardView,
}

impl CardView {
    /// How a card is shown.
    pub fn of(card: &Card, place: Place<'_>, zone: &TimeZone) -> Self {
        let now = clock::now_ms();
        let moment = |ms| Moment::of(ms, zone);
        let old_from = card.old_from_ms();
        let mut view = Self {
            key: card.key.to_string(),
            rev: card.rev,
            title: card.title.to_string(),
            url: card.url.as_deref().map(Into::into),
            note: card.note.as_deref().map(Into::into),
            tone: "",
            figure: String::new(),
            is_word: false,
            unit: None,
            done: None,
            text: None,
            since: None,
            ended: None,
            expected: None,
            strip: Vec::new(),
            reported: moment(card.reported_ms),
            old_from: old_from.map(clock::rfc3339),
            is_old: old_from.is_some_and(|from| from <= now),
            place: place_text(place, &card.key),
        };
        match &card.reading {
            Reading::Value(value) => view.show_value(value),
            Reading::Progress(progress) => view.show_progress(progress, card.reported_ms, zone),
            Reading::Status(status) => view.show_status(status, now, zone),
            Reading::Unknown => view.set_word("Unknown", ""),
        }
        view
    }

    fn show_value(&mut self, value: &Value) {
        match &value.value {
            None => self.set_word("No value yet", ""),
            Some(ValueKind::Text(text)) => self.figure = text.to_string(),
            Some(ValueKind::Number(number)) => self.figure = figure(*number, value.decimals),
        }
        self.unit = value.unit.as_deref().map(Into::into);
    }

    fn show_progress(&mut self, progress: &Progress, reported_ms: i64, zone: &TimeZone) {
        let moment = |ms: i64| Moment::of(ms, zone);
        self.done = progress.done().map(|done| done.clamp(0.0, 100.0) as u8);
        self.text = progress.text.as_deref().map(Into::into);
        self.ended = progress.ended_ms.map(moment);
        self.since = progress.started_ms.filter(|_| progress.state == Stage::Running).map(moment);
        self.expected = progress.estimated_end_ms(reported_ms).map(moment);
        match (progress.state, self.done) {
            (Stage::Running, Some(done)) => {
                self.figure = done.to_string();
                self.unit = Some("%".into());
            }
            (Stage::Running, None) => self.set_word("Running", ""),
            (Stage::Waiting, _) => self.set_word("Waiting", ""),
            (Stage::Done, _) => self.set_word("Done", "ok"),
            (Stage::Failed, _) => self.set_word("Failed", "critical"),
            (Stage::Cancelled, _) => self.set_word("Cancelled", "off"),
        }
    }

    fn show_status(&mut self, status: &Status, now: i64, zone: &TimeZone) {
        let (word, tone) = (condition_word(status.state), condition_class(status.state));
        self.set_word(word, tone);
        self.since = (status.since_ms > 0).then(|| Moment::of(status.since_ms, zone));
        self.strip = strip(status, now);
    }

    fn set_word(&mut self, word: &str, tone: &'static str) {
        (self.figure, self.is_word, self.tone) = (word.to_owned(), true, tone);
    }

    /// Its row on a board.
    ///
    /// # Errors
    /// When the template fails, which is a fault of the program.
    pub fn fragment(&self) -> Result<String, askama::Error> {
        Fragment { card: self }.render()
    }
}

/// A place as text: places are in the order of their texts.
fn place_text(place: Place<'_>, key: &str) -> String {
    format!("{:04} {:05} {key}", place.section, place.line.min(99_999))
}

/// A number as it is shown, with so many digits after the point, or as many as it has.
pub fn figure(number: f64, decimals: Option<u8>) -> String {
    let plain = match decimals {
        Some(decimals) => format!("{number:.*}", usize::from(decimals)),
        None => format!("{number}"),
    };
    let (sign, digits) = match plain.strip_prefix('-') {
        // Nothing is no less than nothing.
        Some(digits) if digits.chars().any(|digit| ('1'..='9').contains(&digit)) => ("−", digits),
        Some(digits) => ("", digits),
        None => ("", &*plain),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{fraction}")
}

fn condition_word(condition: Condition) -> &'static str {
    match condition {
        Condition::Ok => "OK",
        Condition::Off => "Off",
        Condition::Unknown => "Unknown",
        Condition::Warning => "Warning",
        Condition::Critical => "Critical",
    }
}

fn condition_class(condition: Condition) -> &'static str {
    match condition {
        Condition::Ok => "ok",
        Condition::Off => "off",
        Condition::Unknown => "unknown",
        Condition::Warning => "warning",
        Condition::Critical => "critical",
    }
}

/// The last day, part by part: in each the worst that there was.
fn strip(status: &Status, now: i64) -> Vec<&'static str> {
    let current = (status.since_ms, status.state);
    let changes: Vec<_> = status.changes.iter().copied().chain([current]).collect();
    let worst = |from: i64, to: i64| {
        let holds = |index: usize| {
            let ends = changes.get(index + 1).map_or(i64::MAX, |next| next.0);
            changes[index].0 < to && ends > from
        };
        (0..changes.len()).filter(|index| holds(*index)).map(|index| changes[index].1).max()
    };
    let part = STRIP_MS / STRIP_PARTS;
    let bounds = (0..STRIP_PARTS).map(|number| now - STRIP_MS + number * part);
    bounds.map(|from| worst(from, from + part).map_or("none", condition_class)).collect()
}

#[derive(Serialize)]
struct PageFrame<'a> {
    board: &'a str,
    all: bool,
    rev: i64,
    cards: Vec<PageCard<'a>>,
    gone: &'a [Box<str>],
}

#[derive(Serialize)]
struct PageCard<'a> {
    key: &'a str,
    rev: i64,
    section: &'a str,
    html: String,
}

/// A board's cards as pages get them.
pub fn page_frame(frame: &Frame<'_>, zone: &TimeZone) -> Bytes {
    let card = |(card, place): &(&'_ Card, Place<'_>)| {
        CardView::of(card, *place, zone).fragment().unwrap_or_else(|error| {
            tracing::error!(%error, card.key = %card.key, "A card could not be rendered");
            String::new()
        })
    };
    let Frame { board, all, rev, cards, gone } = frame;
    let cards = cards
        .iter()
        .map(|placed| PageCard {
            key: &placed.0.key,
            rev: placed.0.rev,
            section: placed.1.heading,
            html: card(placed),
        })
        .collect();
    sse::event(Name::Cards, None, &PageFrame { board, all: *all, rev: *rev, cards, gone })
}

/// A board's cards as programs get them.
pub fn program_frame(frame: &Frame<'_>) -> Bytes {
    let Frame { board, all, rev, cards, gone } = frame;
    let cards: Vec<_> = cards.iter().map(|(card, _)| body(card, board)).collect();
    let data = json!({ "board": board, "all": all, "rev": rev, "cards": cards, "gone": gone });
    sse::event(Name::Cards, None, &data)
}

/// A card as programs read it.
pub fn body(card: &Card, board: &str) -> Json {
    let mut body = Map::new();
    let mut set = |name: &str, value: Json| {
        if !value.is_null() {
            body.insert(name.to_owned(), value);
        }
    };
    set("key", json!(card.key));
    set("board", json!(board));
    set("kind", json!(card.reading.kind()));
    set("title", json!(card.title));
    set("url", json!(card.url));
    set("note", json!(card.note));
    set("ttl", json!(card.ttl_s));
    set("version", json!(card.version));
    set("rev", json!(card.rev));
    set("reported_at", json!(clock::rfc3339(card.reported_ms)));
    match &card.reading {
        Reading::Value(value) => {
            set("value", json!(value.value));
            set("unit", json!(value.unit));
            set("decimals", json!(value.decimals));
            set("trend", json!(value.trend));
            set("min", json!(value.min));
            set("max", json!(value.max));
        }
        Reading::Progress(progress) => {
            set("state", json!(progress.state));
            set("percent", json!(progress.percent));
            set("step", json!(progress.step));
            set("steps", json!(progress.steps));
            set("text", json!(progress.text));
            set("started_at", json!(progress.started_ms.map(clock::rfc3339)));
            set("ended_at", json!(progress.ended_ms.map(clock::rfc3339)));
            let expected = progress.estimated_end_ms(card.reported_ms);
            set("expected_at", json!(expected.map(clock::rfc3339)));
        }
        Reading::Status(status) => {
            set("state", json!(status.state));
            set("since", json!((status.since_ms > 0).then(|| clock::rfc3339(status.since_ms))));
        }
        Reading::Unknown => {}
    }
    Json::Object(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_grouped_and_has_its_digits() {
        for (number, decimals, shown) in [
            (21.5, None, "21.5"),
            (1284.0, None, "1,284"),
            (-18.24, Some(1), "−18.2"),
            (-0.04, Some(1), "0.0"),
            (1_234_567.891, Some(2), "1,234,567.89"),
            (100.0, Some(2), "100.00"),
            (999.0, None, "999"),
        ] {
            assert_eq!(figure(number, decimals), shown);
        }
    }

    #[test]
    fn a_strip_shows_the_worst_of_each_part() {
        let hour = 60 * 60 * 1000;
        let now = 1000 * hour;
        let status = Status {
            state: Condition::Ok,
            since_ms: now - hour,
            changes: vec![(now - 12 * hour, Condition::Ok), (now - 2 * hour, Condition::Critical)],
        };

        let strip = strip(&status, now);

        assert_eq!(strip.len(), STRIP_PARTS as usize);
        assert_eq!(strip[..18], ["none"; 18]);
        assert_eq!(strip[18..33], ["ok"; 15]);
        assert!(strip[33..35].contains(&"critical"));
        assert_eq!(strip[35], "ok");
    }
}
