//! What a post offers its readers as answers, and what they answered.

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
        // SQLite takes one column at a time.
        for (table, column) in [
            ("posts", text_null("answers").take()),
            ("posts", boolean("telephone").default(false).take()),
            ("receipts", integer_null("answer").take()),
            ("receipts", text_null("note").take()),
            ("receipts", text_null("telephone").take()),
        ] {
            schema.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        let answers = Index::create()
            .name("receipts_answer")
            .table("receipts")
            .col("post_id")
            .col("answer")
            .and_where(Expr::col("answer").is_not_null())
            .to_owned();
        schema.create_index(answers).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_index(Index::drop().name("receipts_answer").table("receipts").to_owned()).await?;
        for (table, column) in [
            ("receipts", "telephone"),
            ("receipts", "note"),
            ("receipts", "answer"),
            ("posts", "telephone"),
            ("posts", "answers"),
        ] {
            schema.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
