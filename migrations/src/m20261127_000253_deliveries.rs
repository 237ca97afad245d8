//! To whose open pages a post that asks something was sent.

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
        let deliveries = Table::create()
            .table("deliveries")
            .col(big_integer("number"))
            .col(big_integer("user_id"))
            .col(big_integer("at_ms"))
            .primary_key(Index::create().col("number").col("user_id"))
            .to_owned();
        schema.create_table(deliveries).await?;
        let by_age = Index::create().name("deliveries_at").table("deliveries").col("at_ms").to_owned();
        schema.create_index(by_age).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("deliveries").to_owned()).await
    }
}
