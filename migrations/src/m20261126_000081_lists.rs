//! Lists of an organisation's people, between the page that shows what one would change and the end of its taking; and
//! by what an account was disabled.

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
        let by = Table::alter().table("users").add_column(text_null("disabled_by")).to_owned();
        schema.alter_table(by).await?;
        schema
            .create_table(
                Table::create()
                    .table("lists")
                    .col(text("key").primary_key())
                    .col(big_integer("made_by"))
                    .col(text("text"))
                    .col(big_integer("created_ms"))
                    // Of a list that is taken: since when, the last sign of life, and the end.
                    .col(big_integer_null("begun_ms"))
                    .col(big_integer_null("beat_ms"))
                    .col(big_integer_null("ended_ms"))
                    .col(text_null("failure"))
                    .col(big_integer("added").default(0))
                    .col(big_integer("changed").default(0))
                    .col(big_integer("disabled").default(0))
                    .col(big_integer("links").default(0))
                    // How many parts its links are kept in.
                    .col(big_integer("parts").default(0))
                    .foreign_key(ForeignKey::create().from("lists", "made_by").to("users", "id"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("lists").to_owned()).await?;
        schema.alter_table(Table::alter().table("users").drop_column("disabled_by").to_owned()).await
    }
}
