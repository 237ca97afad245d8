//! Calls for help: the alert that tells of each, and who has taken it. And who answered, if it was in somebody's place.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMNS: [&str; 4] = ["call_id", "taken_by", "taken_ms", "answered_by"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column at a time.
        for column in COLUMNS {
            let column = big_integer_null(column).take();
            schema.alter_table(Table::alter().table("receipts").add_column(column).to_owned()).await?;
        }
        let calls = Index::create()
            .name("receipts_call")
            .table("receipts")
            .col("call_id")
            .and_where(Expr::col("call_id").is_not_null())
            .to_owned();
        schema.create_index(calls).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_index(Index::drop().name("receipts_call").table("receipts").to_owned()).await?;
        for column in COLUMNS {
            schema.alter_table(Table::alter().table("receipts").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
