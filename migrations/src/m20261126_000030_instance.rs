//! Which Tidings this is, by a name that its cookies carry, and which nodes know to carry it.

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
        let instance = Table::create()
            .table("instance")
            .col(integer("id").primary_key())
            // Empty until the first opening writes a random one.
            .col(text("name"))
            .to_owned();
        schema.create_table(instance).await?;
        let row = Query::insert()
            .into_table("instance")
            .columns(["id", "name"])
            .values_panic([1.into(), "".into()])
            .to_owned();
        schema.exec_stmt(row).await?;
        // Builds from before it leave it empty.
        let cookie = Table::alter().table("nodes").add_column(text_null("cookie")).to_owned();
        schema.alter_table(cookie).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let cookie = Table::alter().table("nodes").drop_column("cookie").to_owned();
        schema.alter_table(cookie).await?;
        schema.drop_table(Table::drop().table("instance").to_owned()).await
    }
}
