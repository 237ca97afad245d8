//! Real browsers: what people see. Tests that are named in `in_every_engine!` run in Chromium, Firefox and WebKit,
//! each under a name of its own; the others are about the pages rather than the engines, and run in Chromium. What
//! is missing fails: `bin/test` says what it leaves out, and `bin/test --engines` leaves out nothing. `axe.min.js` beside
//! this file is axe-core 4.14.1 of Deque Systems, under the Mozilla Public License 2.0 (`axe.LICENSE`), unchanged.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/door.rs"]
mod door;
#[expect(dead_code, reason = "a part of these words is enough here")]
#[path = "../support/proxy.rs"]
mod proxy;
#[expect(dead_code, unused_imports, reason = "a part of these words is enough here")]
#[path = "../support/mod.rs"]
mod support;

/// Runs each of these tests in every engine: `live::a_test::in_firefox`.
macro_rules! in_every_engine {
    ($($test:ident),+ $(,)?) => {
        $(mod $test {
            use crate::browser::Engine;

            #[tokio::test(flavor = "multi_thread")]
            async fn in_chromium() {
                Engine::Chromium.runs(super::$test()).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn in_firefox() {
                Engine::Firefox.runs(super::$test()).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn in_webkit() {
                Engine::WebKit.runs(super::$test()).await;
            }
        })+
    };
}

mod accessibility;
mod alerts;
mod arrivals;
mod asking;
mod back;
mod beside;
mod boards;
mod browser;
mod changes;
mod connection;
mod example_cards;
mod eyesight;
mod journeys;
mod keys;
mod layout;
mod live;
mod mirrored;
mod picker;
mod pictures;
mod plain;
mod privacy;
mod proxied;
mod recovery;
mod responsive;
mod search;
mod snoozes;
mod tabs;
mod telling;
mod unread;
mod unsent;
mod urgent;
mod wall;
mod wall_fit;
mod written;
