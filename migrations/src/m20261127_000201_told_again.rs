//! Posts that their readers were told of again: when, and which they are.

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
        let when = big_integer_null("told_again_ms").take();
        schema.alter_table(Table::alter().table("posts").add_column(when).to_owned()).await?;
        let again = Expr::col("told").gt(Expr::col("number"));
        let index = Index::create().name("posts_told_again").table("posts").col("told").to_owned();
        schema.create_index(index.clone().and_where(again).to_owned()).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_index(Index::drop().name("posts_told_again").table("posts").to_owned()).await?;
        schema.alter_table(Table::alter().table("posts").drop_column("told_again_ms").to_owned()).await
    }
}
