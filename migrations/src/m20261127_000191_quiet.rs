//! What somebody does not want to be told of, and when: muted kinds and groups, and quiet hours. And how they are told of the
//! rest: whether with titles, and of what with a sound.

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
        for table in [quiet(), quiet_hours(), muted_groups()] {
            schema.create_table(table).await?;
        }
        let group =
            Index::create().name("muted_groups_group").table("muted_groups").col("group_id").to_owned();
        schema.create_index(group).await?;
        let titles = boolean("tells_titles").default(false).take();
        // SQLite takes one column at a time.
        for column in [titles, text("sounds").default("").take()] {
            schema.alter_table(Table::alter().table("users").add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for column in ["sounds", "tells_titles"] {
            schema.alter_table(Table::alter().table("users").drop_column(column).to_owned()).await?;
        }
        for table in ["muted_groups", "quiet_hours", "quiet"] {
            schema.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn quiet() -> TableCreateStatement {
    Table::create()
        .table("quiet")
        .col(big_integer("user_id").primary_key())
        .col(boolean("mutes_news"))
        .col(text_null("mutes_below"))
        .col(big_integer_null("until_ms"))
        .col(text_null("skipped"))
        .foreign_key(&mut of("quiet", "user_id", "users"))
        .to_owned()
}

fn quiet_hours() -> TableCreateStatement {
    Table::create()
        .table("quiet_hours")
        .col(big_integer("user_id"))
        .col(integer("weekday"))
        .col(integer("from_minute"))
        .col(integer("to_minute"))
        .primary_key(Index::create().col("user_id").col("weekday"))
        .foreign_key(&mut of("quiet_hours", "user_id", "users"))
        .to_owned()
}

fn muted_groups() -> TableCreateStatement {
    Table::create()
        .table("muted_groups")
        .col(big_integer("user_id"))
        .col(big_integer("group_id"))
        .primary_key(Index::create().col("user_id").col("group_id"))
        .foreign_key(&mut of("muted_groups", "user_id", "users"))
        .foreign_key(&mut of("muted_groups", "group_id", "groups"))
        .to_owned()
}

/// What is known of somebody, or of a group, goes with them.
fn of(table: &'static str, column: &'static str, whose: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(whose, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}
