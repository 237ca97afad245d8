//! Copies of SQLite's file. Copies of a PostgreSQL database are made by its own programs.

use std::os::unix::fs::PermissionsExt;

use super::cursors::{head_after_one_post, is_reset};
use crate::support::{Draft, TestApp};

#[tokio::test]
async fn a_cursor_of_a_restored_database_is_reset() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    head_after_one_post(&boss).await;
    app.stop().await;
    let copy = app.folder.path().join("copy.db");
    std::fs::copy(app.database_file(), &copy).unwrap();
    app.restart().await;
    let lost = head_after_one_post(&boss).await;
    app.stop().await;
    std::fs::remove_file(app.database_file()).unwrap();
    std::fs::rename(copy, app.database_file()).unwrap();
    for leftover in ["tidings.db-wal", "tidings.db-shm"] {
        let _ = std::fs::remove_file(app.folder.path().join(leftover));
    }
    app.restart().await;

    let head = ann.reads_feed().await.cursor;
    let mut stream = ann.streams_from("/stream", &[("Last-Event-ID", &lost)]).await;

    is_reset(&mut stream, &head, &lost).await;
}

#[tokio::test]
async fn a_backup_holds_the_posts_and_is_another_timeline() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let kept = boss.publishes(Draft::news("Kept")).await;
    let copy = app.folder.path().join("copy.db");

    let answer = app.runs(&["backup", copy.to_str().unwrap()], "").await;
    let again = app.runs(&["backup", copy.to_str().unwrap()], "").await;

    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(again.code.is_some_and(|code| code != 0), "a backup overwrites nothing: {again:?}");
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let seen = head_after_one_post(&boss).await;
    app.stop().await;
    std::fs::rename(copy, app.database_file()).unwrap();
    for leftover in ["tidings.db-wal", "tidings.db-shm"] {
        let _ = std::fs::remove_file(app.folder.path().join(leftover));
    }
    app.restart().await;
    let feed = ann.reads_feed().await;
    assert_eq!(feed.posts, [kept]);
    // As many posts as the lost timeline had: the number alone would not tell the two apart.
    let head = head_after_one_post(&boss).await;
    assert_eq!(head.split_once('-').unwrap().1, seen.split_once('-').unwrap().1);
    let mut stream = ann.streams_from("/stream", &[("Last-Event-ID", &seen)]).await;
    is_reset(&mut stream, &head, &seen).await;
}
