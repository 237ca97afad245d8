//! What raises an alarm, who is told, and when it is over.

mod anew;
mod audiences;
mod failures;
mod groups;
mod life;
mod pauses;
mod silence;
mod thresholds;

use serde_json::{Value, json};

use crate::support::{Event, Person, Program, Stream, TestApp, eventually};

/// A server, a program whose cards raise alarms, and a stream of whoever is told.
pub struct Plant {
    pub app: TestApp,
    pub boss: Person,
    pub program: Program,
    pub listens: Stream,
}

impl Plant {
    pub async fn starts() -> Self {
        let app = TestApp::start().await;
        let boss = app.admin("boss").await;
        app.member("ann").await;
        let program = Program::of(&app, "boss", "cards").await;
        let mut listens = Program::of(&app, "ann", "stream").await.watches("").await;
        listens.parser.retry.take();
        Self { app, boss, program, listens }
    }

    /// The next alert that is new, with its title.
    pub async fn is_alarmed(&mut self) -> (i64, String) {
        let event = self.listens.next("post").await;
        (event.post(), event.data["title"].as_str().unwrap().to_owned())
    }

    /// The next change of an alert, and what it is.
    pub async fn hears_change(&mut self, change: &str) -> Event {
        let event = self.listens.next("change").await;
        assert_eq!(event.data["change"], change, "{event:?}");
        event
    }

    /// What the card is as programs read it.
    pub async fn card(&self, key: &str) -> Value {
        self.program.gets(&format!("/api/v1/cards/{key}")).await.json()
    }

    /// Makes it so much later for whatever waits; in seconds.
    pub async fn waits(&self, seconds: i64) {
        let earlier = seconds * 1000;
        for (table, column) in [
            ("cards", "silent_ms"),
            ("cards", "reported_ms"),
            ("alarms", "due_ms"),
            ("alarms", "raised_ms"),
            ("alarms", "ended_ms"),
            ("alarms", "since_ms"),
        ] {
            self.app.sql(&format!("UPDATE {table} SET {column} = {column} - {earlier}")).await;
        }
    }

    pub async fn posts(&self) -> i64 {
        self.app.asks_database("SELECT COUNT(*) FROM posts").await.try_get_by_index(0).unwrap()
    }

    /// Waits until everything that is due was told.
    pub async fn is_settled(&self) {
        let nothing_is_due = async || {
            let due = self
                .app
                .asks_database("SELECT COUNT(*) FROM alarms WHERE due_ms IS NOT NULL AND NOT flapping");
            let due: i64 = due.await.try_get_by_index(0).unwrap();
            (due == 0).then_some(())
        };
        eventually("everything was told", nothing_is_due).await;
    }
}

/// A value for everyone on a board, with these rules.
pub fn watched(value: f64, alarm: Value) -> Value {
    json!({
        "board": "plant", "kind": "value", "title": "Boiler", "value": value, "unit": "°C",
        "audience": "everyone", "alarm": alarm,
    })
}

/// Above 80, and calm at 75.
pub fn above() -> Value {
    json!({ "thresholds": [{ "severity": "warning", "above": 80, "leave": 75 }] })
}
