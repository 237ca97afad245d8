//! Attacks at the level of the protocol, each test named after the attack it carries out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "a part of what people do in a browser is done here")]
#[path = "../browser/chromium.rs"]
mod chromium;
mod fields;
mod framing;
mod hosts;
mod ids;
mod injection;
mod paths;
mod scripts;
mod sizes;
mod slowness;
mod smuggling;
#[path = "../support/mod.rs"]
mod support;
mod tokens;

use support::{PATIENCE, Raw, TestApp};
use tokio::io::AsyncWriteExt;

/// What is said to these bytes, until the connection ends.
async fn said_to(app: &TestApp, bytes: &[u8]) -> String {
    let mut raw = Raw::connects(app).await;
    // A refusal may come before everything is sent.
    let _ = raw.socket.write_all(bytes).await;
    raw.is_closed_within(PATIENCE).await.0
}

/// The status that an answer begins with.
fn status_of(said: &str) -> u16 {
    let line = said.strip_prefix("HTTP/1.1 ").unwrap_or_else(|| panic!("no answer: {said:?}"));
    line[..3].parse().unwrap()
}
