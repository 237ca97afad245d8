//! Cards: what is said of one, in one request however many steps it has.

use std::{thread, time::Duration};

use serde_json::{Value, json};
use ureq::http::StatusCode;

use crate::cli::client::{Client, ClientError, refusal, retry_delay};

/// For the whole of one attempt: nobody waits for ever for a job that runs at night.
const CARD_TIMEOUT: Duration = Duration::from_secs(30);

/// So often the server is tried before it counts as away.
const MAX_ATTEMPTS: u32 = 3;

impl Client {
    /// Says these of a card one after the other, which the server writes together. It is made if it is not there.
    ///
    /// # Errors
    /// When the server refuses one of them, or does not take them within three attempts.
    pub(crate) fn set_card(&self, key: &str, steps: &[Value]) -> Result<(), ClientError> {
        persistently(|| self.set_card_within(key, steps, CARD_TIMEOUT))
    }

    /// The same in one attempt of so long.
    ///
    /// # Errors
    /// When the server refuses one of them, or does not take them in time.
    pub(crate) fn set_card_within(
        &self,
        key: &str,
        steps: &[Value],
        timeout: Duration,
    ) -> Result<(), ClientError> {
        let named = |step: &Value| {
            let mut card = step.clone();
            card["key"] = json!(key);
            card
        };
        let cards: Vec<_> = steps.iter().map(named).collect();
        let request = self.agent.post(format!("{}/api/v1/cards", self.server));
        let mut answer = request
            .header("Authorization", self.bearer())
            .config()
            .timeout_global(Some(timeout))
            .build()
            .content_type("application/json")
            .send(json!({ "cards": cards }).to_string())
            .map_err(|error| self.unreached(&error))?;
        let body = answer.body_mut().read_to_string().map_err(|error| self.unreached(&error))?;
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        if answer.status() != StatusCode::OK {
            return Err(refusal(answer.status(), &body));
        }
        body["cards"].as_array().into_iter().flatten().try_for_each(|card| refused(card).map_or(Ok(()), Err))
    }

    /// Removes a card.
    ///
    /// # Errors
    /// When there is none, or the server does not take it within three attempts.
    pub(crate) fn remove_card(&self, key: &str) -> Result<(), ClientError> {
        persistently(|| {
            // A key is of plain letters; whatever else is sent is none, and refused as such.
            let key: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
            let request = self.agent.delete(format!("{}/api/v1/cards/{key}", self.server));
            let request = request.header("Authorization", self.bearer());
            let request = request.config().timeout_global(Some(CARD_TIMEOUT)).build();
            let mut answer = request.call().map_err(|error| self.unreached(&error))?;
            if answer.status() == StatusCode::NO_CONTENT {
                return Ok(());
            }
            let body = answer.body_mut().read_to_string().map_err(|error| self.unreached(&error))?;
            Err(refusal(answer.status(), &serde_json::from_str(&body).unwrap_or_default()))
        })
    }
}

/// Why one of several was refused, if it was.
fn refused(card: &Value) -> Option<ClientError> {
    let status = card["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(500);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (!status.is_success()).then(|| refusal(status, card))
}

fn persistently(mut attempt: impl FnMut() -> Result<(), ClientError>) -> Result<(), ClientError> {
    for failures in 1..MAX_ATTEMPTS {
        match attempt() {
            Err(ClientError::Unavailable(_)) => thread::sleep(retry_delay(failures)),
            done => return done,
        }
    }
    attempt()
}
