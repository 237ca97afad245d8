//! What the values of cards were, a row for each card and day.

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
        let history = Table::create()
            .table("card_history")
            .col(big_integer("card_id"))
            .col(big_integer("day"))
            .col(big_integer("step"))
            .col(blob("points"))
            .primary_key(Index::create().col("card_id").col("day"))
            .foreign_key(
                ForeignKey::create()
                    .from("card_history", "card_id")
                    .to("cards", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        schema.create_table(history).await?;
        for (name, columns) in [("card_history_day", &["day"][..]), ("card_history_step", &["step", "day"])] {
            let mut index = Index::create();
            index.name(name).table("card_history");
            for column in columns {
                index.col(*column);
            }
            schema.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("card_history").to_owned()).await
    }
}
