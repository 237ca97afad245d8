//! Pulls from the table, for who is further behind than memory reaches.

use sea_orm::DbErr;

use crate::{
    db,
    live::{
        Cursor, Log,
        audience::Viewer,
        log::{Pull, table, tail::MAX_PULL_BYTES},
        viewers::Listening,
    },
};

/// One pull reads so many rows from the table.
const MAX_PULL_ROWS: u64 = 64;

impl Log {
    /// What comes after the cursor, up to `head`, which memory had when it was asked.
    ///
    /// # Errors
    /// Of the database.
    pub(super) async fn after_in_table(
        &self,
        cursor: &Cursor,
        viewer: &Listening,
        head: Cursor,
    ) -> Result<Pull, DbErr> {
        // After the head was read: the tail task tells viewers of their memberships before it takes an event in.
        let viewer = self.as_of_now(viewer).await?;
        let _permit = self.db.stream_permit().await;
        db::with_timeout(self.page_after(cursor, &viewer, head)).await
    }

    async fn page_after(&self, cursor: &Cursor, viewer: &Viewer, head: Cursor) -> Result<Pull, DbErr> {
        if cursor.epoch != head.epoch {
            return Ok(Pull::Reset);
        }
        let db = &self.db.read;
        let page = table::page_for(db, viewer, cursor.id, head.id, MAX_PULL_ROWS, MAX_PULL_BYTES);
        let (events, through) = page.await?;
        // Looked at after the page was read: what was trimmed meanwhile was still in the page.
        let oldest = table::oldest(db).await?.unwrap_or(head.id + 1);
        if oldest > cursor.id + 1 {
            return Ok(Pull::Reset);
        }
        let Some(through) = through else {
            return Ok(Pull::Events { events, through: head, is_all: true, is_common: false });
        };
        let through = table::cursor_at(db, head.epoch, through).await?;
        Ok(Pull::Events { events, through, is_all: false, is_common: false })
    }
}
