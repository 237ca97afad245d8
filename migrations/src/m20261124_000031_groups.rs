//! The groups, who is in them, and which of them a post was for.

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
                    .table("groups")
                    .col(big_pk_auto("id"))
                    .col(text("name"))
                    .col(text_uniq("name_key"))
                    .col(big_integer("created_ms"))
                    .to_owned(),
            )
            .await?;
        schema
            .create_table(
                Table::create()
                    .table("group_members")
                    .col(big_integer("group_id"))
                    .col(big_integer("user_id"))
                    .primary_key(Index::create().col("group_id").col("user_id"))
                    .foreign_key(ForeignKey::create().from("group_members", "group_id").to("groups", "id"))
                    .foreign_key(ForeignKey::create().from("group_members", "user_id").to("users", "id"))
                    .to_owned(),
            )
            .await?;
        let by_user =
            Index::create().name("group_members_user").table("group_members").col("user_id").to_owned();
        schema.create_index(by_user).await?;
        schema
            .create_table(
                Table::create()
                    .table("post_groups")
                    .col(big_integer("post_id"))
                    // No foreign key, and the name as it was: the group may be renamed, or be gone.
                    .col(big_integer("group_id"))
                    .col(text("name"))
                    .primary_key(Index::create().col("post_id").col("group_id"))
                    .foreign_key(ForeignKey::create().from("post_groups", "post_id").to("posts", "id"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for table in ["post_groups", "group_members", "groups"] {
            schema.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
