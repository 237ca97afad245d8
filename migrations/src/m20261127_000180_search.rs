//! The words of posts, by which they are found. Both databases take the same words, each under the part of the log that its
//! post stands in; what was published before is added by the server after its start.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The tokenizer leaves words as they are: it splits at spaces alone, since words have no other signs of ASCII than these.
const SQLITE: [&str; 1] = ["CREATE VIRTUAL TABLE post_words USING fts5(words, content = '', \
     contentless_delete = 1, tokenize = \"ascii tokenchars ':+#'\")"];

/// Without a list of what is to be put in its place later, through which every search would have to look.
const POSTGRES: [&str; 2] = [
    "CREATE TABLE post_words (number bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX post_words_words ON post_words USING gin (words) WITH (fastupdate = off)",
];

const EARLIER: &str = "INSERT INTO word_filling (author_id, below) SELECT 0, last_id + 1 FROM counter \
     WHERE EXISTS (SELECT 1 FROM posts)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        let db = schema.get_connection();
        let tables = if schema.get_database_backend() == DbBackend::Sqlite { &SQLITE[..] } else { &POSTGRES };
        for table in tables {
            db.execute_unprepared(table).await?;
        }
        let filling = Table::create()
            .table("word_filling")
            // 0 for the posts of all.
            .col(big_integer("author_id").primary_key())
            .col(big_integer("below"))
            .to_owned();
        schema.create_table(filling).await?;
        db.execute_unprepared(EARLIER).await?;
        let published = Index::create().name("posts_published").table("posts").to_owned();
        schema.create_index(published.clone().col("published_ms").col("number").to_owned()).await
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.drop_index(Index::drop().name("posts_published").table("posts").to_owned()).await?;
        for table in ["word_filling", "post_words"] {
            schema.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
