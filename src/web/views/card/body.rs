//! A card as programs read it.

use serde_json::{Map, Value as Json, json};

use crate::{
    clock,
    domain::cards::{Card, Reading},
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
