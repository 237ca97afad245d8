//! When somebody was last reminded of a post, and how often lately of whatever post.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let reminded = big_integer_null("reminded_ms").take();
        schema.alter_table(Table::alter().table("receipts").add_column(reminded).to_owned()).await?;
        let reminders = Index::create()
            .name("post_acts_reminders")
            .table("post_acts")
            .col("user_id")
            .col("at_ms")
            .and_where(Expr::col("act").eq("reminded"))
            .to_owned();
        schema.create_index(reminders).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_index(Index::drop().name("post_acts_reminders").table("post_acts").to_owned()).await?;
        schema.alter_table(Table::alter().table("receipts").drop_column("reminded_ms").to_owned()).await
    }
}
