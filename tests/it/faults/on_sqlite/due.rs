//! What is due by itself (a reminder, a step of an escalation, the end of a post) on a disk that takes nothing: it waits, and is
//! done once when there is room, also by a server that was killed meanwhile.

use rustix::io::Errno;

use crate::{
    faults::on_sqlite::failing::is_ready,
    posts::{
        acknowledging::asks,
        escalation::is_done,
        expiry::{has_expired, times_expired},
        reminders::{are_done, sent},
    },
    support::{Draft, FailingDisk, TestApp, eventually, makes_group},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_while_the_disk_takes_nothing_is_done_once_when_it_does() {
    let disk = FailingDisk::new();
    let mut app = TestApp::start_after(&disk.before(), &["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    makes_group(&boss, "Day shift", &["ben"]).await;
    let asked = asks("Please read").to(&["ann"]).with("remind_every", "5").with("remind_times", "5");
    let asked =
        asked.with("escalate_to", "Day shift").with("escalate_after", "10").with("escalate_if", "any");
    let asked = boss.publishes(asked).await;
    let ends = boss.publishes(Draft::news("Until noon").with("expires", "2999-12-24T08:00")).await;
    let due = [
        "UPDATE reminder_schedules SET next_ms = 1 WHERE next_ms IS NOT NULL".to_owned(),
        "UPDATE escalation_steps SET due_ms = 1 WHERE due_ms IS NOT NULL".to_owned(),
        format!("UPDATE posts SET expires_ms = 60000 WHERE id = {ends}"),
    ];
    let failed = async |log: &str| {
        eventually(log, async || app.logs().contains(log).then_some(())).await;
    };

    disk.fails("write", Errno::NOSPC, "-wal");
    for statement in &due {
        app.sql(statement).await;
    }
    failed("What is due for posts could not be done; tried again in a second").await;
    failed("What was to end could not be ended; tried again in a second").await;
    assert_eq!((sent(&app).await, times_expired(&app).await), ((0, 0), 0));
    assert!(ben.reads_feed().await.posts.contains(&ends), "nobody is shown what was not written");
    assert!(!ben.reads_feed().await.posts.contains(&asked));
    app.kill().await;
    disk.is_mended();
    app.restart().await;
    is_ready(&app).await;
    are_done(&app).await;
    is_done(&app).await;
    has_expired(&app, ends).await;

    assert_eq!((sent(&app).await, times_expired(&app).await), ((1, 1), 1), "once");
    assert_eq!(app.signs_in("ben").await.reads_feed().await.posts, [asked], "he was told in her place");
    assert_eq!(app.signs_in("ann").await.reads_feed().await.posts, [asked]);
    drop(ann);
}
