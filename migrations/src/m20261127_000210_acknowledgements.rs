//! What posts ask of their readers: that they say that they have seen it, by a time if there is one. From which number of
//! the log to which somebody could be reached by what is for everyone; and what readers did about a post, one row for each
//! act, which stays.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Who is disabled already is reached by nothing that is published from now on.
const ENDED: &str = "UPDATE users SET to_number = 0 WHERE disabled";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column at a time.
        for (table, column) in [
            ("posts", boolean("acknowledge").default(false).take()),
            ("posts", big_integer_null("due_ms").take()),
            ("users", big_integer("from_number").default(0).take()),
            ("users", big_integer_null("to_number").take()),
            ("receipts", big_integer_null("acknowledged_ms").take()),
            ("receipts", big_integer_null("acknowledged_rev").take()),
        ] {
            schema.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        schema.get_connection().execute_unprepared(ENDED).await?;
        schema.create_table(post_acts()).await?;
        for index in indexes() {
            schema.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("post_acts").to_owned()).await?;
        for name in ["receipts_acknowledged_rev", "receipts_acknowledged", "receipts_post_rev"] {
            schema.drop_index(Index::drop().name(name).table("receipts").to_owned()).await?;
        }
        for (table, column) in [
            ("receipts", "acknowledged_rev"),
            ("receipts", "acknowledged_ms"),
            ("users", "to_number"),
            ("users", "from_number"),
            ("posts", "due_ms"),
            ("posts", "acknowledge"),
        ] {
            schema.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

fn post_acts() -> TableCreateStatement {
    Table::create()
        .table("post_acts")
        .col(big_pk_auto("id"))
        .col(big_integer("post_id"))
        .col(big_integer("user_id"))
        .col(big_integer_null("by_id"))
        .col(text("act"))
        .col(text("detail"))
        .col(big_integer("version"))
        .col(text_null("key"))
        .col(big_integer("at_ms"))
        .foreign_key(&mut of("post_id", "posts"))
        .foreign_key(&mut of("user_id", "users"))
        .to_owned()
}

/// What is known of a post, or of somebody, goes with them.
fn of(column: &'static str, whose: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from("post_acts", column)
        .to(whose, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 5] {
    let index = |name: &str, table: &'static str, columns: &'static [&'static str]| {
        let mut index = Index::create().name(name).table(table).to_owned();
        columns.iter().fold(&mut index, |index, column| index.col(*column)).to_owned()
    };
    [
        index("post_acts_post", "post_acts", &["post_id", "id"]),
        // What comes twice is done once. Where there is no key, rows differ.
        index("post_acts_key", "post_acts", &["user_id", "key"]).unique().to_owned(),
        index("receipts_post_rev", "receipts", &["post_id", "rev"]),
        index("receipts_acknowledged", "receipts", &["post_id", "acknowledged_ms"])
            .and_where(Expr::col("acknowledged_ms").is_not_null())
            .to_owned(),
        index("receipts_acknowledged_rev", "receipts", &["post_id", "acknowledged_rev"])
            .and_where(Expr::col("acknowledged_rev").is_not_null())
            .to_owned(),
    ]
}
