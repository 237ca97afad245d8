//! Which sessions listen on a node, beside who does.

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
        // What their keys begin with, with commas between. Nodes that do not know of it yet write on.
        let sessions = Table::alter().table("nodes").add_column(text("live_sessions").default("")).to_owned();
        schema.alter_table(sessions).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let sessions = Table::alter().table("nodes").drop_column("live_sessions").to_owned();
        schema.alter_table(sessions).await
    }
}
