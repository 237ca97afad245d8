//! Finds entries of the audit log by name, action, outcome and time, each by an index that has them in their order; and
//! by parts of a name, by the words of the names that occur.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What was there, each of one column.
const EARLIER: [&str; 3] = ["at_ms", "who_key", "about_key"];

/// Entries are listed by time, and those of one time in the order of the writing.
const INDEXES: [(&str, &[&str]); 6] = [
    ("audit_time", &["at_ms", "id"]),
    ("audit_act", &["act", "outcome", "at_ms", "id"]),
    ("audit_who", &["who_key", "at_ms", "id"]),
    ("audit_who_act", &["who_key", "act", "outcome", "at_ms", "id"]),
    ("audit_about", &["about_key", "at_ms", "id"]),
    ("audit_about_act", &["about_key", "act", "outcome", "at_ms", "id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (name, columns) in INDEXES {
            schema.create_index(index(name, "audit", columns)).await?;
        }
        // What an earlier build asks for is found by the new ones.
        for column in EARLIER {
            let index = Index::drop().name(format!("audit_{column}")).table("audit").to_owned();
            schema.drop_index(index).await?;
        }
        let words = Table::create()
            .table("audit_words")
            .col(big_pk_auto("id"))
            // As bytes, which both databases compare alike.
            .col(blob("word"))
            .col(text("key"))
            .to_owned();
        schema.create_table(words).await?;
        // Not unique: of two transactions that write one name at the same time, neither waits for the other.
        schema.create_index(index("audit_words_word", "audit_words", &["word", "key"])).await?;
        schema.create_index(index("audit_words_key", "audit_words", &["key"])).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_table(Table::drop().table("audit_words").to_owned()).await?;
        for column in EARLIER {
            schema.create_index(index(&format!("audit_{column}"), "audit", &[column])).await?;
        }
        for (name, _) in INDEXES {
            schema.drop_index(Index::drop().name(name).table("audit").to_owned()).await?;
        }
        Ok(())
    }
}

fn index(name: &str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
