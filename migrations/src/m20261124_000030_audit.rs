//! The audit log: who did what. The database itself refuses to change it, and to forget what is young.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

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
                    .table("audit")
                    .col(big_pk_auto("id"))
                    .col(big_integer("at_ms"))
                    .col(text("act"))
                    .col(text("outcome"))
                    // No foreign key: the entry says what was so then, whatever becomes of the person.
                    .col(big_integer_null("user_id"))
                    .col(text("who"))
                    .col(text("who_key"))
                    .col(text("via"))
                    .col(text_null("address"))
                    .col(text("about"))
                    .col(text("about_key"))
                    .col(text("detail"))
                    .col(big_integer("times"))
                    .to_owned(),
            )
            .await?;
        for column in ["at_ms", "who_key", "about_key"] {
            let index = Index::create().name(format!("audit_{column}")).table("audit").col(column).to_owned();
            schema.create_index(index).await?;
        }
        let guards = match schema.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        for guard in guards {
            schema.get_connection().execute_unprepared(guard).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("audit").to_owned()).await?;
        if schema.get_database_backend() == DbBackend::Postgres {
            schema.get_connection().execute_unprepared("DROP FUNCTION audit_stays").await?;
        }
        Ok(())
    }
}

/// What is younger than 29 days cannot be deleted: a day less than the shortest time that the log may be kept,
/// since clocks differ.
const SQLITE: &[&str] = &[
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit \
     WHEN OLD.at_ms > (CAST(strftime('%s', 'now') AS INTEGER) - 2505600) * 1000 \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    // INSERT OR REPLACE deletes without asking the trigger above.
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit \
     WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
];

const POSTGRES: &[&str] = &[
    "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays()",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW \
     WHEN (OLD.at_ms > (extract(epoch FROM now()) - 2505600) * 1000) EXECUTE FUNCTION audit_stays()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
];
