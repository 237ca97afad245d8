//! What the organisation has chosen for all of its people.

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
        let organisation = Table::create()
            .table("organisation")
            .col(integer("id").primary_key())
            .col(text("critical_by").default("publishers"))
            .col(boolean("needs_coordinators").default(false))
            .to_owned();
        schema.create_table(organisation).await?;
        let row =
            Query::insert().into_table("organisation").columns(["id"]).values_panic([1.into()]).to_owned();
        schema.exec_stmt(row).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("organisation").to_owned()).await
    }
}
