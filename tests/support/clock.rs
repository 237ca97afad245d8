use std::{
    fs,
    os::unix::fs::FileExt,
    sync::atomic::{AtomicI64, Ordering::SeqCst},
    time::Duration,
};

use tempfile::TempDir;

use super::preload;

/// A clock that a test moves: a library that is loaded before the C library and says to a server what the time of day is.
/// Only that is moved; what waits, or measures how long something takes, goes on as it does.
pub struct TestClock {
    folder: TempDir,
    told: fs::File,
    ahead_ms: AtomicI64,
}

impl TestClock {
    /// A clock that is right.
    pub fn create() -> Self {
        let folder = tempfile::tempdir().unwrap();
        preload::build("clock", folder.path());
        let told = fs::File::create(folder.path().join("ahead")).unwrap();
        let clock = Self { folder, told, ahead_ms: AtomicI64::new(0) };
        clock.is_right();
        clock
    }

    /// What the shell runs before it starts the server.
    pub fn before(&self) -> String {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        format!("export LD_PRELOAD='{}' CLOCK_AHEAD='{}'", at("clock.so"), at("ahead"))
    }

    /// From now on, it is so much later.
    pub fn advances(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap();
        self.tells(self.ahead_ms.fetch_add(by_ms, SeqCst) + by_ms);
    }

    /// From now on, it is as late as it is on this machine.
    pub fn is_right(&self) {
        self.ahead_ms.store(0, SeqCst);
        self.tells(0);
    }

    fn tells(&self, ahead_ms: i64) {
        self.told.write_all_at(&ahead_ms.to_ne_bytes(), 0).unwrap();
    }
}
