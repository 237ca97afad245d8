//! A disk that does not take what is written, time and again: whatever was acknowledged is there, before and after a
//! kill, and whatever was refused is not.

use reqwest::StatusCode;
use rustix::io::Errno;

use crate::support::{Draft, FailingDisk, Person, Program, Role, TestApp, eventually, news};

/// What fails, on which file: writing the log, and making sure that it is on disk, which is what a commit is.
const FAULTS: [(&str, Errno, &str); 4] = [
    ("write", Errno::IO, "-wal"),
    ("fsync", Errno::IO, "-wal"),
    ("write", Errno::NOSPC, "-wal"),
    ("fsync", Errno::NOSPC, "-wal"),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_acknowledged_on_a_disk_that_fails_again_and_again_is_there() {
    let disk = FailingDisk::new();
    let mut app = TestApp::start_after(&disk.before(), &["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish").await;
    let mut stream = ann.opens_stream().await;
    let mut acknowledged = vec![];

    for (round, (operation, error, ending)) in FAULTS.into_iter().cycle().take(3 * FAULTS.len()).enumerate() {
        let title = format!("Round {round}");
        disk.fails(operation, error, ending);
        let refused = boss.sends(&Draft::news("Refused").body("kept")).await;
        assert_eq!((refused.status, refused.typed_body().as_str()), (503, "kept"), "{operation} {error}");
        assert_eq!(program.sends(&news("Refused, too")).await.status, 503);
        let not_ready = app.visitor().gets("/readyz").await;
        assert_eq!(not_ready.status, 503);
        assert!(not_ready.text.contains("disk"), "{not_ready:?}");

        disk.is_mended();
        is_ready(&app).await;
        acknowledged.push(boss.publishes(Draft::news(&title)).await);
        acknowledged.push(program.publishes(&title).await);
        assert_eq!(stream.next_posts(2).await, acknowledged[2 * round..]);
    }

    acknowledged.reverse();
    assert_eq!(ann.reads_whole_feed().await, acknowledged, "before");
    app.kill().await;
    app.restart().await;
    assert_eq!(ann.reads_whole_feed().await, acknowledged, "and after");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_was_taken_away_after_a_disk_failed_twice_is_gone() {
    let disk = FailingDisk::new();
    let mut app = TestApp::start_after(&disk.before(), &["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    let access = format!("/admin/people/{}/access", id_of(&ann).await);

    for _ in 0..3 {
        disk.fails("fsync", Errno::IO, "-wal");
        assert_eq!(boss.posts(&access, &[("access", "disabled")]).await.status, 503);
        assert!(ann.is_signed_in().await, "nothing was changed");
        disk.is_mended();
        is_ready(&app).await;
    }
    assert_eq!(boss.posts(&access, &[("access", "disabled")]).await.status, 303);

    assert_eq!(stream.says_bye().await, "revoked");
    assert!(!ann.is_signed_in().await);
    app.kill().await;
    app.restart().await;
    assert!(!ann.is_signed_in().await, "after a kill, too");
    assert_ne!(ann.tries_to_sign_in("ann", &app.password_of("ann")).await.location(), "/");
}

/// What is committed lies in the log beside the file until it is folded into it; that may fail for a long time.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_acknowledged_while_the_log_cannot_be_folded_into_the_file_is_there() {
    let disk = FailingDisk::new();
    let mut app = TestApp::start_after(&disk.before(), &[]).await;
    let boss = app.admin("boss").await;
    let mut acknowledged = vec![];

    for operation in ["write", "fsync"] {
        disk.fails(operation, Errno::IO, "/tidings.db");
        // Three times as much as SQLite lets the log grow to.
        for _ in 0..25 {
            acknowledged.push(boss.publishes(Draft::news("Large").body(&"word ".repeat(13_000))).await);
        }
        app.kill().await;
        disk.is_mended();
        app.restart().await;
    }

    acknowledged.reverse();
    assert_eq!(boss.reads_whole_feed().await, acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_whom_the_shell_adds_on_a_failing_disk_are_there_if_it_says_so() {
    let disk = FailingDisk::new();
    let mut app = TestApp::start_after(&disk.before(), &[]).await;
    let boss = app.admin("boss").await;
    let environment = disk.environment();
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let add = async |name: &str| app.runs_in(&environment, &["user", "add", name], "correct horse").await;

    for round in 0..3 {
        disk.fails("fsync", Errno::IO, "-wal");
        let refused = add(&format!("refused {round}")).await;
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(!refused.err.is_empty());
        // The server itself meets the fault, too.
        assert_eq!(boss.sends(&Draft::news("Refused")).await.status, 503);

        disk.is_mended();
        let added = add(&format!("added {round}")).await;
        assert_eq!(added.code, Some(0), "{added:?}");
    }
    is_ready(&app).await;
    app.signs_up("last", Role::Member).await;
    app.kill().await;
    app.restart().await;

    let people = boss.gets("/admin/people").await.text;
    for round in 0..3 {
        assert!(people.contains(&format!("added {round}")), "{round}");
        assert!(!people.contains(&format!("refused {round}")), "{round}");
    }
    app.signs_in("last").await;
}

/// Waits until the server has found out that the disk takes what is written.
pub(super) async fn is_ready(app: &TestApp) {
    let ready = async || {
        let answer = reqwest::get(format!("{}/readyz", app.url)).await.unwrap();
        (answer.status() == StatusCode::OK).then_some(())
    };
    eventually("the disk works again", ready).await;
}

async fn id_of(person: &Person) -> i64 {
    person.session().await["user"]["id"].as_i64().unwrap()
}
