//! A roster says when a post was widened to somebody: rows that let people in later, or leave nobody out any more, say when.

use sea_orm_migration::{prelude::*, schema::*};

const COLUMN: &str = "widened_ms";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("audiences").add_column(big_integer_null(COLUMN)).to_owned();
        schema.alter_table(table).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.alter_table(Table::alter().table("audiences").drop_column(COLUMN).to_owned()).await
    }
}
