//! The disk of PostgreSQL itself is full, three times in a row.

use crate::support::{Postgres, SmallDisk, TestApp, TestDatabase, outlives_a_full_disk};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_acknowledged_on_a_full_disk_of_postgres_is_there() {
    let disk = SmallDisk::of_megabytes(250).expect("mounting a tmpfs, which needs root");
    let postgres = Postgres::start_on(&disk).await;
    let mut app = TestApp::start_on(TestDatabase::on(&postgres.url).await, &["--heartbeat", "1s"]).await;
    let other = app.starts_another(&[]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await.at(&other);
    let fills = async |app: &TestApp| {
        // With room in its log, of which the checkpoint begins a new file: so it refuses rows, and does not end.
        app.sql("SELECT pg_switch_wal()").await;
        app.sql("CHECKPOINT").await;
        disk.fills();
    };

    outlives_a_full_disk(&mut app, &boss, &ann, fills, |_| disk.has_room_again()).await;
}
