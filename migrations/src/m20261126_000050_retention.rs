//! How far what is forgotten by its age has been forgotten, and when: kept in the database, since the clock may be
//! what is wrong.

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
            .table("retention")
            .col(text("name").primary_key())
            .col(big_integer("through_ms"))
            .col(big_integer("ran_ms"))
            .col(big_integer("kept_ms"))
            .to_owned();
        schema.create_table(table).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("retention").to_owned()).await
    }
}
