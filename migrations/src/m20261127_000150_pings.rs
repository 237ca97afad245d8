//! The addresses by which cards are pinged.

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
        let pings = Table::create()
            .table("pings")
            .col(big_integer("card_id").primary_key())
            .col(text_uniq("hash"))
            .col(big_integer_null("token_id"))
            .col(big_integer("made_ms"))
            .foreign_key(
                ForeignKey::create()
                    .from("pings", "card_id")
                    .to("cards", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .foreign_key(ForeignKey::create().from("pings", "token_id").to("tokens", "id"))
            .to_owned();
        schema.create_table(pings).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("pings").to_owned()).await
    }
}
