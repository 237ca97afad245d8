//! Who took notice of which critical alert: opened it, put it away, or looked at the feed that had it.

use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// For as long an alert is shown away from the feed.
const WEEK_MS: u128 = 7 * 24 * 60 * 60 * 1000;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema
            .create_table(
                Table::create()
                    .table("alert_marks")
                    .col(big_integer("user_id"))
                    .col(big_integer("post_id"))
                    .col(big_integer("at_ms"))
                    .primary_key(Index::create().col("user_id").col("post_id"))
                    .foreign_key(ForeignKey::create().from("alert_marks", "user_id").to("users", "id"))
                    .foreign_key(ForeignKey::create().from("alert_marks", "post_id").to("posts", "id"))
                    .to_owned(),
            )
            .await?;
        let by_severity = Index::create()
            .name("posts_severity")
            .table("posts")
            .col("severity")
            .col("published_ms")
            .to_owned();
        schema.create_index(by_severity).await?;
        // What was published before the upgrade was shown as it was shown then; nobody is alarmed by it anew.
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_millis());
        let seen = format!(
            "INSERT INTO alert_marks (user_id, post_id, at_ms) SELECT users.id, posts.id, {now_ms} FROM users, posts \
             WHERE posts.severity = 'critical' AND posts.published_ms > {}",
            now_ms.saturating_sub(WEEK_MS)
        );
        schema.get_connection().execute_unprepared(&seen).await.map(|_| ())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_index(Index::drop().name("posts_severity").table("posts").to_owned()).await?;
        schema.drop_table(Table::drop().table("alert_marks").to_owned()).await
    }
}
