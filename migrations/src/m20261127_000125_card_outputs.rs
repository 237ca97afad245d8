//! What the work behind a card wrote last.

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
        let outputs = Table::create()
            .table("card_outputs")
            .col(big_integer("card_id").primary_key())
            .col(text("text"))
            .col(big_integer("at_ms"))
            .foreign_key(
                ForeignKey::create()
                    .from("card_outputs", "card_id")
                    .to("cards", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        schema.create_table(outputs).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("card_outputs").to_owned()).await
    }
}
