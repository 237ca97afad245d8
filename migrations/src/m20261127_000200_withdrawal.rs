//! A post that was taken back: since when, by whom and why. And events of more changes that this version knows.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Events of kinds that this version does not know.
const IS_UNKNOWN: &str = "COALESCE(change, kind) NOT IN ('post', 'rights', 'membership', 'edited', 'resolved', 'reopened', \
                          'widened', 'narrowed', 'withdrawn', 'expired', 'pinned', 'unpinned')";

/// The same for the version before.
const WAS_UNKNOWN: &str =
    "COALESCE(change, kind) NOT IN ('post', 'rights', 'membership', 'edited', 'resolved', 'reopened')";

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
        index_unknown(schema, IS_UNKNOWN).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        index_unknown(schema, WAS_UNKNOWN).await?;
        for column in columns() {
            let name = column.get_column_name();
            schema.alter_table(Table::alter().table("posts").drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}

fn columns() -> [ColumnDef; 3] {
    [
        big_integer_null("withdrawn_ms").take(),
        big_integer_null("withdrawn_by").take(),
        text_null("withdrawn_reason").take(),
    ]
}

async fn index_unknown(schema: &SchemaManager<'_>, which: &'static str) -> Result<(), DbErr> {
    schema.drop_index(Index::drop().name("events_unknown").table("events").to_owned()).await?;
    let index = Index::create().name("events_unknown").table("events").col("id").to_owned();
    schema.create_index(index.clone().and_where(Expr::cust(which)).to_owned()).await
}
