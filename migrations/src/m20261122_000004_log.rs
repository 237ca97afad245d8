//! The log: its numbered events, and the one-row counter that numbers them.

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
                    .table("events")
                    .col(big_integer("id").primary_key())
                    .col(big_integer("nonce"))
                    .col(text("kind"))
                    .col(big_integer_null("post_id"))
                    // For lost rights: whose, which one (all of them if none is named), and why.
                    .col(big_integer_null("user_id"))
                    .col(text_null("right_key"))
                    .col(text_null("reason"))
                    .col(big_integer("created_ms"))
                    .foreign_key(ForeignKey::create().from("events", "post_id").to("posts", "id"))
                    .to_owned(),
            )
            .await?;
        schema
            .create_table(
                Table::create()
                    .table("counter")
                    .col(integer("id").primary_key())
                    .col(text("epoch"))
                    .col(big_integer("last_id"))
                    .to_owned(),
            )
            .await?;
        // The epoch stays empty until the first opening writes a random one.
        let row = Query::insert()
            .into_table("counter")
            .columns(["id", "epoch", "last_id"])
            .values_panic([1.into(), "".into(), 0i64.into()])
            .to_owned();
        schema.exec_stmt(row).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("counter").to_owned()).await?;
        schema.drop_table(Table::drop().table("events").to_owned()).await
    }
}
