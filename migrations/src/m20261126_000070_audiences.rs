//! Whom a post is for, and who is in a group, as intervals of log numbers; and the number of each post.
//!
//! Who got what stays as it was: whom an earlier post came to stands by name, and memberships begin after the newest
//! event.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The number of a post is the event that published it. Of posts whose events were trimmed, nobody has that number any
/// more: they come before all others, in their order.
const NUMBERS: [&str; 2] = [
    "UPDATE posts SET number = events.id FROM events WHERE events.post_id = posts.id AND events.kind = 'post'",
    "UPDATE posts SET number = id - 1 - (SELECT max(id) FROM posts WHERE number = 0) WHERE number = 0",
];

const AUDIENCES: [&str; 3] = [
    "INSERT INTO audiences (number, scope, subject, urgency, from_number) \
     SELECT number, 'author', author_id, COALESCE(severity, 'news'), number FROM posts",
    "INSERT INTO audiences (number, scope, subject, urgency, from_number) \
     SELECT number, 'everyone', 0, COALESCE(severity, 'news'), number FROM posts WHERE audience = 'everyone'",
    "INSERT INTO audiences (number, scope, subject, urgency, from_number) \
     SELECT number, 'person', recipients.user_id, COALESCE(severity, 'news'), number \
     FROM recipients JOIN posts ON posts.id = recipients.post_id WHERE posts.audience <> 'everyone'",
];

const MEMBERSHIPS: [&str; 2] = [
    "INSERT INTO memberships (group_id, user_id, from_number) \
     SELECT group_id, user_id, last_id + 1 FROM group_members, counter",
    "UPDATE groups SET members = (SELECT count(*) FROM memberships WHERE memberships.group_id = groups.id)",
];

/// The way back, for whom it was said in the new way.
const RECIPIENTS: [&str; 3] = [
    "INSERT INTO group_members (group_id, user_id) \
     SELECT group_id, user_id FROM memberships WHERE to_number IS NULL",
    "INSERT INTO recipients (post_id, user_id) SELECT posts.id, audiences.subject FROM audiences \
     JOIN posts ON posts.number = audiences.number WHERE audiences.scope = 'person' AND audiences.to_number IS NULL",
    "INSERT INTO recipients (post_id, user_id) SELECT DISTINCT posts.id, memberships.user_id FROM audiences \
     JOIN posts ON posts.number = audiences.number \
     JOIN memberships ON memberships.group_id = audiences.subject \
     AND memberships.from_number <= audiences.from_number \
     AND (memberships.to_number IS NULL OR memberships.to_number > audiences.from_number) \
     WHERE audiences.scope = 'group' AND audiences.to_number IS NULL \
     AND NOT EXISTS (SELECT 1 FROM recipients WHERE post_id = posts.id AND user_id = memberships.user_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SQLite does not wrap a migration in a transaction unless told to.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("posts", big_integer("number").default(0).take()),
            ("groups", big_integer("members").default(0).take()),
            // The number of the event that removed it: the row stays, and is hidden.
            ("groups", big_integer_null("removed_number")),
        ] {
            schema.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        run(schema, &NUMBERS).await?;
        schema.create_index(index("posts", "posts_number", &["number"]).unique().to_owned()).await?;
        schema.create_table(audiences()).await?;
        schema.create_table(memberships()).await?;
        run(schema, &AUDIENCES).await?;
        run(schema, &MEMBERSHIPS).await?;
        for index in indexes() {
            schema.create_index(index).await?;
        }
        for table in ["recipients", "group_members"] {
            schema.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        if schema.get_database_backend() == DbBackend::Postgres {
            // A node of an earlier build, which numbers no posts, is refused instead of losing one.
            run(schema, &["ALTER TABLE posts ALTER COLUMN number DROP DEFAULT"]).await?;
        }
        Ok(())
    }

    async fn down(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for (table, other) in [("recipients", "post"), ("group_members", "group")] {
            let other = format!("{other}_id");
            let pairs = Table::create()
                .table(table)
                .col(big_integer(other.clone()))
                .col(big_integer("user_id"))
                .primary_key(Index::create().col(other.clone()).col("user_id"))
                .to_owned();
            schema.create_table(pairs).await?;
            let by_user = format!("{table}_user");
            schema.create_index(index(table, &by_user, &["user_id", &other])).await?;
        }
        run(schema, &RECIPIENTS).await?;
        run(schema, &["DELETE FROM groups WHERE removed_number IS NOT NULL"]).await?;
        for table in ["audiences", "memberships"] {
            schema.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for (table, index) in [("posts", "posts_number"), ("events", "events_unknown")] {
            schema.drop_index(Index::drop().name(index).table(table).to_owned()).await?;
        }
        for (table, column) in [("posts", "number"), ("groups", "members"), ("groups", "removed_number")] {
            schema.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

fn audiences() -> TableCreateStatement {
    Table::create()
        .table("audiences")
        // No foreign keys: numbers are compared, and a group's row is never gone.
        .col(big_integer("number"))
        .col(text("scope"))
        .col(big_integer("subject"))
        .col(text("urgency"))
        .col(big_integer("from_number"))
        .col(big_integer_null("to_number"))
        .primary_key(Index::create().col("number").col("scope").col("subject").col("from_number"))
        .to_owned()
}

fn memberships() -> TableCreateStatement {
    Table::create()
        .table("memberships")
        .col(big_integer("group_id"))
        .col(big_integer("user_id"))
        .col(big_integer("from_number"))
        .col(big_integer_null("to_number"))
        .primary_key(Index::create().col("group_id").col("user_id").col("from_number"))
        .foreign_key(ForeignKey::create().from("memberships", "group_id").to("groups", "id"))
        .foreign_key(ForeignKey::create().from("memberships", "user_id").to("users", "id"))
        .to_owned()
}

/// Made after the rows: that is faster than to keep them up to date meanwhile.
fn indexes() -> Vec<IndexCreateStatement> {
    let is_ended = || Expr::col("to_number").is_not_null();
    let is_open = || Expr::col("to_number").is_null();
    let is_later = || Expr::col("from_number").gt(Expr::col("number"));
    let audience = |name: &str, columns: &[&str]| index("audiences", name, columns);
    let membership = |name: &str, columns: &[&str]| index("memberships", name, columns);
    vec![
        audience("audiences_list", &["scope", "subject", "number", "from_number", "to_number"]),
        audience("audiences_urgency", &["scope", "subject", "urgency", "number", "from_number", "to_number"]),
        // What was added to an audience after the post was published, and what was taken from it: both are rare.
        audience("audiences_later", &["scope", "subject", "from_number"]).and_where(is_later()).to_owned(),
        audience("audiences_ended", &["scope", "subject", "to_number"]).and_where(is_ended()).to_owned(),
        membership("memberships_user", &["user_id", "group_id", "from_number", "to_number"]),
        membership("memberships_open", &["group_id", "user_id"]).unique().and_where(is_open()).to_owned(),
        membership("memberships_from", &["from_number"]),
        membership("memberships_to", &["to_number"]).and_where(is_ended()).to_owned(),
        // What a newer build beside this one wrote, and nothing else.
        index("events", "events_unknown", &["id"])
            .and_where(Expr::cust("kind NOT IN ('post', 'rights', 'membership')"))
            .to_owned(),
    ]
}

fn index(table: &str, name: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table.to_owned());
    for column in columns {
        index.col((*column).to_owned());
    }
    index.to_owned()
}

async fn run(schema: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        schema.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
