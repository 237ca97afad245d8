//! The files of the builds that ran lately, so that any node serves what a page of another build asks for.

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
        let builds = Table::create()
            .table("builds")
            .col(text("hash").primary_key())
            .col(big_integer("seen_ms"))
            .to_owned();
        schema.create_table(builds).await?;
        let files = Table::create()
            .table("build_files")
            .col(text("build"))
            .col(text("name"))
            .col(blob("content"))
            .primary_key(Index::create().col("build").col("name"))
            .foreign_key(
                ForeignKey::create()
                    .name("build_files_build")
                    .from("build_files", "build")
                    .to("builds", "hash")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        schema.create_table(files).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("build_files").to_owned()).await?;
        schema.drop_table(Table::drop().table("builds").to_owned()).await
    }
}
