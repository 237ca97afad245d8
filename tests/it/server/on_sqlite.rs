//! SQLite's file: who may read it, and how many may serve it.

use std::{ffi::OsStr, fs, os::unix::fs::PermissionsExt};

use crate::support::{Role, TestApp, TestDatabase, eventually};

#[tokio::test]
async fn the_database_is_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tidings.db");

    let app = TestApp::start_on(TestDatabase::Sqlite(file.clone()), &[]).await;

    assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    for folder in [folder.path(), app.folder.path()] {
        for file in fs::read_dir(folder).unwrap() {
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.path());
        }
    }
}

#[tokio::test]
async fn a_second_server_on_the_same_database_is_refused_and_short_commands_are_not() {
    let mut app = TestApp::start().await;
    let second = ["serve", "--listen", "127.0.0.1:0"];

    let answer = app.runs(&second, "").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await;

    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.err.lines().any(|line| line.to_lowercase().starts_with("error: ")), "{answer:?}");
    assert!(answer.out.is_empty(), "{answer:?}");
    app.kill().await;
    app.restart().await;
    app.signs_in("ann").await;
}

#[tokio::test]
async fn a_database_that_others_can_open_is_refused() {
    let mut app = TestApp::start().await;
    app.kill().await;

    let open_to = |file: &OsStr, mode| fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
    for ending in ["", "-wal", "-shm"] {
        let mut file = app.database_file().into_os_string();
        file.push(ending);
        open_to(&file, 0o604);
        let answer = app.runs(&["serve", "--listen", "127.0.0.1:0"], "").await;
        assert_eq!(answer.code, Some(1), "{file:?}: {answer:?}");
        let line = answer.err.lines().find(|line| line.starts_with("error: ")).unwrap();
        assert!(line.contains(file.to_str().unwrap()) && line.contains("chmod"), "{line}");
        open_to(&file, 0o640);
    }
    app.restart().await;
    for file in fs::read_dir(app.folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o007, 0, "{:?}", file.path());
    }
}

/// What PostgreSQL is asked once a second tells of whatever happens on its server, in other tests, too.
#[tokio::test]
async fn a_server_with_nothing_to_do_asks_its_database_little() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let since = async |from: usize, seconds: usize| {
        eventually("it asks once a second", async || {
            let logs = app.logs();
            let is_tick = |line: &&str| line.contains("PRAGMA data_version");
            (logs[from..].lines().filter(is_tick).count() >= seconds).then_some(logs.len())
        })
        .await
    };
    // What is done at a start, and what that has others do.
    let started = since(0, 4).await;

    let ended = since(started, 6).await;

    let asked = app.logs()[started..ended].matches("summary=").count();
    // Each second one, and each of fifteen tasks once in half a minute; when all asked each second, it was eighty.
    assert!(asked <= 50, "{asked} statements: {}", &app.logs()[started..ended]);
}
