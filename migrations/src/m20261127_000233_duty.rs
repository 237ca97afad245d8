//! Who of a group is on duty: by a weekly plan, and by swaps, each for once.

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
        let shifts = Table::create()
            .table("duty_shifts")
            .col(big_pk_auto("id"))
            .col(big_integer("group_id"))
            .col(big_integer_null("user_id"))
            .col(integer("weekday"))
            .col(integer("from_minute"))
            .col(integer("to_minute"))
            .col(text("zone"))
            .to_owned();
        let swaps = Table::create()
            .table("duty_swaps")
            .col(big_pk_auto("id"))
            .col(big_integer("group_id"))
            .col(big_integer("user_id"))
            .col(big_integer_null("instead_of"))
            .col(big_integer("from_ms"))
            .col(big_integer("to_ms"))
            .to_owned();
        for (name, table) in [("duty_shifts", shifts), ("duty_swaps", swaps)] {
            schema.create_table(table).await?;
            let of_group =
                Index::create().name(format!("{name}_of_group")).table(name).col("group_id").to_owned();
            schema.create_index(of_group).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for name in ["duty_swaps", "duty_shifts"] {
            schema.drop_table(Table::drop().table(name).to_owned()).await?;
        }
        Ok(())
    }
}
