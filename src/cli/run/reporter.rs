//! Tells the server of a command that runs, beside it: the command neither waits for that nor fails by it.

use std::{
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant, SystemTime},
};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::{
    client::{Client, ClientError, ServerOptions, retry_delay},
    run::warn,
};

/// How long one attempt to reach the server may take.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// After the command has ended, nobody waits longer for the server.
const END_TIMEOUT: Duration = Duration::from_secs(4);

/// Between two attempts after the end.
const PAUSE: Duration = Duration::from_millis(500);

/// A thread that reports.
pub(super) struct Reporter {
    ended: Sender<Value>,
    thread: thread::JoinHandle<()>,
}

impl Reporter {
    /// Begins to report that the command has started.
    pub(super) fn start(server: &ServerOptions, key: &str, began: Vec<Value>) -> Self {
        let (ended, end) = mpsc::channel();
        let client = server.client();
        let key = key.to_owned();
        let thread = thread::spawn(move || {
            let done = client.and_then(|client| report(&client, &key, began, &end));
            if let Err(error) = done {
                warn(&format!("the card does not say it, the command runs all the same: {error}"));
            }
        });
        Self { ended, thread }
    }

    /// Reports how it ended, and waits for that a few seconds.
    pub(super) async fn end(self, ended: Value) {
        // If it has given up, it has said so.
        let _ = self.ended.send(ended);
        // However its thread ended: the command's own exit code is what counts.
        let _ = tokio::task::spawn_blocking(|| self.thread.join()).await;
    }
}

fn report(
    client: &Client,
    key: &str,
    mut unsaid: Vec<Value>,
    end: &Receiver<Value>,
) -> Result<(), ClientError> {
    let (mut failures, began) = (0, SystemTime::now());
    let ended = loop {
        if unsaid.is_empty() {
            break end.recv().ok();
        }
        match client.set_card_within(key, &unsaid, ATTEMPT_TIMEOUT) {
            Ok(()) => unsaid.clear(),
            Err(error @ ClientError::Unavailable(_)) => {
                if failures == 0 {
                    warn(&format!("the server is asked again, the command runs already: {error}"));
                }
                failures += 1;
                say_start(&mut unsaid, began);
                match end.recv_timeout(retry_delay(failures)) {
                    Err(RecvTimeoutError::Timeout) => {}
                    ended => break ended.ok(),
                }
            }
            Err(refused) => return Err(refused),
        }
    };
    unsaid.extend(ended);
    let give_up = Instant::now() + END_TIMEOUT;
    loop {
        let done = client.set_card_within(key, &unsaid, ATTEMPT_TIMEOUT);
        let has_time = Instant::now() + PAUSE < give_up;
        match done {
            Err(ClientError::Unavailable(_)) if has_time => thread::sleep(PAUSE),
            done => return done,
        }
    }
}

/// What is told late says since when it was so.
fn say_start(unsaid: &mut [Value], began: SystemTime) {
    let Ok(began) = Timestamp::try_from(began) else { return };
    for card in unsaid.iter_mut().filter(|card| card["state"] == "running") {
        card["started_at"] = json!(began.to_string());
    }
}
