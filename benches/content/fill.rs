//! Fills a database that a program has just made: rows, many in one statement, as that program would have written them.
//! The tables of whom posts are for are those of its schema.

use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement, TransactionTrait,
};
use sha2::{Digest, Sha256};
use tidings::seed::SessionKey;
use tower_sessions::session::Id;

use crate::plan::{self, DAY_MS, FIRST_NUMBER, Reader, Size, Whom};

/// Rows in one statement.
const ROWS: usize = 500;

const SESSIONS: &str =
    "sessions (key, user_id, agent, address, confirmed_ms, data, created_ms, last_seen_ms, expires_ms)";

/// The rows of one table that wait to be written.
struct Rows<'a> {
    tx: &'a DatabaseTransaction,
    into: &'static str,
    waiting: Vec<String>,
}

impl<'a> Rows<'a> {
    fn new(tx: &'a DatabaseTransaction, into: &'static str) -> Self {
        Self { tx, into, waiting: Vec::new() }
    }

    async fn push(&mut self, row: String) -> Result<(), DbErr> {
        self.waiting.push(row);
        if self.waiting.len() < ROWS { Ok(()) } else { self.write().await }
    }

    async fn write(&mut self) -> Result<(), DbErr> {
        for rows in std::mem::take(&mut self.waiting).chunks(ROWS) {
            let statement = format!("INSERT INTO {} VALUES {}", self.into, rows.join(", "));
            self.tx.execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

/// By what a reader is known: the session's cookie without its name, and a token.
pub fn secrets(reader: Reader) -> (Id, String) {
    let digest = Sha256::digest(format!("content {}", reader.id()));
    (session_id(&digest), format!("tid_{}", hex(&digest)))
}

/// The session's cookie of the page of this number, without its name.
pub fn page_id(page: usize) -> Id {
    session_id(&Sha256::digest(format!("page {page}")))
}

fn session_id(digest: &[u8]) -> Id {
    Id(i128::from_le_bytes(digest[..16].try_into().expect("16 bytes")))
}

/// Writes a session for each of these pages: whose it is.
pub async fn pages(db: &DatabaseConnection, users: &[i64]) -> Result<(), DbErr> {
    let now_ms = now_ms();
    let tx = db.begin().await?;
    let mut sessions = Rows::new(&tx, SESSIONS);
    for (page, user) in users.iter().enumerate() {
        sessions.push(session_row(&page_id(page), *user, now_ms)).await?;
    }
    sessions.write().await?;
    tx.commit().await
}

fn session_row(id: &Id, user: i64, now_ms: i64) -> String {
    let key = SessionKey::of(id);
    format!(
        "('{}', {user}, '', '127.0.0.1', {now_ms}, '{{\"user\":{user}}}', {now_ms}, {now_ms}, 10000000000000)",
        key.as_str()
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes everything. The schema is the program's.
pub async fn fill(db: &DatabaseConnection, size: Size) -> Result<(), DbErr> {
    let now_ms = now_ms();
    let has_numbers = has_table(db, "audiences").await?;
    if db.get_database_backend() == DbBackend::Sqlite {
        // Indexes grow at random places: a gigabyte of them in memory, and nothing is lost that cannot be made anew.
        db.execute_unprepared("PRAGMA cache_size = -1000000; PRAGMA synchronous = OFF").await?;
    }
    let tx = db.begin().await?;
    people(&tx, size, now_ms).await?;
    groups(&tx, size, now_ms, has_numbers).await?;
    posts(&tx, size, now_ms, has_numbers).await?;
    audit(&tx, size, now_ms).await?;
    let last = FIRST_NUMBER + size.posts;
    tx.execute_unprepared(&format!("UPDATE counter SET last_id = {last}")).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        for table in ["users", "groups", "posts", "tokens", "audit"] {
            let next = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            );
            tx.execute_unprepared(&next).await?;
        }
    }
    tx.commit().await?;
    db.execute_unprepared("ANALYZE").await.map(|_| ())
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as i64
}

async fn has_table(db: &DatabaseConnection, name: &str) -> Result<bool, DbErr> {
    let question = match db.get_database_backend() {
        DbBackend::Postgres => "SELECT 1 FROM pg_tables WHERE tablename = $1",
        _ => "SELECT 1 FROM sqlite_master WHERE name = $1",
    };
    let question = Statement::from_sql_and_values(db.get_database_backend(), question, [name.into()]);
    Ok(db.query_one_raw(question).await?.is_some())
}

async fn people(tx: &DatabaseTransaction, size: Size, now_ms: i64) -> Result<(), DbErr> {
    let mut users = Rows::new(tx, "users (id, name, name_key, password_hash, role, disabled, created_ms)");
    for id in 1..=size.people {
        let name = size.person(id);
        let role = match id {
            1 => "admin",
            _ if id > 5 && id < 6 + (size.people / 50).max(5) => "publisher",
            _ => "member",
        };
        let created = if id == Reader::Newcomer.id() { now_ms } else { now_ms - plan::DAYS * DAY_MS };
        users
            .push(format!("({id}, '{name}', '{}', '', '{role}', false, {created})", name.to_lowercase()))
            .await?;
    }
    users.write().await?;
    let mut sessions = Rows::new(tx, SESSIONS);
    let mut tokens =
        Rows::new(tx, "tokens (user_id, name, hash, publish, stream, created_ms, networks, only_groups)");
    for reader in Reader::ALL {
        let ((id, secret), user) = (secrets(reader), reader.id());
        sessions.push(session_row(&id, user, now_ms)).await?;
        let hash = hex(&Sha256::digest(secret));
        tokens
            .push(format!("({user}, '{}', '{hash}', true, true, {now_ms}, '', false)", reader.name()))
            .await?;
    }
    for number in 0..size.people / 10 {
        let row = format!(
            "({}, 'Program {number}', 'none {number}', true, false, {now_ms}, '', false)",
            6 + number
        );
        tokens.push(row).await?;
    }
    sessions.write().await?;
    tokens.write().await
}

async fn groups(tx: &DatabaseTransaction, size: Size, now_ms: i64, has_numbers: bool) -> Result<(), DbErr> {
    let mut groups = Rows::new(tx, "groups (id, name, name_key, created_ms)");
    for group in 1..=size.groups() {
        groups.push(format!("({group}, 'Group {group}', 'group {group}', {now_ms})")).await?;
    }
    groups.write().await?;
    let into = if has_numbers {
        "memberships (group_id, user_id, from_number)"
    } else {
        "group_members (group_id, user_id)"
    };
    let mut members = Rows::new(tx, into);
    for group in 1..=size.groups() {
        for member in size.members(group) {
            members
                .push(if has_numbers {
                    format!("({group}, {member}, 1)")
                } else {
                    format!("({group}, {member})")
                })
                .await?;
        }
    }
    members.write().await?;
    if has_numbers {
        let count =
            "UPDATE groups SET members = (SELECT count(*) FROM memberships WHERE group_id = groups.id)";
        tx.execute_unprepared(count).await?;
    }
    Ok(())
}

async fn posts(tx: &DatabaseTransaction, size: Size, now_ms: i64, has_numbers: bool) -> Result<(), DbErr> {
    let number = if has_numbers { ", number" } else { "" };
    let into =
        format!("posts (id, author_id, kind, severity, title, body, html, audience, published_ms{number})");
    let mut posts = Rows::new(tx, into.leak());
    let mut events = Rows::new(tx, "events (id, nonce, kind, post_id, created_ms)");
    let mut of_groups = Rows::new(tx, "post_groups (post_id, group_id, name)");
    let into = if has_numbers {
        "audiences (number, scope, subject, urgency, from_number)"
    } else {
        "recipients (post_id, user_id)"
    };
    let mut whom = Rows::new(tx, into);
    let members: Vec<_> =
        if has_numbers { vec![] } else { (1..=size.groups()).map(|group| size.members(group)).collect() };
    for post in 1..=size.posts {
        let (author, severity, published) =
            (size.author(post), size.severity(post), size.published_ms(post, now_ms));
        let kind = if severity.is_some() { "alert" } else { "news" };
        let text = "What happened today, in a few words that somebody reads on the way. ".repeat(5);
        let audience = size.whom(post);
        let word = match &audience {
            Whom::Everyone => "everyone",
            Whom::Group(_) => "groups",
            Whom::People(_) => "people",
        };
        let told = severity.map_or("NULL".to_owned(), |severity| format!("'{severity}'"));
        let event = FIRST_NUMBER + post;
        let number = if has_numbers { format!(", {event}") } else { String::new() };
        posts
            .push(format!(
                "({post}, {author}, '{kind}', {told}, 'News of the day, number {post}', '{text}', '<p>{text}</p>', \
                 '{word}', {published}{number})"
            ))
            .await?;
        if posts.waiting.is_empty() {
            // What refers to them is written after them.
            for rows in [&mut events, &mut of_groups, &mut whom] {
                rows.write().await?;
            }
        }
        if published > now_ms - plan::EVENT_DAYS * DAY_MS {
            events.waiting.push(format!("({event}, {post}, 'post', {post}, {published})"));
        }
        if let Whom::Group(group) = audience {
            of_groups.waiting.push(format!("({post}, {group}, 'Group {group}')"));
        }
        let rows = if has_numbers {
            audience_rows(event, author, severity.unwrap_or("news"), &audience)
        } else {
            let people = match audience {
                Whom::Everyone => vec![],
                Whom::Group(group) => members[group as usize - 1].clone(),
                Whom::People(people) => people,
            };
            people.into_iter().map(|person| format!("({post}, {person})")).collect()
        };
        whom.waiting.extend(rows);
    }
    for rows in [&mut posts, &mut events, &mut of_groups, &mut whom] {
        rows.write().await?;
    }
    Ok(())
}

fn audience_rows(number: i64, author: i64, urgency: &str, audience: &Whom) -> Vec<String> {
    let row = |scope: &str, subject: i64| format!("({number}, '{scope}', {subject}, '{urgency}', {number})");
    let mut rows = vec![row("author", author)];
    match audience {
        Whom::Everyone => rows.push(row("everyone", 0)),
        Whom::Group(group) => rows.push(row("group", *group)),
        Whom::People(people) => rows.extend(people.iter().map(|person| row("person", *person))),
    }
    rows
}

async fn audit(tx: &DatabaseTransaction, size: Size, now_ms: i64) -> Result<(), DbErr> {
    let mut audit =
        Rows::new(tx, "audit (at_ms, act, outcome, who, who_key, via, about, about_key, detail, times)");
    let count = size.posts * plan::ENTRIES_PER_POST;
    for entry in 0..count {
        let (act, outcome, who, about) = size.entry(entry);
        let at = now_ms - (count - entry) * (plan::AUDIT_DAYS * DAY_MS / count) - 1000;
        let (who_key, about_key) = (who.to_lowercase(), about.to_lowercase());
        audit
            .push(format!(
                "({at}, '{act}', '{outcome}', '{who}', '{who_key}', 'page', '{about}', '{about_key}', '', 1)"
            ))
            .await?;
    }
    audit.write().await
}
