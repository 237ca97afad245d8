//! Groups whose members are named to nobody but admins and who coordinates a post to them.

use sea_orm_migration::{prelude::*, schema::*};

/// Few groups are.
const INDEX: &str = "groups_closed";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("groups").add_column(boolean("closed").default(false)).to_owned();
        schema.alter_table(table).await?;
        let index = Index::create().name(INDEX).table("groups").col("closed").to_owned();
        schema.create_index(index).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_index(Index::drop().name(INDEX).table("groups").to_owned()).await?;
        schema.alter_table(Table::alter().table("groups").drop_column("closed").to_owned()).await
    }
}
