//! Posts that stand on top of everybody's list until a time. There are few, and they are found by themselves: as lists show them,
//! and by when they end.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Each index, and what it is in the order of.
const INDEXES: [(&str, &str); 2] = [("posts_pinned", "number"), ("posts_unpinning", "pinned_until_ms")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let until = big_integer_null("pinned_until_ms").take();
        schema.alter_table(Table::alter().table("posts").add_column(until).to_owned()).await?;
        for (name, column) in INDEXES {
            let pinned = Expr::cust("pinned_until_ms IS NOT NULL");
            let index = Index::create().name(name).table("posts").col(column).and_where(pinned).to_owned();
            schema.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            schema.drop_index(Index::drop().name(name).table("posts").to_owned()).await?;
        }
        schema.alter_table(Table::alter().table("posts").drop_column("pinned_until_ms").to_owned()).await
    }
}
