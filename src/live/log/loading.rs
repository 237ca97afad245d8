//! The end of the log, as it is read into memory at a start and when the timeline changed.

use std::sync::Arc;

use sea_orm::DbErr;

use crate::{
    db::Db,
    live::log::{
        MAX_PAGE_EVENTS,
        table::{self, Following},
        tail::Tail,
    },
};

/// How many events memory has after a start, for the readers that come back.
const WARM_EVENTS: i64 = 1000;

/// The end of the log as it is now, to begin with.
pub(super) async fn newest_part(db: &Db) -> Result<Tail, DbErr> {
    let (epoch, last_id) = table::head(&db.read).await?;
    let mut tail = Tail::new(epoch.ok_or_else(no_epoch)?, (last_id - WARM_EVENTS).max(0));
    loop {
        let page = table::page(&db.read, tail.head().id, tail.head_nonce(), MAX_PAGE_EVENTS).await?;
        let Following::Events(page) = page else {
            return Err(DbErr::Custom("the log changed while it was read".into()));
        };
        let may_have_more = page.len() as u64 + 1 >= MAX_PAGE_EVENTS;
        page.into_iter().map(Arc::new).for_each(|event| tail.push(event));
        if !may_have_more {
            return Ok(tail);
        }
    }
}

fn no_epoch() -> DbErr {
    DbErr::Custom("the database has no epoch".into())
}
