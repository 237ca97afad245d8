//! A card as programs read it.

use serde_json::{Map, Value as Json, json};

use crate::{
    clock,
    domain::cards::{Card, Raised, Reading, Rules},
};

/// Its fields; what it does not have is not there.
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
    set("alarm", card.rules.as_deref().map_or(Json::Null, alarm));
    set("raised", card.raised.map_or(Json::Null, raised));
    let pause = card.pause.as_deref().filter(|pause| pause.is_on(clock::now_ms()));
    set("paused_until", json!(pause.map(|pause| clock::rfc3339(pause.until_ms))));
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
            set("stalled", json!(card.is_stalled(clock::now_ms()).then_some(true)));
            set("percent", json!(progress.percent));
            set("step", json!(progress.step));
            set("steps", json!(progress.steps));
            set("text", json!(progress.text));
            set("publish", json!(progress.publish.as_ref().map(|asked| &asked.when)));
            set("started_at", json!(progress.started_ms.map(clock::rfc3339)));
            set("ended_at", json!(progress.ended_ms.map(clock::rfc3339)));
            let expected = progress.estimated_end_ms(card.reported_ms);
            set("expected_at", json!(expected.map(clock::rfc3339)));
        }
        Reading::Status(status) => {
            set("state", json!(status.state));
            set("since", json!((status.since_ms > 0).then(|| clock::rfc3339(status.since_ms))));
            set("started_at", json!(status.started_ms.map(clock::rfc3339)));
            set("took", json!(status.took_ms.map(|took| took as f64 / 1000.0)));
        }
        Reading::Unknown => {}
    }
    Json::Object(body)
}

/// What it raises alarms for; for whom is for those to know who said it.
fn alarm(rules: &Rules) -> Json {
    let mut alarm = json!({ "flapping": rules.flapping });
    let mut set = |name: &str, value: Json| {
        if !value.is_null() {
            alarm[name] = value;
        }
    };
    let thresholds = (!rules.thresholds.is_empty()).then_some(&rules.thresholds);
    set("thresholds", json!(thresholds));
    set("expect", json!(rules.expect));
    set("grace", json!(rules.expect.map(|_| rules.grace)));
    set("silence", json!(rules.silence));
    set("failure", json!(rules.failure));
    alarm
}

fn raised(raised: Raised) -> Json {
    json!({ "severity": raised.severity, "about": raised.about, "since": clock::rfc3339(raised.since_ms) })
}
