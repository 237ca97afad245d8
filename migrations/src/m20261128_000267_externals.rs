//! From when to when somebody was from outside: whom a post for everyone reached stays on its roster when they are so later.

use sea_orm_migration::{prelude::*, schema::*};

/// Since when they are was not written down: as far as is known, always.
const THOSE_WHO_ARE: &str =
    "INSERT INTO externals (user_id, from_number) SELECT id, from_number FROM users WHERE external";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let externals = Table::create()
            .table("externals")
            .col(big_integer("user_id"))
            .col(big_integer("from_number"))
            .col(big_integer_null("to_number"))
            .primary_key(Index::create().col("user_id").col("from_number"))
            .to_owned();
        schema.create_table(externals).await?;
        schema.get_connection().execute_unprepared(THOSE_WHO_ARE).await.map(|_| ())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("externals").to_owned()).await
    }
}
