//! What a token may be held to: a time, networks, groups.

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
        for column in [
            big_integer_null("expires_ms"),
            text("networks").default("").take(),
            // Beside the rows of token_groups: when its last group is removed, the token may post to none.
            boolean("only_groups").default(false).take(),
        ] {
            schema.alter_table(Table::alter().table("tokens").add_column(column).to_owned()).await?;
        }
        schema
            .create_table(
                Table::create()
                    .table("token_groups")
                    .col(big_integer("token_id"))
                    .col(big_integer("group_id"))
                    .primary_key(Index::create().col("token_id").col("group_id"))
                    .foreign_key(ForeignKey::create().from("token_groups", "token_id").to("tokens", "id"))
                    .foreign_key(ForeignKey::create().from("token_groups", "group_id").to("groups", "id"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("token_groups").to_owned()).await?;
        for column in ["expires_ms", "networks", "only_groups"] {
            schema.alter_table(Table::alter().table("tokens").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
