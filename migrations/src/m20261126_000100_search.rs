//! By what people, groups, tokens and links are found as somebody types: a row for each beginning of each word.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("search_names")
            .col(text("kind"))
            .col(text("beginning"))
            // Where its row stands in its list.
            .col(blob("place"))
            .col(big_integer("id"))
            .primary_key(Index::create().col("kind").col("beginning").col("place").col("id"));
        // The key is the whole row: it need not be there twice.
        if schema.get_database_backend() == DbBackend::Sqlite {
            table.extra("WITHOUT ROWID");
        }
        schema.create_table(table.to_owned()).await?;
        // Whether there is anybody from outside is asked by a form.
        let external = Index::create().name("users_external").table("users").col("external").to_owned();
        schema.create_index(external).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_index(Index::drop().name("users_external").table("users").to_owned()).await?;
        schema.drop_table(Table::drop().table("search_names").to_owned()).await
    }
}
