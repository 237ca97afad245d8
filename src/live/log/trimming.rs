//! Forgetting the oldest events, a portion at a time. What is kept has no gap, whatever the clocks said: events go in the
//! order of their ids, up to the first that is young.

use std::ops::RangeInclusive;

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{db::Db, entities::events, live::log::table};

/// So many of the newest events tell whether the clock is trusted.
const NEWEST: u64 = 100;

/// What became of one portion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trimmed {
    /// How many events were forgotten.
    pub events: u64,
    /// Whether there may be more to forget.
    pub has_more: bool,
}

/// Forgets the events before the first that is young, at most `count` of them. Young are those written in these Unix
/// milliseconds. Later times are of a clock that was ahead: such an event goes with those beside it, but stays as
/// long as none of the newest has a time that can be. The very newest one always stays: by it the tail task tells a
/// database that lost the end of its log.
pub async fn trim(db: &Db, young: RangeInclusive<i64>, count: u64) -> Result<Trimmed, DbErr> {
    let (_, head) = table::head(&db.read).await?;
    let oldest = events::Entity::find().order_by_asc(events::Column::Id).limit(count);
    let oldest = id_and_time(oldest, db).await?;
    let newest = events::Entity::find().order_by_desc(events::Column::Id).limit(NEWEST);
    let is_clock_trusted = id_and_time(newest, db).await?.iter().any(|(_, at_ms)| young.contains(at_ms));
    let is_young = |at_ms: i64| young.contains(&at_ms) || (!is_clock_trusted && at_ms > *young.end());

    let first_young = oldest.iter().find(|(_, at_ms)| is_young(*at_ms)).map(|(id, _)| *id);
    let Some(first_kept) = first_young.or(oldest.last().map(|(id, _)| id + 1)) else {
        return Ok(Trimmed { events: 0, has_more: false });
    };
    let old = events::Entity::delete_many().filter(events::Column::Id.lt(first_kept.min(head)));
    let events = old.exec(&db.write).await?.rows_affected;
    let has_more = first_young.is_none() && first_kept < head && oldest.len() as u64 == count;
    Ok(Trimmed { events, has_more })
}

async fn id_and_time(events: sea_orm::Select<events::Entity>, db: &Db) -> Result<Vec<(i64, i64)>, DbErr> {
    let columns = [events::Column::Id, events::Column::CreatedMs];
    events.select_only().columns(columns).into_tuple().all(&db.read).await
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;

    use super::*;
    use crate::config::Database;

    const CUT: i64 = 1000;
    const TOMORROW: i64 = 2000;

    /// Which of events with these times are left, when portions of 3 are forgotten until there are no more.
    async fn left_of(times: &[i64]) -> Vec<i64> {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database");
        let sql = async |sql: String| db.write.execute_unprepared(&sql).await.expect("it is done");
        for (id, at_ms) in (1..).zip(times) {
            sql(format!("INSERT INTO events (id, nonce, kind, created_ms) VALUES ({id}, 0, 'x', {at_ms})"))
                .await;
        }
        sql(format!("UPDATE counter SET last_id = {}", times.len())).await;

        let mut forgotten = 0;
        loop {
            let portion = trim(&db, CUT..=TOMORROW, 3).await.expect("it is trimmed");
            assert!(portion.events <= 3);
            forgotten += portion.events as usize;
            if !portion.has_more {
                break;
            }
        }

        let left = events::Entity::find().order_by_asc(events::Column::Id).all(&db.read).await.expect("rows");
        assert_eq!(left.len() + forgotten, times.len());
        left.into_iter().map(|event| event.id).collect()
    }

    #[tokio::test]
    async fn events_go_up_to_the_first_that_is_young() {
        assert_eq!(left_of(&[]).await, [0; 0]);
        assert_eq!(left_of(&[1, 2, 3, 4, 5, 6, 7, 1500, 1600]).await, [8, 9]);
        assert_eq!(left_of(&[1500, 1600]).await, [1, 2]);
        assert_eq!(left_of(&[1, 2, 3, 4, 5, 6, 7]).await, [7], "the newest stays");
        assert_eq!(left_of(&[1, 2, 3]).await, [3]);
    }

    #[tokio::test]
    async fn a_clock_that_jumped_leaves_no_gap() {
        assert_eq!(left_of(&[1, 1500, 2, 3, 4, 1600]).await, [2, 3, 4, 5, 6], "behind for a while");
        assert_eq!(
            left_of(&[1, 9000, 9000, 9000, 9000, 1500]).await,
            [6],
            "ahead for a while, and right again"
        );
        assert_eq!(left_of(&[1, 2, 3, 4, 9000, 9000]).await, [5, 6], "ahead, or the clock is wrong now");
    }
}
