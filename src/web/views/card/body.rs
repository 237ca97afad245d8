//! A card as programs read it.

use serde::Serialize;

use crate::{
    clock,
    domain::{
        cards::{
            About, Card, Condition, Flapping, Progress, Raised, Reading, Rules, Stage, Status, Threshold,
            Trend, Value, ValueKind,
        },
        posts::Severity,
    },
};

/// Its fields; what it does not have is not there. Borrows the card: a board's cards are written for programs often.
#[derive(Debug, Serialize)]
pub struct CardBody<'a> {
    key: &'a str,
    board: &'a str,
    kind: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    rev: i64,
    reported_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alarm: Option<Alarm<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raised: Option<RaisedAlarm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_until: Option<String>,
    #[serde(flatten)]
    reading: CardSaid<'a>,
}

/// What it raises alarms for; for whom is for those to know who said it.
#[derive(Debug, Serialize)]
struct Alarm<'a> {
    flapping: Flapping,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    thresholds: &'a [Threshold],
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grace: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    silence: Option<Severity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Severity>,
}

#[derive(Debug, Serialize)]
struct RaisedAlarm {
    severity: Severity,
    about: About,
    since: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum CardSaid<'a> {
    Value(ValueSaid<'a>),
    Progress(Box<ProgressSaid<'a>>),
    Status(StatusSaid),
    Unknown {},
}

#[derive(Debug, Serialize)]
struct ValueSaid<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a ValueKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decimals: Option<u8>,
    trend: Trend,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
}

#[derive(Debug, Serialize)]
struct ProgressSaid<'a> {
    state: Stage,
    #[serde(skip_serializing_if = "Option::is_none")]
    stalled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publish: Option<&'a [Stage]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct StatusSaid {
    state: Condition,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    /// How long the work behind it took, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    took: Option<f64>,
}

/// A card on the board of this name.
pub fn body<'a>(card: &'a Card, board: &'a str) -> CardBody<'a> {
    let now_ms = clock::now_ms();
    let pause = card.pause.as_deref().filter(|pause| pause.is_on(now_ms));
    CardBody {
        key: &card.key,
        board,
        kind: card.reading.kind(),
        title: &card.title,
        url: card.url(),
        note: card.note(),
        ttl: card.ttl_s(),
        version: card.version,
        rev: card.rev,
        reported_at: clock::rfc3339(card.reported_ms),
        alarm: card.rules.as_deref().map(Alarm::of),
        raised: card.raised.map(RaisedAlarm::of),
        paused_until: pause.map(|pause| clock::rfc3339(pause.until_ms)),
        reading: match &card.reading {
            Reading::Value(value) => CardSaid::Value(ValueSaid::of(value)),
            Reading::Progress(progress) => {
                CardSaid::Progress(Box::new(ProgressSaid::of(progress, card, now_ms)))
            }
            Reading::Status(status) => CardSaid::Status(StatusSaid::of(status)),
            Reading::Unknown => CardSaid::Unknown {},
        },
    }
}

impl<'a> Alarm<'a> {
    fn of(rules: &'a Rules) -> Self {
        Self {
            flapping: rules.flapping,
            thresholds: &rules.thresholds,
            expect: rules.expect,
            grace: rules.expect.map(|_| rules.grace),
            silence: rules.silence,
            failure: rules.failure,
        }
    }
}

impl RaisedAlarm {
    fn of(raised: Raised) -> Self {
        Self { severity: raised.severity, about: raised.about, since: clock::rfc3339(raised.since_ms) }
    }
}

impl<'a> ValueSaid<'a> {
    fn of(value: &'a Value) -> Self {
        Self {
            value: value.value.as_ref(),
            unit: value.unit.as_deref(),
            decimals: value.decimals,
            trend: value.trend,
            min: value.min,
            max: value.max,
        }
    }
}

impl<'a> ProgressSaid<'a> {
    fn of(progress: &'a Progress, card: &Card, now_ms: i64) -> Self {
        Self {
            state: progress.state,
            stalled: card.is_stalled(now_ms).then_some(true),
            percent: progress.percent,
            step: progress.step,
            steps: progress.steps,
            text: progress.text.as_deref(),
            publish: progress.publish.as_ref().map(|asked| &*asked.when),
            started_at: progress.started_ms.map(clock::rfc3339),
            ended_at: progress.ended_ms.map(clock::rfc3339),
            expected_at: progress.estimated_end_ms(card.reported_ms).map(clock::rfc3339),
        }
    }
}

impl StatusSaid {
    fn of(status: &Status) -> Self {
        Self {
            state: status.state,
            since: (status.since_ms > 0).then(|| clock::rfc3339(status.since_ms)),
            started_at: status.started_ms.map(clock::rfc3339),
            took: status.took_ms.map(|took| took as f64 / 1000.0),
        }
    }
}
