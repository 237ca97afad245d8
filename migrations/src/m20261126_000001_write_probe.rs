//! A row to write to, for finding out whether the database takes what is written.

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
        let probe = Table::create()
            .table("write_probe")
            .col(integer("id").primary_key())
            .col(blob("bytes"))
            .to_owned();
        schema.create_table(probe).await?;
        let only = Query::insert()
            .into_table("write_probe")
            .columns(["id", "bytes"])
            .values_panic([1.into(), Vec::<u8>::new().into()])
            .to_owned();
        schema.exec_stmt(only).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("write_probe").to_owned()).await
    }
}
