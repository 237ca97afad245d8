//! Whether an admin named who coordinates a post: nobody else's choice shows them who is in a closed group. Of earlier posts it is
//! not known who did, so that no admin counts as having.

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
        let column = boolean("coordinators_by_admin").default(false).take();
        schema.alter_table(Table::alter().table("posts").add_column(column).to_owned()).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::alter().table("posts").drop_column("coordinators_by_admin").to_owned();
        schema.alter_table(table).await
    }
}
