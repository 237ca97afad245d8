//! The people: who may sign in, and as what.

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
        schema
            .create_table(
                Table::create()
                    .table("users")
                    .col(big_pk_auto("id"))
                    .col(text("name"))
                    // The name without regard to case: what makes a name unique.
                    .col(text_uniq("name_key"))
                    .col(text("password_hash"))
                    .col(text("role"))
                    .col(boolean("disabled").default(false))
                    .col(big_integer("created_ms"))
                    .col(big_integer_null("last_seen_ms"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("users").to_owned()).await
    }
}
