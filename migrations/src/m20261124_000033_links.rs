//! The one-time links: invitations, and those to set a new password, found by the SHA-256 of their secret.

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
                    .table("links")
                    .col(big_pk_auto("id"))
                    .col(text_uniq("hash"))
                    // Of an invitation: as what, and under which name, unless whoever comes may choose it.
                    .col(text_null("role"))
                    .col(text_null("name"))
                    // Of a new password: whose.
                    .col(big_integer_null("user_id"))
                    .col(big_integer("made_by"))
                    .col(big_integer("created_ms"))
                    .col(big_integer("expires_ms"))
                    .col(big_integer_null("spent_ms"))
                    .foreign_key(ForeignKey::create().from("links", "user_id").to("users", "id"))
                    .foreign_key(ForeignKey::create().from("links", "made_by").to("users", "id"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("links").to_owned()).await
    }
}
