//! Posts that are there until a time: which are to be ended is found by itself, and what one has written that has expired is a
//! list of its own.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What is to expire, by when.
const EXPIRING: &str = "expires_ms IS NOT NULL AND expired_ms IS NULL AND withdrawn_ms IS NULL";

/// Each list of what somebody has written, and what is in it.
const LISTS: [(&str, &str); 3] = [
    (
        "posts_written_open",
        "kind = 'alert' AND resolved_ms IS NULL AND withdrawn_ms IS NULL AND expired_ms IS NULL",
    ),
    ("posts_written_over", "resolved_ms IS NOT NULL AND withdrawn_ms IS NULL AND expired_ms IS NULL"),
    ("posts_written_expired", "expired_ms IS NOT NULL AND withdrawn_ms IS NULL"),
];

/// The lists as they were.
const EARLIER_LISTS: [(&str, &str); 2] = [
    ("posts_written_open", "kind = 'alert' AND resolved_ms IS NULL AND withdrawn_ms IS NULL"),
    ("posts_written_over", "resolved_ms IS NOT NULL AND withdrawn_ms IS NULL"),
];

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
        let expiring = Index::create().name("posts_expiring").table("posts").col("expires_ms").to_owned();
        schema.create_index(expiring.clone().and_where(Expr::cust(EXPIRING)).to_owned()).await?;
        drop_lists(schema, EARLIER_LISTS.map(|(name, _)| name)).await?;
        create_lists(schema, LISTS).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        drop_lists(schema, LISTS.map(|(name, _)| name)).await?;
        drop_lists(schema, ["posts_expiring"]).await?;
        for column in columns() {
            let name = column.get_column_name();
            schema.alter_table(Table::alter().table("posts").drop_column(name).to_owned()).await?;
        }
        create_lists(schema, EARLIER_LISTS).await
    }
}

fn columns() -> [ColumnDef; 2] {
    [big_integer_null("expires_ms").take(), big_integer_null("expired_ms").take()]
}

async fn create_lists<const COUNT: usize>(
    schema: &SchemaManager<'_>,
    lists: [(&'static str, &'static str); COUNT],
) -> Result<(), DbErr> {
    for (name, which) in lists {
        let index = Index::create().name(name).table("posts").col("author_id").col("number").to_owned();
        schema.create_index(index.clone().and_where(Expr::cust(which)).to_owned()).await?;
    }
    Ok(())
}

async fn drop_lists<const COUNT: usize>(
    schema: &SchemaManager<'_>,
    names: [&'static str; COUNT],
) -> Result<(), DbErr> {
    for name in names {
        schema.drop_index(Index::drop().name(name).table("posts").to_owned()).await?;
    }
    Ok(())
}
