//! Boards and the cards on them, as they are now; what left them, for a day; and the counter of whatever has only a latest
//! value. Tokens may be for cards.

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
        schema
            .create_table(
                Table::create()
                    .table("state_counter")
                    .col(integer("id").primary_key())
                    .col(big_integer("last_rev"))
                    .to_owned(),
            )
            .await?;
        let first = Query::insert()
            .into_table("state_counter")
            .columns(["id", "last_rev"])
            .values_panic([1.into(), 0.into()])
            .to_owned();
        schema.get_connection().execute(&first).await?;
        schema.create_table(boards()).await?;
        schema.create_table(cards()).await?;
        schema.create_table(departures()).await?;
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            schema.create_index(index).await?;
        }
        let scope = Table::alter().table("tokens").add_column(boolean("cards").default(false)).to_owned();
        schema.alter_table(scope).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.alter_table(Table::alter().table("tokens").drop_column("cards").to_owned()).await?;
        for table in ["card_departures", "cards", "boards", "state_counter"] {
            schema.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

const INDEXES: [(&str, &str, &[&str]); 5] = [
    ("boards_rev", "boards", &["rev"]),
    ("cards_rev", "cards", &["rev"]),
    ("cards_board", "cards", &["board_id", "key"]),
    ("cards_owner", "cards", &["owner_id", "key"]),
    ("card_departures_left", "card_departures", &["left_ms"]),
];

fn boards() -> TableCreateStatement {
    Table::create()
        .table("boards")
        .col(big_pk_auto("id"))
        .col(text_uniq("slug"))
        .col(text("name"))
        .col(text("audience"))
        .col(text("layout"))
        .col(big_integer("place"))
        .col(boolean("above_feed"))
        .col(big_integer("made_ms"))
        .col(big_integer("rev"))
        .to_owned()
}

fn cards() -> TableCreateStatement {
    Table::create()
        .table("cards")
        .col(big_pk_auto("id"))
        .col(text_uniq("key"))
        .col(big_integer("board_id"))
        .col(big_integer("owner_id"))
        .col(text("title"))
        .col(text_null("audience"))
        .col(text_null("url"))
        .col(text_null("note"))
        .col(big_integer_null("ttl_s"))
        .col(big_integer_null("version"))
        .col(text("reading"))
        .col(big_integer("reported_ms"))
        .col(big_integer("made_ms"))
        .col(big_integer("rev"))
        .foreign_key(ForeignKey::create().from("cards", "board_id").to("boards", "id"))
        .foreign_key(ForeignKey::create().from("cards", "owner_id").to("users", "id"))
        .to_owned()
}

/// No foreign keys: what they name is gone.
fn departures() -> TableCreateStatement {
    Table::create()
        .table("card_departures")
        .col(big_integer("rev"))
        .col(big_integer("board_id"))
        // Empty: the board itself left.
        .col(text("key"))
        .col(big_integer("left_ms"))
        .primary_key(Index::create().col("rev").col("board_id").col("key"))
        .to_owned()
}
