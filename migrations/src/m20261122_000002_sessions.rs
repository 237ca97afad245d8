//! The sessions: one row a login, found by the SHA-256 of its id.

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
                    .table("sessions")
                    .col(text("key").primary_key())
                    .col(big_integer("user_id"))
                    .col(text("data"))
                    .col(big_integer("created_ms"))
                    .col(big_integer("last_seen_ms"))
                    .col(big_integer("expires_ms"))
                    .foreign_key(ForeignKey::create().from("sessions", "user_id").to("users", "id"))
                    .to_owned(),
            )
            .await?;
        for column in ["user_id", "expires_ms"] {
            let index =
                Index::create().name(format!("sessions_{column}")).table("sessions").col(column).to_owned();
            schema.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("sessions").to_owned()).await
    }
}
