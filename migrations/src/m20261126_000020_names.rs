//! What is stored beside a name: the key of all its spellings, what it looks like, its place in a list.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMNS: [&str; 4] = ["folded", "skeleton", "folded_skeleton", "sort_key"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for table in ["users", "groups"] {
            for column in COLUMNS {
                // None of them for rows that an earlier version adds, until the next start; nor a key that
                // another row has already.
                let column = if column == "sort_key" { blob_null(column) } else { text_null(column) };
                schema.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
            }
            for column in COLUMNS {
                let mut index = Index::create();
                index.name(format!("{table}_{column}")).table(table).col(column);
                // Groups may look alike, people may not.
                if column == "folded" || (table == "users" && column != "sort_key") {
                    index.unique();
                }
                schema.create_index(index.to_owned()).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for table in ["users", "groups"] {
            for column in COLUMNS {
                let index = Index::drop().name(format!("{table}_{column}")).table(table).to_owned();
                schema.drop_index(index).await?;
                schema.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
            }
        }
        Ok(())
    }
}
