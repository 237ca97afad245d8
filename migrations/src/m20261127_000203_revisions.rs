//! What posts said before they were edited.

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
        let table = Table::create()
            .table("revisions")
            .col(big_integer("post_id"))
            .col(big_integer("version"))
            .col(big_integer("number"))
            .col(big_integer("at_ms"))
            .col(big_integer_null("by_id"))
            .col(text("kind"))
            .col(text_null("severity"))
            .col(text("title"))
            .col(text("body"))
            .col(big_integer_null("struck_ms"))
            .col(big_integer_null("struck_by"))
            .col(text_null("struck_reason"))
            .primary_key(Index::create().col("post_id").col("version"))
            .foreign_key(ForeignKey::create().from("revisions", "post_id").to("posts", "id"))
            .to_owned();
        schema.create_table(table).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("revisions").to_owned()).await
    }
}
