//! What happens to a post after it was published: it is edited, it is over, it is not.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Events of kinds that this version does not know: what a change is called says more than that it is one.
const IS_UNKNOWN: &str =
    "COALESCE(change, kind) NOT IN ('post', 'rights', 'membership', 'edited', 'resolved', 'reopened')";

/// The same before posts changed.
const WAS_UNKNOWN: &str = "kind NOT IN ('post', 'rights', 'membership')";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            schema.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        schema.get_connection().execute_unprepared("UPDATE posts SET told = number").await?;
        index_unknown(schema, IS_UNKNOWN).await?;
        for index in changed() {
            schema.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in ["audiences_changed", "audiences_later_changed"] {
            schema.drop_index(Index::drop().name(name).table("audiences").to_owned()).await?;
        }
        index_unknown(schema, WAS_UNKNOWN).await?;
        for (table, column) in columns() {
            let name = column.get_column_name();
            schema.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}

fn columns() -> [(&'static str, ColumnDef); 10] {
    [
        ("events", text_null("change").take()),
        ("posts", big_integer("version").default(1).take()),
        // A version before this one, on another node, writes neither of the next two.
        ("posts", big_integer("told").default(0).take()),
        ("posts", big_integer("changed").default(0).take()),
        ("posts", big_integer_null("edited_ms").take()),
        ("posts", big_integer_null("resolved_ms").take()),
        ("posts", big_integer_null("resolved_by").take()),
        ("posts", text_null("resolved_note").take()),
        ("posts", big_integer_null("token_id").take()),
        ("audiences", big_integer("changed").default(0).take()),
    ]
}

/// The posts of somebody's that have changed, in the order of their changes: what was theirs from the beginning, and the
/// few that became theirs later.
fn changed() -> [IndexCreateStatement; 2] {
    let index = |name: &str| {
        let columns = ["scope", "subject", "changed"];
        let mut index = Index::create().name(name).table("audiences").to_owned();
        columns.into_iter().fold(&mut index, |index, column| index.col(column)).to_owned()
    };
    let (number, from) = (|| Expr::col("number"), || Expr::col("from_number"));
    let has_changed = Expr::col("changed").gt(number());
    [
        index("audiences_changed").and_where(has_changed).and_where(from().eq(number())).to_owned(),
        index("audiences_later_changed").and_where(from().gt(number())).to_owned(),
    ]
}

async fn index_unknown(schema: &SchemaManager<'_>, which: &'static str) -> Result<(), DbErr> {
    schema.drop_index(Index::drop().name("events_unknown").table("events").to_owned()).await?;
    let index = Index::create().name("events_unknown").table("events").col("id").to_owned();
    schema.create_index(index.clone().and_where(Expr::cust(which)).to_owned()).await
}
