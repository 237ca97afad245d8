use reqwest::Method;
use serde_json::{Value, json};

use super::{Event, Page, Person, Program, Stream};

impl Program {
    /// Sets a card anew.
    pub async fn sets(&self, key: &str, card: &Value) -> Page {
        self.asks(Method::PUT, &format!("/api/v1/cards/{key}"), card).await
    }

    /// Changes parts of a card.
    pub async fn changes(&self, key: &str, card: &Value) -> Page {
        self.asks(Method::PATCH, &format!("/api/v1/cards/{key}"), card).await
    }

    /// Sends several cards at once.
    pub async fn sets_all(&self, cards: &[Value]) -> Page {
        self.asks(Method::POST, "/api/v1/cards", &json!({ "cards": cards })).await
    }

    /// Reports a value as plain text.
    pub async fn reports(&self, key: &str, value: &str) -> Page {
        let request = self.request(Method::POST, &format!("/api/v1/cards/{key}/value"));
        let request = request.header("Content-Type", "text/plain").body(value.to_owned());
        Page::read(request.send().await.unwrap()).await
    }

    /// Removes a card.
    pub async fn removes(&self, key: &str) -> Page {
        let request = self.request(Method::DELETE, &format!("/api/v1/cards/{key}"));
        Page::read(request.send().await.unwrap()).await
    }

    /// Opens a stream that watches these, and reads its `hello`.
    pub async fn watches(&self, watch: &str) -> Stream {
        let path = format!("/api/v1/stream?watch={watch}");
        let mut stream = Stream::of(self.request(Method::GET, &path).send().await.unwrap());
        stream.says_hello().await;
        stream
    }

    async fn asks(&self, method: Method, path: &str, body: &Value) -> Page {
        Page::read(self.request(method, path).json(body).send().await.unwrap()).await
    }
}

impl Person {
    /// Opens a stream that watches these, and reads its `hello`.
    pub async fn watches(&self, watch: &str) -> Stream {
        let mut stream = self.streams_from(&format!("/stream?watch={watch}"), &[]).await;
        stream.says_hello().await;
        stream
    }
}

/// A value on a board.
pub fn value(board: &str, value: impl Into<Value>) -> Value {
    json!({ "board": board, "kind": "value", "value": value.into() })
}

/// Cards for everyone of every kind, in every state.
pub fn every_card(board: &str) -> Vec<Value> {
    let mut cards = [
        json!({ "key": "boiler", "kind": "value", "title": "Boiler, hall B", "value": 81.4, "unit": "°C", "ttl": 60, "note": "warning above 80" }),
        json!({ "key": "power", "kind": "value", "title": "Power drawn", "value": 1_284_412.5, "unit": "kWh" }),
        json!({ "key": "score", "kind": "value", "title": "Cup, second half", "value": "2 : 1", "note": "Harbour – Old Town" }),
        json!({ "key": "dish", "kind": "value", "title": "Today in the canteen, building C, second floor", "value": "Potato soup with bread and a small salad" }),
        json!({ "key": "new", "kind": "value", "title": "Not heard of yet" }),
        json!({ "key": "roof", "kind": "value", "title": "Roof sensor", "value": 6.1, "unit": "m/s", "ttl": 1 }),
        json!({ "key": "line.4", "kind": "status", "title": "Line 4", "state": "ok" }),
        json!({ "key": "line.5", "kind": "status", "title": "Press 1", "state": "warning", "note": "Oil pressure is low", "url": "https://example.org/press" }),
        json!({ "key": "line.6", "kind": "status", "title": "Dryer 2", "state": "critical", "note": "told 9 people" }),
        json!({ "key": "line.7", "kind": "status", "title": "Dryer 3", "state": "off" }),
        json!({ "key": "line.8", "kind": "status", "title": "Dryer 4", "state": "unknown" }),
        json!({ "key": "job.backup", "kind": "progress", "title": "Nightly backup", "state": "running", "percent": 64, "text": "step 3 of 5: pictures" }),
        json!({ "key": "job.import", "kind": "progress", "title": "Timetable import", "state": "done", "text": "4,212 rows" }),
        json!({ "key": "job.payroll", "kind": "progress", "title": "Payroll export", "state": "failed", "percent": 30, "text": "exit code 3 after 41 s: could not reach the bank, and tried again three times" }),
        json!({ "key": "job.mail", "kind": "progress", "title": "Mail out", "state": "waiting" }),
        json!({ "key": "job.index", "kind": "progress", "title": "Search index", "state": "running" }),
        json!({ "key": "job.scan", "kind": "progress", "title": "Scan", "state": "cancelled", "percent": 12 }),
    ];
    for card in &mut cards {
        card["board"] = json!(board);
        card["audience"] = json!("everyone");
    }
    cards.into()
}

/// The keys of the cards in a `cards` event.
pub fn keys(event: &Event) -> Vec<&str> {
    let cards = event.data["cards"].as_array().unwrap();
    cards.iter().map(|card| card["key"].as_str().unwrap()).collect()
}
