//! How often those whom a post asks are reminded by themselves, and when that is due next.

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
        let post = ForeignKey::create()
            .from("reminder_schedules", "post_id")
            .to("posts", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .to_owned();
        let schedules = Table::create()
            .table("reminder_schedules")
            .col(big_integer("post_id").primary_key())
            .col(integer("every_minutes"))
            .col(integer("times"))
            .col(integer("sent").default(0))
            .col(big_integer_null("next_ms"))
            .col(text("node").default(""))
            .col(big_integer_null("claimed_ms"))
            .col(big_integer_null("stopped_ms"))
            .foreign_key(&mut post.clone())
            .to_owned();
        schema.create_table(schedules).await?;
        let due = Index::create()
            .name("reminder_schedules_due")
            .table("reminder_schedules")
            .col("next_ms")
            .and_where(Expr::col("next_ms").is_not_null())
            .to_owned();
        schema.create_index(due).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("reminder_schedules").to_owned()).await
    }
}
