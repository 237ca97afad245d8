//! SQLite's file: who may read it, and how many may serve it.

use std::os::unix::fs::PermissionsExt;

use crate::support::{Role, TestApp};

#[tokio::test]
async fn the_database_is_for_its_owner_only() {
    let app = TestApp::start().await;

    let mode = std::fs::metadata(app.database_file()).unwrap().permissions().mode();

    assert_eq!(mode & 0o777, 0o600);
    for file in std::fs::read_dir(app.folder.path()).unwrap() {
        let file = file.unwrap();
        if file.path().extension().is_some_and(|extension| extension == "lock") {
            continue;
        }
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.path());
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
