//! The posts, and the people each one was resolved to when it was published.

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
                    .table("posts")
                    .col(big_pk_auto("id"))
                    .col(big_integer("author_id"))
                    .col(text("kind"))
                    .col(text_null("severity"))
                    .col(text("title"))
                    .col(text("body"))
                    .col(text("html"))
                    .col(text("audience"))
                    // The form's one-time key: a double click finds the post that the first one made.
                    .col(text_null("key"))
                    .col(big_integer("published_ms"))
                    .foreign_key(ForeignKey::create().from("posts", "author_id").to("users", "id"))
                    .to_owned(),
            )
            .await?;
        let by_key =
            Index::create().name("posts_key").table("posts").col("author_id").col("key").unique().to_owned();
        schema.create_index(by_key).await?;

        schema
            .create_table(
                Table::create()
                    .table("recipients")
                    .col(big_integer("post_id"))
                    .col(big_integer("user_id"))
                    .primary_key(Index::create().col("post_id").col("user_id"))
                    .foreign_key(ForeignKey::create().from("recipients", "post_id").to("posts", "id"))
                    .foreign_key(ForeignKey::create().from("recipients", "user_id").to("users", "id"))
                    .to_owned(),
            )
            .await?;
        let by_user = Index::create()
            .name("recipients_user")
            .table("recipients")
            .col("user_id")
            .col("post_id")
            .to_owned();
        schema.create_index(by_user).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("recipients").to_owned()).await?;
        schema.drop_table(Table::drop().table("posts").to_owned()).await
    }
}
