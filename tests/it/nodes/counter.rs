//! Why events are numbered by a counter and not by a sequence.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait,
};

use crate::support::{TestDatabase, eventually, shared_cluster};

/// Publishing, as two transactions that commit in the other order than they began do it; what a reader that
/// goes on after what it has seen gets to see.
async fn reads_what_commits_in_reverse(numbers: &str) -> Vec<i64> {
    let database = TestDatabase::on(&shared_cluster()).await;
    let (one, other, reader) = (database.opens().await, database.opens().await, database.opens().await);
    for statement in [
        "CREATE SEQUENCE numbers",
        "CREATE TABLE counter (last_id bigint NOT NULL)",
        "INSERT INTO counter VALUES (0)",
        "CREATE FUNCTION from_sequence() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('numbers') $$",
        "CREATE FUNCTION from_counter() RETURNS bigint LANGUAGE sql AS \
            $$ UPDATE counter SET last_id = last_id + 1 RETURNING last_id $$",
        "CREATE TABLE events (id bigint PRIMARY KEY)",
    ] {
        reader.execute_unprepared(statement).await.unwrap();
    }
    let first = one.begin().await.unwrap();
    let second = other.begin().await.unwrap();

    publish(&first, numbers).await;
    let overtaking = tokio::spawn({
        let numbers = numbers.to_owned();
        async move {
            publish(&second, &numbers).await;
            second.commit().await.unwrap();
        }
    });
    eventually("the second has committed, or waits for the first", async || {
        (overtaking.is_finished() || somebody_waits(&reader).await).then_some(())
    })
    .await;
    let mut cursor = 0;
    let mut seen = read_on(&reader, &mut cursor).await;
    first.commit().await.unwrap();
    overtaking.await.unwrap();
    seen.extend(read_on(&reader, &mut cursor).await);

    for connection in [one, other, reader] {
        connection.close().await.unwrap();
    }
    seen
}

/// Whether a transaction waits for another's lock.
pub async fn somebody_waits(reader: &DatabaseConnection) -> bool {
    let waiting =
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    !reader.query_all_raw(Statement::from_string(DbBackend::Postgres, waiting)).await.unwrap().is_empty()
}

async fn publish(tx: &DatabaseTransaction, numbers: &str) {
    tx.execute_unprepared(&format!("INSERT INTO events SELECT from_{numbers}()")).await.unwrap();
}

async fn read_on(reader: &DatabaseConnection, cursor: &mut i64) -> Vec<i64> {
    let newer = format!("SELECT id FROM events WHERE id > {cursor} ORDER BY id");
    let rows = reader.query_all_raw(Statement::from_string(DbBackend::Postgres, newer)).await.unwrap();
    let ids: Vec<i64> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    *cursor = ids.last().copied().unwrap_or(*cursor);
    ids
}

#[tokio::test]
async fn a_sequence_loses_what_commits_late_and_the_counter_does_not() {
    assert_eq!(reads_what_commits_in_reverse("sequence").await, [2], "1 was committed, and is never read");
    assert_eq!(reads_what_commits_in_reverse("counter").await, [1, 2]);
}
