//! The program's own log, when nobody reads it.

use std::{
    fs::File,
    io::Read,
    sync::{Arc, Mutex},
    time::Instant,
};

use tokio::process::Command;

use crate::support::{Draft, TIMEOUT, TestApp, eventually};

/// A pipe that is held open at its other end, and what is read from it once somebody reads.
struct Pipe {
    held: File,
    path: String,
    _folder: tempfile::TempDir,
}

impl Pipe {
    async fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log").display().to_string();
        assert!(Command::new("mkfifo").arg(&path).status().await.unwrap().success());
        let held = File::options().read(true).write(true).open(&path).unwrap();
        Self { held, path, _folder: folder }
    }

    /// From now on, somebody reads.
    fn is_read(&self) -> Arc<Mutex<Vec<u8>>> {
        let (read, mut pipe) = (Arc::new(Mutex::new(vec![])), self.held.try_clone().unwrap());
        let kept = read.clone();
        // It ends with the tests: the pipe never does, since it is held open.
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(count) = pipe.read(&mut buffer) {
                kept.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        read
    }
}

#[tokio::test]
async fn a_log_that_nobody_reads_keeps_nobody_waiting_and_what_is_missing_is_said() {
    let pipe = Pipe::make().await;
    let before = format!("export RUST_LOG=trace; exec 2>'{}'", pipe.path);
    let mut app = TestApp::start_after(&before, &["--log-format", "json"]).await;
    let boss = app.admin("boss").await;
    let mut stream = boss.opens_stream().await;

    // Each makes hundreds of lines at this level.
    let mut slowest = std::time::Duration::ZERO;
    for number in 0..120 {
        let start = Instant::now();
        let post = boss.publishes(Draft::news(&format!("Number {number}"))).await;
        assert_eq!(stream.next_post().await, post);
        assert_eq!(boss.gets("/").await.status, 200);
        slowest = slowest.max(start.elapsed());
    }
    assert!(slowest < TIMEOUT / 2, "{slowest:?}");

    let read = pipe.is_read();
    let text = || String::from_utf8(read.lock().unwrap().clone()).unwrap();
    eventually("it is said what is missing", async || {
        text().contains("Lines of this log are missing here").then_some(())
    })
    .await;
    assert_eq!(app.stop().await, Some(0));
    eventually("the last lines", async || text().contains("\"message\":\"Stopped\"").then_some(())).await;
    let mut missing = 0;
    for line in text().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        if line["message"].as_str().is_some_and(|text| text.starts_with("Lines of this log are missing")) {
            missing += line["lines"].as_u64().unwrap();
        }
    }
    assert!(missing > 1000, "{missing}");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_log_that_nobody_reads() {
    let pipe = Pipe::make().await;
    let before = format!("export RUST_LOG=trace; exec 2>'{}'", pipe.path);
    let mut app = TestApp::start_after(&before, &[]).await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("Nobody reads on")).await;

    let start = Instant::now();
    assert_eq!(app.stop().await, Some(0));

    assert!(start.elapsed() < TIMEOUT / 2, "{:?}", start.elapsed());
}
