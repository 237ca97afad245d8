//! The links of screens that show one board, and the groups whose critical posts take them over.

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
        schema.create_table(walls()).await?;
        schema.create_table(wall_groups()).await?;
        for (name, table, column) in
            [("walls_board", "walls", "board_id"), ("wall_groups_group", "wall_groups", "group_id")]
        {
            schema.create_index(Index::create().name(name).table(table).col(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("wall_groups").to_owned()).await?;
        schema.drop_table(Table::drop().table("walls").to_owned()).await
    }
}

fn walls() -> TableCreateStatement {
    Table::create()
        .table("walls")
        .col(big_pk_auto("id"))
        .col(big_integer("board_id"))
        .col(text("name"))
        .col(text_uniq("secret_hash"))
        .col(text_null("cookie_hash"))
        .col(text("look"))
        .col(boolean("is_confirmed"))
        .col(boolean("posts_for_everyone"))
        .col(text("made_by"))
        .col(big_integer("made_ms"))
        .col(big_integer_null("seen_ms"))
        // A node of an earlier build removes a board without knowing of these.
        .foreign_key(
            ForeignKey::create()
                .from("walls", "board_id")
                .to("boards", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn wall_groups() -> TableCreateStatement {
    Table::create()
        .table("wall_groups")
        .col(big_integer("wall_id"))
        .col(big_integer("group_id"))
        .primary_key(Index::create().col("wall_id").col("group_id"))
        .foreign_key(
            ForeignKey::create()
                .from("wall_groups", "wall_id")
                .to("walls", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(ForeignKey::create().from("wall_groups", "group_id").to("groups", "id"))
        .to_owned()
}
