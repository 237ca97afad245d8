//! A PostgreSQL server. Every session tells it to give up on what takes too long, so that a node that is cut
//! off, or stops in the middle of something, holds no lock that others wait for. The server may stand behind a
//! pooler that gives whole sessions.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
    sqlx::{self, AssertSqlSafe, ConnectOptions, Connection, Executor, Row, postgres::PgConnectOptions},
};
use tracing::subscriber::NoSubscriber;

use crate::{
    config::ServerUrl,
    db::{ACQUIRE_TIMEOUT, ANSWER_TIMEOUT, Db, Writer},
};

/// Publishing takes one, whoever was seen a few, and each change of an account one. Of the server's 100
/// connections (its default), a node takes 13 at most.
const MAX_WRITERS: u32 = 4;

/// Pages and streams that catch up share these with the tail task.
const MAX_READERS: u32 = 8;

/// A connection that lay idle for less is taken to be there still.
const MAX_UNCHECKED_IDLE: Duration = Duration::from_secs(1);

/// All writers may be asked one after the other while somebody waits for a connection.
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// What every session asks of the server, after the documentation's chapter 20. By statement, since poolers
/// refuse settings that stand in a session's first message (PgBouncer: "unsupported startup parameter").
const SETTINGS: [(&str, &str); 8] = [
    ("lock_timeout", "5s"),
    ("statement_timeout", "10s"),
    // A transaction is a handful of statements in a row: one that pauses has lost its node.
    ("idle_in_transaction_session_timeout", "5s"),
    // The counter counts on reading what was committed last.
    ("default_transaction_isolation", "read committed"),
    // A node whose network is cut is noticed in 20 s instead of two hours.
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "2"),
    ("tcp_user_timeout", "20s"),
];

/// In place of the address, which the libraries would repeat in what they say.
const NO_ADDRESS: &str = "postgres://nobody:nothing@localhost";

pub(super) async fn open(url: &ServerUrl) -> Result<Db, DbErr> {
    for parameter in url.without_effect() {
        tracing::warn!(parameter, "This parameter of the database's address has no effect");
    }
    // Changing the schema, and waiting for another node that does, may take its time.
    let patient = [("lock_timeout", "0"), ("statement_timeout", "0")];
    let migrating = connect(url, 1, &patient).await?;
    let migrated = match check_encoding(&migrating).await {
        Ok(()) => super::migrate(&migrating).await,
        refused => refused,
    };
    // It is of no use any more, however its closing goes.
    let _ = migrating.close().await;
    migrated?;
    let write = connect(url, MAX_WRITERS, &[]).await?;
    let read = connect(url, MAX_READERS, &[("default_transaction_read_only", "on")]).await?;
    Ok(Db::new(Writer::of_postgres(write), read))
}

async fn connect(
    url: &ServerUrl,
    connections: u32,
    more: &[(&'static str, &'static str)],
) -> Result<DatabaseConnection, DbErr> {
    let mut options = super::options(NO_ADDRESS, connections);
    let settings = [&SETTINGS[..], more].concat();
    let settings: String = settings.iter().map(|(name, value)| format!("SET {name} = '{value}';")).collect();
    let address = read(url)?;
    options
        // The digits of floating-point numbers, of which there are none, would be asked for at once.
        .map_sqlx_postgres_opts(move |_| address.clone().application_name("tidings").extra_float_digits(None))
        .map_sqlx_postgres_pool_opts(move |o| {
            let settings = settings.clone();
            o.after_connect(move |connection, _| Box::pin(set(connection, settings.clone())))
                .after_release(|connection, _| Box::pin(is_between_transactions(connection)))
                .before_acquire(|connection, since| Box::pin(is_alive(connection, since.idle_for)))
        });
    Database::connect(options).await
}

/// What sqlx makes of the address. It warns of what it does not know with all that was given; so nobody listens.
fn read(url: &ServerUrl) -> Result<PgConnectOptions, DbErr> {
    let read = || url.with_secrets().parse::<PgConnectOptions>();
    let options = tracing::subscriber::with_default(NoSubscriber::default(), read);
    let options = options.map_err(|_| DbErr::Custom(format!("the address {url} cannot be used")))?;
    Ok(options
        .log_statements(log::LevelFilter::Debug)
        .log_slow_statements(log::LevelFilter::Off, ANSWER_TIMEOUT))
}

/// Which transactions are visible: as long as it is the same, so is all that was committed
/// (<https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT>). It is that of all databases of the
/// server. Where the log ends would not do: a commit is there before it is visible.
pub(super) async fn snapshot(connection: &DatabaseConnection) -> Result<String, DbErr> {
    let asked = Statement::from_string(DbBackend::Postgres, "SELECT txid_current_snapshot()::text");
    let row = connection.query_one_raw(asked).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the snapshot".into()))?.try_get_by_index(0)
}

/// All in one message, without which no connection is used.
async fn set(connection: &mut sqlx::PgConnection, settings: String) -> Result<(), sqlx::Error> {
    let setting = connection.execute(AssertSqlSafe(settings));
    tokio::time::timeout(ACQUIRE_TIMEOUT, setting).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
    Ok(())
}

/// Any other encoding lacks letters that people write, and refuses posts that have them.
async fn check_encoding(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let question = Statement::from_string(DbBackend::Postgres, "SHOW server_encoding");
    let answer = connection.query_one_raw(question).await?;
    let encoding: String = answer.map_or(Ok(String::new()), |row| row.try_get_by_index(0))?;
    if encoding == "UTF8" {
        return Ok(());
    }
    Err(DbErr::Custom(format!(
        "its encoding is {encoding}, and Tidings needs UTF8; make one with \
         CREATE DATABASE tidings ENCODING 'UTF8' TEMPLATE template0"
    )))
}

/// Whether a connection that lay idle still serves. One that has just been used need not be asked; of one that does not
/// answer, nothing is expected any more, so that whoever waits gets to the next one in time.
async fn is_alive(connection: &mut sqlx::PgConnection, idle_for: Duration) -> Result<bool, sqlx::Error> {
    if idle_for < MAX_UNCHECKED_IDLE {
        return Ok(true);
    }
    Ok(matches!(tokio::time::timeout(PING_TIMEOUT, connection.ping()).await, Ok(Ok(()))))
}

/// Whether a connection may be used again: it answers, and no transaction is open on it. One whose beginning was broken
/// off is open without sqlx knowing of it, and what came next would never be committed.
async fn is_between_transactions(connection: &mut sqlx::PgConnection) -> Result<bool, sqlx::Error> {
    // In one message: outside a transaction, the statement's time is the transaction's.
    let asked = sqlx::raw_sql("SELECT now() = statement_timestamp()").fetch_one(connection);
    let answered =
        tokio::time::timeout(ACQUIRE_TIMEOUT, asked).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
    answered?.try_get(0)
}
