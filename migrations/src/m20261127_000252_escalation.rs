//! To whom a post goes, too, when too few of those whom it asks have said that they have seen it.

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
        let escalated = text_null("escalated").take();
        schema.alter_table(Table::alter().table("posts").add_column(escalated).to_owned()).await?;
        let mut post = ForeignKey::create()
            .from("escalation_steps", "post_id")
            .to("posts", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .to_owned();
        let steps = Table::create()
            .table("escalation_steps")
            .col(big_integer("post_id"))
            .col(integer("step"))
            .col(big_integer_null("group_id"))
            .col(text("name"))
            .col(integer("after_minutes"))
            .col(text("unless"))
            .col(big_integer_null("due_ms"))
            .col(big_integer_null("done_ms"))
            .col(text_null("outcome"))
            .col(big_integer_null("number"))
            .col(text("node").default(""))
            .col(big_integer_null("claimed_ms"))
            .primary_key(Index::create().col("post_id").col("step"))
            .foreign_key(&mut post)
            .to_owned();
        schema.create_table(steps).await?;
        let due = Index::create()
            .name("escalation_steps_due")
            .table("escalation_steps")
            .col("due_ms")
            .and_where(Expr::col("due_ms").is_not_null())
            .to_owned();
        schema.create_index(due).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("escalation_steps").to_owned()).await?;
        schema.alter_table(Table::alter().table("posts").drop_column("escalated").to_owned()).await
    }
}
