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

    /// Pauses the alarms of what has this address, for so many seconds.
    pub async fn pauses(&self, path: &str, seconds: i64) -> Page {
        let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
        self.asks(Method::PUT, &format!("{path}/pause"), &json!({ "until": until.to_string() })).await
    }

    /// Has what has this address raise alarms again.
    pub async fn resumes(&self, path: &str) -> Page {
        let request = self.request(Method::DELETE, &format!("{path}/pause"));
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

/// The keys of the cards in a `cards` event.
pub fn keys(event: &Event) -> Vec<&str> {
    let cards = event.data["cards"].as_array().unwrap();
    cards.iter().map(|card| card["key"].as_str().unwrap()).collect()
}
