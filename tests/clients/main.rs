//! Clients that nobody here wrote, against the real server. `tests/clients/install` fetches those that are
//! not crates; a test whose client is missing fails.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "a part of the words is enough here")]
#[path = "../browser/browser.rs"]
mod browser;
mod crates;
mod cuts;
mod description;
#[expect(dead_code, reason = "a part of these words is enough here")]
#[path = "../support/door.rs"]
mod door;
mod listener;
mod page;
mod programs;
#[expect(dead_code, unused_imports, reason = "a part of these words is enough here")]
#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};

/// Where what was installed is.
fn installed(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("clients").join(name);
    assert!(path.exists(), "{} is missing: run tests/clients/install", path.display());
    path
}

/// One of the scripts beside this file.
fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}
