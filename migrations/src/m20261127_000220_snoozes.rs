//! Until when somebody does not want to see a post, and since when they did not.

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
        for column in ["snoozed_until_ms", "snoozed_ms"] {
            let column = big_integer_null(column);
            schema.alter_table(Table::alter().table("receipts").add_column(column).to_owned()).await?;
        }
        for index in indexes() {
            schema.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for index in ["receipts_due", "receipts_snoozed"] {
            schema.drop_index(Index::drop().name(index).table("receipts").to_owned()).await?;
        }
        for column in ["snoozed_ms", "snoozed_until_ms"] {
            schema.alter_table(Table::alter().table("receipts").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

/// Of what is snoozed at the moment: few of all.
fn indexes() -> [IndexCreateStatement; 2] {
    let index = |name: &str, columns: &'static [&'static str]| {
        let mut index = Index::create().name(name).table("receipts").to_owned();
        let index = columns.iter().fold(&mut index, |index, column| index.col(*column));
        index.and_where(Expr::col("snoozed_until_ms").is_not_null()).to_owned()
    };
    [index("receipts_due", &["snoozed_until_ms"]), index("receipts_snoozed", &["user_id", "number"])]
}
