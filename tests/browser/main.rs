//! Real Chromium: what people see. `axe.min.js` beside this file is axe-core 4.14.1 of Deque Systems, under the
//! Mozilla Public License 2.0 (`axe.LICENSE`), unchanged.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod accessibility;
mod back;
mod chromium;
mod live;
mod plain;
mod proxied;
mod recovery;
mod tabs;
