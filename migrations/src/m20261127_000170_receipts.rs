//! What each person has read. At the upgrade, everything is read.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const EVERYTHING_IS_READ: &str = "INSERT INTO readers (user_id, read_through, marked_rev, rev) \
     SELECT users.id, counter.last_id, 0, 0 FROM users, counter";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for table in [readers(), receipts(), markings()] {
            schema.create_table(table).await?;
        }
        for index in indexes() {
            schema.create_index(index).await?;
        }
        let reads = text("reads").default("view").take();
        schema.alter_table(Table::alter().table("users").add_column(reads).to_owned()).await?;
        schema.get_connection().execute_unprepared(EVERYTHING_IS_READ).await?;
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.alter_table(Table::alter().table("users").drop_column("reads").to_owned()).await?;
        for table in ["markings", "receipts", "readers"] {
            schema.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn readers() -> TableCreateStatement {
    Table::create()
        .table("readers")
        .col(big_integer("user_id").primary_key())
        .col(big_integer("read_through"))
        .col(big_integer("marked_rev"))
        .col(big_integer("rev"))
        .foreign_key(&mut of("readers", "user_id", "users"))
        .to_owned()
}

fn receipts() -> TableCreateStatement {
    Table::create()
        .table("receipts")
        .col(big_integer("user_id"))
        .col(big_integer("post_id"))
        .col(big_integer("number"))
        .col(big_integer("read_at"))
        .col(boolean("is_unread"))
        .col(big_integer("rev"))
        .col(big_integer("at_ms"))
        .primary_key(Index::create().col("user_id").col("post_id"))
        .foreign_key(&mut of("receipts", "user_id", "users"))
        .foreign_key(&mut of("receipts", "post_id", "posts"))
        .to_owned()
}

fn markings() -> TableCreateStatement {
    Table::create()
        .table("markings")
        .col(big_pk_auto("id"))
        .col(big_integer("user_id"))
        .col(big_integer("rev"))
        .col(text("posts"))
        .col(big_integer("at_ms"))
        .foreign_key(&mut of("markings", "user_id", "users"))
        .to_owned()
}

/// What is known of somebody, or of a post, goes with them.
fn of(table: &'static str, column: &'static str, whose: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(whose, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}

fn indexes() -> [IndexCreateStatement; 5] {
    let index = |name: &str, table: &'static str, columns: &'static [&'static str]| {
        let mut index = Index::create().name(name).table(table).to_owned();
        columns.iter().fold(&mut index, |index, column| index.col(*column)).to_owned()
    };
    let is_unread = Expr::col("is_unread").eq(true);
    [
        index("readers_rev", "readers", &["rev"]),
        index("receipts_rev", "receipts", &["user_id", "rev"]),
        index("receipts_post", "receipts", &["post_id"]),
        // What somebody put back to be read later: few of all.
        index("receipts_unread", "receipts", &["user_id", "number"]).and_where(is_unread).to_owned(),
        index("markings_at", "markings", &["at_ms"]),
    ]
}
