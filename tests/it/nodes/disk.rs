//! The disk of PostgreSQL itself is full, three times in a row.

use crate::support::{Draft, Postgres, SmallDisk, TestApp, TestDatabase, eventually, post_at};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_acknowledged_on_a_full_disk_of_postgres_is_there() {
    let disk = SmallDisk::of_megabytes(250).expect("mounting a tmpfs, which needs root");
    let postgres = Postgres::start_on(&disk).await;
    let mut app = TestApp::start_on(TestDatabase::on(&postgres.url).await, &["--heartbeat", "1s"]).await;
    let other = app.starts_another(&[]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.at(&other).opens_stream().await;
    let large = |title| Draft::news(title).body(&"word ".repeat(13_000));
    let mut acknowledged = vec![];

    for round in 0..3 {
        // With room in its log, of which the checkpoint begins a new file: so it refuses rows, and does not end.
        app.sql("SELECT pg_switch_wal()").await;
        app.sql("CHECKPOINT").await;
        disk.fills();
        let before = acknowledged.len();
        let mut answer = boss.sends(&large("Too much")).await;
        while answer.status == 303 && acknowledged.len() < 100 {
            acknowledged.push(post_at(answer.location()));
            answer = boss.sends(&large("Too much")).await;
        }
        assert_eq!(answer.status, 503, "round {round}: {answer:?}");
        assert!(answer.text.contains("The disk is full."), "round {round}: {answer:?}");
        assert_eq!(answer.field("title"), "Too much");
        let not_ready = app.visitor().gets("/readyz").await;
        assert_eq!((not_ready.status, not_ready.text.as_str()), (503, "The disk is full.\n"));

        disk.has_room_again();
        eventually("it is noticed that there is room", async || {
            (app.visitor().gets("/readyz").await.status == 200).then_some(())
        })
        .await;
        acknowledged.push(boss.publishes(large("Room again")).await);
        assert_eq!(stream.next_posts(acknowledged.len() - before).await, acknowledged[before..]);
    }

    acknowledged.reverse();
    assert_eq!(ann.reads_whole_feed().await, acknowledged, "before");
    app.kill().await;
    app.restart().await;
    assert_eq!(ann.reads_whole_feed().await, acknowledged, "and after");
}
