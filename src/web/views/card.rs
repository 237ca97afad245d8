//! A card as pages and programs are shown it.

use askama::Template;
use jiff::tz::TimeZone;

use crate::{
    clock::{self, Moment},
    domain::{
        cards::{
            About, Card, Condition, Place, Progress, Raised, Reading, Stage, Status, Value, ValueKind,
            ping::duration,
        },
        posts::Severity,
    },
    text,
    web::views::pause::PauseView,
};

pub use self::{
    body::{CardBody, body},
    figure::figure,
    frames::{page_frame, program_frame, wall_frame},
    lately::ChangeView,
};

mod body;
mod figure;
mod frames;
mod lately;
mod strip;

/// What `_card.html` shows.
#[derive(Clone, Debug)]
pub struct CardView {
    pub key: String,
    pub rev: i64,
    pub title: String,
    /// Whether its title leads to its own page.
    pub is_linked: bool,
    pub url: Option<String>,
    pub note: Option<String>,
    /// How it is, as a class: `ok`, `warning`, `critical`, `off`, `unknown` or none.
    pub tone: &'static str,
    /// The figure or word that is shown large.
    pub figure: String,
    /// Whether that is a word of ours rather than a value.
    pub is_word: bool,
    pub unit: Option<String>,
    /// By how much it has changed lately.
    pub change: Option<ChangeView>,
    /// The last day as a line: the points of a picture that is 96 wide and 24 high.
    pub line: Option<String>,
    /// How much of the work is done, from 0 to 100.
    pub done: Option<u8>,
    /// What a progress is doing.
    pub text: Option<String>,
    /// Since when it is so.
    pub since: Option<Moment>,
    /// When the work behind a status began that has not ended.
    pub began: Option<Moment>,
    /// When work ended, and the word for it.
    pub ended: Option<Moment>,
    /// When work is expected to end.
    pub expected: Option<Moment>,
    /// The last day of a status, part by part, as classes.
    pub strip: Vec<&'static str>,
    /// What is raised of it, in a word.
    pub alarm: Option<AlarmView>,
    pub pause: Option<PauseView>,
    pub reported: Moment,
    /// From when on it is old; none if it never is.
    pub old_from: Option<String>,
    pub is_old: bool,
    /// Whether it is stalled when it is old.
    pub can_stall: bool,
    /// Where it stands on its board, as text that is in the right order.
    pub place: String,
}

/// What is raised of a card.
#[derive(Clone, Debug)]
pub struct AlarmView {
    pub word: String,
    /// How bad it is, as a CSS class.
    pub tone: &'static str,
    pub since: Moment,
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
            is_linked: true,
            url: card.url().map(Into::into),
            note: card.note().map(Into::into),
            tone: "",
            figure: String::new(),
            is_word: false,
            unit: None,
            change: None,
            line: None,
            done: None,
            text: None,
            since: None,
            began: None,
            ended: None,
            expected: None,
            strip: Vec::new(),
            alarm: card.raised.map(|raised| AlarmView::of(raised, zone)),
            pause: PauseView::of(card.pause.as_deref(), zone),
            reported: moment(card.reported_ms),
            old_from: old_from.map(clock::rfc3339),
            is_old: old_from.is_some_and(|from| from <= now),
            can_stall: card.can_stall(),
            place: place_text(place, &card.key),
        };
        match &card.reading {
            Reading::Value(value) => view.show_value(value),
            Reading::Progress(progress) => view.show_progress(progress, card.reported_ms, zone),
            Reading::Status(status) => view.show_status(status, now, zone),
            Reading::Unknown => view.set_word(text::key("card-unknown"), ""),
        }
        if let Some(alarm) = &view.alarm {
            view.tone = alarm.tone;
        }
        view
    }

    fn show_value(&mut self, value: &Value) {
        match &value.value {
            None => self.set_word(text::key("card-no-value"), ""),
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
            (Stage::Running, None) => self.set_word(text::key("card-running"), ""),
            (Stage::Waiting, _) => self.set_word(text::key("card-waiting"), ""),
            (Stage::Done, _) => self.set_word(text::key("card-done"), "ok"),
            (Stage::Failed, _) => self.set_word(text::key("card-failed"), "critical"),
            (Stage::Cancelled, _) => self.set_word(text::key("card-cancelled"), "off"),
        }
    }

    fn show_status(&mut self, status: &Status, now: i64, zone: &TimeZone) {
        let (word, tone) = (condition_word(status.state), strip::class(status.state));
        self.set_word(word, tone);
        self.since = (status.since_ms > 0).then(|| Moment::of(status.since_ms, zone));
        self.began = status.started_ms.map(|began| Moment::of(began, zone));
        self.text = status.took_ms.map(|took| text::of("card-took").with("time", duration(took)).say());
        self.strip = strip::strip(status, now);
    }

    /// As it stands on a wall, where nobody follows a link, and nobody is named.
    pub fn unlinked(self) -> Self {
        let pause = self.pause.map(PauseView::unsigned);
        Self { is_linked: false, url: None, pause, ..self }
    }

    fn set_word(&mut self, word: &'static str, tone: &'static str) {
        (self.figure, self.is_word, self.tone) = (text::say(word), true, tone);
    }

    /// How much room its figure takes, as a class: `long`, `longer` or none.
    pub fn size(&self) -> &'static str {
        let unit = self.unit.as_deref().map_or(0, |unit| unit.chars().count().div_ceil(2));
        match self.figure.chars().count() + unit {
            0..=8 => "",
            9..=13 => "long",
            _ => "longer",
        }
    }

    /// Its section on its board, as its place begins.
    pub fn section(&self) -> &str {
        self.place.split_once(' ').map_or("", |(section, _)| section)
    }

    /// Its row on a board.
    ///
    /// # Errors
    /// When the template fails, which is a fault of the program.
    pub fn fragment(&self) -> Result<String, askama::Error> {
        Fragment { card: self }.render()
    }
}

impl AlarmView {
    fn of(raised: Raised, zone: &TimeZone) -> Self {
        let tone = if raised.severity == Severity::Critical { "critical" } else { "warning" };
        let word = match (raised.about, raised.severity) {
            (About::Silence, _) => text::key("card-silent"),
            (About::Failure, _) => text::key("card-failed"),
            (About::Threshold, Severity::Critical) => text::key("card-critical"),
            (About::Threshold, Severity::Warning) => text::key("card-warning"),
            (About::Threshold, Severity::Info) => text::key("card-noted"),
        };
        Self { word: text::say(word), tone, since: Moment::of(raised.since_ms, zone) }
    }
}

/// A place as text: places are in the order of their texts.
fn place_text(place: Place<'_>, key: &str) -> String {
    format!("{:04} {:05} {key}", place.section, place.line.min(99_999))
}

fn condition_word(condition: Condition) -> &'static str {
    match condition {
        Condition::Ok => text::key("card-ok"),
        Condition::Off => text::key("card-off"),
        Condition::Unknown => text::key("card-unknown"),
        Condition::Warning => text::key("card-warning"),
        Condition::Critical => text::key("card-critical"),
    }
}
