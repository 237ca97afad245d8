//! What somebody chose of how pages look to them: in which time zone, in which colours, and how large.

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
        let (zone, theme) = (text_null("time_zone"), text("theme").default("system").take());
        // SQLite takes one column at a time.
        for column in [zone, theme, text("text_size").default("normal").take()] {
            schema.alter_table(Table::alter().table("users").add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for column in ["text_size", "theme", "time_zone"] {
            schema.alter_table(Table::alter().table("users").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
