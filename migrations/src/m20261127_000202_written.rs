//! What somebody has written, newest first: all of it, and by its state.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Each list, and what is in it.
const LISTS: [(&str, &str); 4] = [
    ("posts_written", ""),
    ("posts_written_open", "kind = 'alert' AND resolved_ms IS NULL AND withdrawn_ms IS NULL"),
    ("posts_written_over", "resolved_ms IS NOT NULL AND withdrawn_ms IS NULL"),
    ("posts_written_withdrawn", "withdrawn_ms IS NOT NULL"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (name, which) in LISTS {
            let mut index =
                Index::create().name(name).table("posts").col("author_id").col("number").to_owned();
            if !which.is_empty() {
                index = index.and_where(Expr::cust(which)).to_owned();
            }
            schema.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in LISTS {
            schema.drop_index(Index::drop().name(name).table("posts").to_owned()).await?;
        }
        Ok(())
    }
}
