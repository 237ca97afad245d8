//! What cards raise alarms for, the alarms themselves, pauses of cards and boards, and who looks for what is due.

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
        for (table, column) in columns() {
            schema.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        schema.create_table(alarms()).await?;
        schema.create_table(watch()).await?;
        let first = Query::insert()
            .into_table("alarm_watch")
            .columns(["id", "node", "ran_ms", "away_ms", "back_ms"])
            .values_panic([1.into(), "".into(), 0.into(), 0.into(), 0.into()])
            .to_owned();
        schema.get_connection().execute(&first).await?;
        for index in indexes() {
            schema.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_index(Index::drop().name("cards_silent").table("cards").to_owned()).await?;
        for table in ["alarm_watch", "alarms"] {
            schema.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for (table, column) in columns() {
            let name = column.get_column_name();
            schema.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}

fn columns() -> [(&'static str, ColumnDef); 7] {
    [
        ("cards", text_null("alarm").take()),
        ("cards", text_null("raised").take()),
        ("cards", big_integer_null("silent_ms").take()),
        ("cards", big_integer_null("paused_until_ms").take()),
        ("cards", text_null("paused_by").take()),
        ("boards", big_integer_null("paused_until_ms").take()),
        ("boards", text_null("paused_by").take()),
    ]
}

/// No foreign key: an alarm is told to be over after its card was removed.
fn alarms() -> TableCreateStatement {
    Table::create()
        .table("alarms")
        .col(big_pk_auto("id"))
        .col(big_integer("card_id"))
        .col(text("cause"))
        .col(text("state"))
        .col(text("severity"))
        .col(big_integer("since_ms"))
        .col(big_integer_null("raised_ms"))
        .col(big_integer_null("ended_ms"))
        .col(big_integer_null("due_ms"))
        .col(big_integer_null("post_id"))
        .col(boolean("grouped"))
        .col(big_integer("repeats"))
        .col(text_null("was"))
        .col(text_null("reading"))
        .col(text_null("note"))
        .col(text("changes"))
        .col(boolean("flapping"))
        .to_owned()
}

fn watch() -> TableCreateStatement {
    Table::create()
        .table("alarm_watch")
        .col(integer("id").primary_key())
        .col(text("node"))
        .col(big_integer("ran_ms"))
        .col(big_integer("away_ms"))
        .col(big_integer("back_ms"))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 5] {
    let index = |name: &str, column: &str| {
        Index::create()
            .name(name)
            .table("alarms")
            .col(column.to_owned())
            .and_where(Expr::col(column.to_owned()).is_not_null())
            .to_owned()
    };
    [
        Index::create().name("alarms_card").table("alarms").col("card_id").col("cause").unique().to_owned(),
        index("alarms_due", "due_ms"),
        index("alarms_post", "post_id"),
        index("alarms_raised", "raised_ms"),
        Index::create()
            .name("cards_silent")
            .table("cards")
            .col("silent_ms")
            .and_where(Expr::col("silent_ms").is_not_null())
            .to_owned(),
    ]
}
