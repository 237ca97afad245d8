//! Who coordinates a post beside its author: a group, or somebody to whom it was handed over. The admins are told of an alert
//! that nobody coordinates any more, and since when that is so is kept, so that they are told once.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMNS: [&str; 3] = ["coordinator_group", "coordinator", "uncoordinated_ms"];

/// Each list, by what it is of, and what is in it.
const LISTS: [(&str, &str, &str); 3] = [
    ("posts_coordinated_by_group", "coordinator_group", "coordinator_group IS NOT NULL"),
    ("posts_coordinated_by_person", "coordinator", "coordinator IS NOT NULL"),
    (
        "posts_coordinated_open",
        "number",
        "kind = 'alert' AND resolved_ms IS NULL AND withdrawn_ms IS NULL \
         AND (coordinator_group IS NOT NULL OR coordinator IS NOT NULL)",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let column = big_integer_null(column).take();
            schema.alter_table(Table::alter().table("posts").add_column(column).to_owned()).await?;
        }
        for (name, of, which) in LISTS {
            let mut index = Index::create().name(name).table("posts").col(of).to_owned();
            if of != "number" {
                index.col("number");
            }
            schema.create_index(index.and_where(Expr::cust(which)).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (name, ..) in LISTS {
            schema.drop_index(Index::drop().name(name).table("posts").to_owned()).await?;
        }
        for column in COLUMNS {
            schema.alter_table(Table::alter().table("posts").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
