//! The language that somebody chose; none, as long as it is their browser's.

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
        let chosen = Table::alter().table("users").add_column(text_null("language")).to_owned();
        schema.alter_table(chosen).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let chosen = Table::alter().table("users").drop_column("language").to_owned();
        schema.alter_table(chosen).await
    }
}
