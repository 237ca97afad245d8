//! Copies of SQLite's file. Copies of a PostgreSQL database are made by its own programs.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Stdio};

use reqwest::Method;
use tokio::process::Command;

use super::cursors::{head_after_one_post, in_short_form, is_reset, number};
use crate::support::{Draft, Program, Role, Stream, TestApp, run};

#[tokio::test]
async fn who_is_ahead_of_a_copy_that_was_put_back_is_reset_however_far_it_has_come_since() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "ann", "stream").await;
    let kept = boss.publishes(Draft::news("Kept")).await;
    let behind = head_after_one_post(&boss).await;
    app.stop().await;
    let copy = app.folder.path().join("copy.db");
    fs::copy(app.database_file(), &copy).unwrap();
    app.restart().await;
    for _ in 0..2 {
        head_after_one_post(&boss).await;
    }
    let lost = head_after_one_post(&boss).await;

    // Three posts were lost: fewer than them, as many, more.
    for new in [0, 1, 3, 5] {
        app.stop().await;
        put_back(&copy, &app);
        app.restart().await;
        let mut posts = vec![kept, kept + 1];
        let mut head = behind.clone();
        for _ in 0..new {
            head = head_after_one_post(&boss).await;
            posts.push(posts.len() as i64 + 1);
        }

        let mut page = ann.streams_from("/stream", &[("Last-Event-ID", &lost)]).await;
        is_reset(&mut page, &head, &lost).await;
        let asked = program.request(Method::GET, "/api/v1/stream").header("Last-Event-ID", &lost);
        is_reset(&mut Stream::of(asked.send().await.unwrap()), &head, &lost).await;
        let mut list = ann.reads_feed().await.posts;
        list.reverse();
        assert_eq!(list, posts, "{new} new");

        // Who was not ahead misses nothing.
        assert_eq!(program.follows(&behind).await.next_posts(new).await, posts[2..]);
        // An older build's cursor says no more than the number, and is believed as far as that goes.
        let short = in_short_form(&lost);
        let mut old = ann.streams_from("/stream", &[("Last-Event-ID", &short)]).await;
        match number(&lost) <= number(&head) {
            true => assert_eq!(old.says_hello().await.data["resumed"], true),
            false => is_reset(&mut old, &in_short_form(&head), &short).await,
        }
        let next = boss.publishes(Draft::news("Next")).await;
        assert_eq!(page.next_post().await, next);
        old.posts_until(next).await;
    }
}

/// A copy of the file in its place, as an administrator or a snapshot of the volume does it.
fn put_back(copy: &Path, app: &TestApp) {
    for leftover in ["tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(app.folder.path().join(leftover));
    }
    fs::remove_file(app.database_file()).unwrap();
    fs::copy(copy, app.database_file()).unwrap();
}

#[tokio::test]
async fn a_backup_holds_the_posts_and_is_another_timeline() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let kept = boss.publishes(Draft::news("Kept")).await;
    let copy = app.folder.path().join("copy.db");

    let answer = app.runs(&["backup", copy.to_str().unwrap()], "").await;
    let again = app.runs(&["backup", copy.to_str().unwrap()], "").await;

    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(again.code.is_some_and(|code| code != 0), "a backup overwrites nothing: {again:?}");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let seen = head_after_one_post(&boss).await;
    app.stop().await;
    fs::rename(copy, app.database_file()).unwrap();
    for leftover in ["tidings.db-wal", "tidings.db-shm"] {
        let _ = fs::remove_file(app.folder.path().join(leftover));
    }
    app.restart().await;
    // No session comes back with it.
    let (boss, ann) = (app.signs_in("boss").await, app.signs_in("ann").await);
    let feed = ann.reads_feed().await;
    assert_eq!(feed.posts, [kept]);
    // As many posts as the lost timeline had: the number alone would not tell the two apart.
    let head = head_after_one_post(&boss).await;
    assert_eq!(number(&head), number(&seen));
    let mut stream = ann.streams_from("/stream", &[("Last-Event-ID", &seen)]).await;
    is_reset(&mut stream, &head, &seen).await;
}

#[tokio::test]
async fn a_copy_of_what_is_not_there_is_refused_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let database = format!("sqlite://{}", at("tidngs.db"));

    for command in [
        &["backup", &at("copy.db")][..],
        &["user", "add", "ann"],
        &["user", "passwd", "ann"],
        &["user", "disable", "ann"],
        &["user", "enable", "ann"],
        &["token", "create", "job", "--user", "ann", "--scope", "publish"],
    ] {
        let answer = run(&[&["--database", &database], command].concat(), &[], "a long password").await;

        assert_eq!(answer.code, Some(1), "{command:?}: {answer:?}");
        assert!(
            answer.err.contains(&at("tidngs.db")) && answer.err.contains("tidings migrate"),
            "{answer:?}"
        );
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{command:?}");
    }
    assert_eq!(run(&["--database", &database, "migrate"], &[], "").await.code, Some(0));
    let answer = run(&["--database", &database, "backup", &at("copy.db")], &[], "").await;
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

#[tokio::test]
async fn a_copy_that_fails_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for _ in 0..20 {
        boss.publishes(Draft::news("Long").body(&"x".repeat(60_000))).await;
    }
    let to = tempfile::tempdir().unwrap();
    let copy = to.path().join("copy.db");
    let database = app.database();
    let arguments = ["--database", &database, "backup", copy.to_str().unwrap()];

    // A disk that takes half a megabyte.
    let full = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_tidings")])
        .args(arguments)
        .output();
    let full = full.await.unwrap();
    assert_eq!(full.status.code(), Some(1), "{full:?}");
    assert!(String::from_utf8_lossy(&full.stderr).contains(copy.to_str().unwrap()), "{full:?}");
    assert_eq!(fs::read_dir(&to).unwrap().count(), 0);

    // Somebody else's file of that name stays, and so does a link that leads nowhere.
    fs::write(&copy, "mine").unwrap();
    assert_eq!(run(&arguments, &[], "").await.code, Some(1));
    assert_eq!(fs::read_to_string(&copy).unwrap(), "mine");
    fs::remove_file(&copy).unwrap();
    std::os::unix::fs::symlink(to.path().join("elsewhere"), &copy).unwrap();
    assert_eq!(run(&arguments, &[], "").await.code, Some(1));
    assert_eq!(fs::read_dir(&to).unwrap().count(), 1);
    fs::remove_file(&copy).unwrap();

    // Stopped half-way, or just before the end or the beginning.
    for _ in 0..4 {
        let mut stopped = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .args(arguments)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let pid = rustix::process::Pid::from_raw(stopped.id().unwrap().cast_signed()).unwrap();
        while fs::read_dir(&to).unwrap().count() == 0 && stopped.try_wait().unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let whole = stopped.wait().await.unwrap().success();
        let left: Vec<_> = fs::read_dir(&to).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(left.len(), usize::from(whole), "{left:?}");
        let _ = fs::remove_file(&copy);
    }

    let whole = tempfile::tempdir().unwrap();
    let arguments = ["--database", &database, "backup", &whole.path().join("copy.db").display().to_string()];
    assert_eq!(run(&arguments, &[], "").await.code, Some(0));
    assert_eq!(fs::read_dir(&whole).unwrap().count(), 1, "the copy, and nothing beside it");
}
