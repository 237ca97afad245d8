//! What programs posted under which key, so that a retry posts once.

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
        schema
            .create_table(
                Table::create()
                    .table("idempotency_keys")
                    .col(big_integer("token_id"))
                    .col(text("key"))
                    .col(text("body_hash"))
                    .col(big_integer("post_id"))
                    .col(text("event"))
                    .col(big_integer("created_ms"))
                    .primary_key(Index::create().col("token_id").col("key"))
                    .foreign_key(ForeignKey::create().from("idempotency_keys", "token_id").to("tokens", "id"))
                    .foreign_key(ForeignKey::create().from("idempotency_keys", "post_id").to("posts", "id"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("idempotency_keys").to_owned()).await
    }
}
