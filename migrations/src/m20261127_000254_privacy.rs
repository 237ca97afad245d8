//! What the organisation lets authors see of who has read a post, and from which post on.

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
        // SQLite takes one column at a time.
        for column in
            [text("receipts").default("numbers").take(), big_integer("named_after").default(0).take()]
        {
            schema.alter_table(Table::alter().table("organisation").add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for column in ["named_after", "receipts"] {
            schema.alter_table(Table::alter().table("organisation").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
