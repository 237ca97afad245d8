//! Of people: the number that their organisation knows them by, whether they are from outside, and when they end.

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
        let columns =
            [text_null("number"), boolean("external").default(false).take(), big_integer_null("ends_ms")];
        for column in columns {
            schema.alter_table(Table::alter().table("users").add_column(column).to_owned()).await?;
        }
        let numbers = Index::create().name("users_number").table("users").col("number").unique().to_owned();
        schema.create_index(numbers).await?;
        // Whose accounts have ended and are not disabled yet: those who have been for long are passed over.
        let ends =
            Index::create().name("users_ends_ms").table("users").col("disabled").col("ends_ms").to_owned();
        schema.create_index(ends).await?;
        // Links that the shell makes are made by no admin. A build that does not know them takes whom one is for as
        // its maker, who is none either, and refuses it.
        let by_shell = boolean("by_shell").default(false).take();
        schema.alter_table(Table::alter().table("links").add_column(by_shell).to_owned()).await?;
        // There may be one for each of thousands.
        let theirs = Index::create().name("links_user_id").table("links").col("user_id").to_owned();
        schema.create_index(theirs).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, index) in
            [("users", "users_number"), ("users", "users_ends_ms"), ("links", "links_user_id")]
        {
            schema.drop_index(Index::drop().name(index).table(table).to_owned()).await?;
        }
        for (table, column) in
            [("users", "number"), ("users", "external"), ("users", "ends_ms"), ("links", "by_shell")]
        {
            schema.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
