//! Posts that programs say again: the keys by which they are known, and how often a post was said.

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
        for column in columns() {
            schema.alter_table(Table::alter().table("posts").add_column(column).to_owned()).await?;
        }
        let keys = Table::create()
            .table("dedup_keys")
            .col(big_integer("token_id"))
            .col(text("key"))
            .col(big_integer("post_id"))
            .col(text_null("told_severity"))
            .col(big_integer("told_ms"))
            .col(big_integer_null("due_ms"))
            .col(big_integer("used_ms"))
            .primary_key(Index::create().col("token_id").col("key"))
            .to_owned();
        schema.create_table(keys).await?;
        let due = Index::create().name("dedup_keys_due").table("dedup_keys").col("due_ms").to_owned();
        let due = due.clone().and_where(Expr::cust("due_ms IS NOT NULL")).to_owned();
        schema.create_index(due).await?;
        let used = Index::create().name("dedup_keys_used").table("dedup_keys").col("used_ms").to_owned();
        schema.create_index(used).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("dedup_keys").to_owned()).await?;
        for column in columns() {
            let name = column.get_column_name();
            schema.alter_table(Table::alter().table("posts").drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}

fn columns() -> [ColumnDef; 2] {
    [big_integer("repeats").default(1).take(), big_integer_null("repeated_ms").take()]
}
