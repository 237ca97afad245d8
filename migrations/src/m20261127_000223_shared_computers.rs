//! How long a session lasts unused, where that is less than others: on a computer that several people use.

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
        let idle = Table::alter().table("sessions").add_column(big_integer_null("idle_ms")).to_owned();
        schema.alter_table(idle).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.alter_table(Table::alter().table("sessions").drop_column("idle_ms").to_owned()).await
    }
}
