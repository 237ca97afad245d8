//! Finds the oldest rows of the tables that are swept by their age.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const AGES: [(&str, &str); 4] = [
    ("links", "expires_ms"),
    ("idempotency_keys", "created_ms"),
    ("alert_marks", "at_ms"),
    ("reveals", "expires_ms"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in AGES {
            let index = Index::create().name(format!("{table}_{column}")).table(table).col(column).to_owned();
            schema.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in AGES {
            let index = Index::drop().name(format!("{table}_{column}")).table(table).to_owned();
            schema.drop_index(index).await?;
        }
        Ok(())
    }
}
