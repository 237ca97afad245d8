//! The tokens by which programs post and listen, found by the SHA-256 of their secret.

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
                    .table("tokens")
                    .col(big_pk_auto("id"))
                    .col(big_integer("user_id"))
                    .col(text("name"))
                    .col(text_uniq("hash"))
                    .col(boolean("publish"))
                    .col(boolean("stream"))
                    .col(big_integer("created_ms"))
                    .col(big_integer_null("last_used_ms"))
                    .col(big_integer_null("revoked_ms"))
                    .foreign_key(ForeignKey::create().from("tokens", "user_id").to("users", "id"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("tokens").to_owned()).await
    }
}
