//! Where the log was when its epoch was made: by it, a PostgreSQL database knows that it is a restored copy.

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
        let origin = Table::alter().table("counter").add_column(text_null("origin")).to_owned();
        schema.alter_table(origin).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let origin = Table::alter().table("counter").drop_column("origin").to_owned();
        schema.alter_table(origin).await
    }
}
