//! Posts that the server publishes are nobody's: alerts that tell of calls for help were their first caller's.

use sea_orm_migration::{prelude::*, schema::*};

const CALLS: &str = "SELECT call_id FROM receipts WHERE call_id IS NOT NULL";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column at a time.
        let of_server = boolean("of_server").default(false).take();
        for column in [of_server, big_integer_null("uncoordinated_post")] {
            let table = Table::alter().table("posts").add_column(column).to_owned();
            schema.alter_table(table).await?;
        }
        let db = schema.get_connection();
        db.execute_unprepared(&format!("UPDATE posts SET of_server = TRUE WHERE id IN ({CALLS})")).await?;
        let theirs = format!(
            "DELETE FROM audiences WHERE scope = 'author' \
             AND number IN (SELECT number FROM posts WHERE id IN ({CALLS}))"
        );
        db.execute_unprepared(&theirs).await.map(|_| ())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for column in ["uncoordinated_post", "of_server"] {
            schema.alter_table(Table::alter().table("posts").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
