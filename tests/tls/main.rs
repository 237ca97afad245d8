//! TLS, HTTP/2 over it, and the streams that go through both.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attacks;
#[expect(dead_code, reason = "a part of what people do in a browser is done here")]
#[path = "../browser/browser.rs"]
mod browser;
mod pairs;
mod streams;
#[path = "../support/mod.rs"]
mod support;
