//! The people of the benchmark: one for each stream, each with a session and a token of their own, in a database
//! that is made once and of which every server of ours gets a copy.

use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, Statement,
};
use tempfile::TempDir;
use tidings::seed::{
    Database, Db, Instance, NewToken, Role, Scopes, SessionKey, User, add_token, add_user, sessions,
};
use tower_sessions::session::Id;

/// Far away.
const NEVER: i64 = 10_000_000_000_000;

static CROWD: OnceLock<Crowd> = OnceLock::new();

/// By what somebody is known: header lines of a request.
#[derive(Debug)]
pub struct Identity {
    /// Of a program.
    pub token: String,
    /// Of a browser.
    pub cookie: String,
}

/// Who may publish and who listens.
#[derive(Debug)]
pub struct Crowd {
    folder: TempDir,
    /// Of whoever posts.
    pub publisher: Identity,
    /// Of `ann`, whom posts for one person are for.
    pub ann: Identity,
    /// Of all others.
    pub others: Vec<Identity>,
}

/// Makes a crowd with so many others; before any server is started.
pub fn make(others: usize) -> io::Result<()> {
    let folder = tempfile::Builder::new().prefix("tidings-bench-").tempdir()?;
    let file = Database::Sqlite(database(&folder));
    make_in(folder, &file, others)
}

/// Makes a crowd in this database, which all servers share.
pub fn make_on(database: &Database, others: usize) -> io::Result<()> {
    make_in(tempfile::tempdir()?, database, others)
}

fn make_in(folder: TempDir, database: &Database, others: usize) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let crowd = runtime.block_on(fill(folder, database, others)).map_err(io::Error::other)?;
    CROWD.set(crowd).map_err(|_| io::Error::other("there is a crowd already"))
}

/// Makes a database with the same people for another build, of the schema that this one has.
pub fn make_for(program: &Path) -> io::Result<()> {
    let crowd = get()?;
    let file = crowd.database_of_other();
    let url = format!("sqlite://{}", file.display());
    if !Command::new(program).args(["--database", &url, "migrate"]).status()?.success() {
        return Err(io::Error::other("the other build makes no database"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(copy_people(&crowd.database(), &url)).map_err(io::Error::other)
}

/// The crowd that was made.
pub fn get() -> io::Result<&'static Crowd> {
    CROWD.get().ok_or_else(|| io::Error::other("no crowd was made"))
}

impl Crowd {
    /// The database with them in it.
    pub fn database(&self) -> PathBuf {
        database(&self.folder)
    }

    /// The database of the other build.
    pub fn database_of_other(&self) -> PathBuf {
        self.folder.path().join("other.db")
    }
}

/// What both schemas have of these tables.
async fn copy_people(from: &Path, into: &str) -> Result<(), DbErr> {
    let mut options = sea_orm::ConnectOptions::new(into);
    // Of one connection: what is attached is attached to it.
    options.max_connections(1).sqlx_logging(false);
    let db = sea_orm::Database::connect(options).await?;
    db.execute_unprepared(&format!("ATTACH DATABASE '{}' AS ours", from.display())).await?;
    for table in ["instance", "users", "tokens", "sessions"] {
        let theirs = columns(&db, "main", table).await?;
        let mut both = columns(&db, "ours", table).await?;
        both.retain(|column| theirs.contains(column));
        let both = both.join(", ");
        let copy = format!("INSERT OR REPLACE INTO main.{table} ({both}) SELECT {both} FROM ours.{table}");
        db.execute_unprepared(&copy).await?;
    }
    db.close().await
}

async fn columns(db: &DatabaseConnection, schema: &str, table: &str) -> Result<Vec<String>, DbErr> {
    let question = format!("SELECT name FROM pragma_table_info('{table}', '{schema}')");
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, question)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

fn database(folder: &TempDir) -> PathBuf {
    folder.path().join("crowd.db")
}

async fn fill(folder: TempDir, database: &Database, others: usize) -> Result<Crowd, DbErr> {
    let db = Db::open(database).await?;
    let instance = Instance::open(&db).await?;
    let tx = db.begin().await?;
    let publisher = person(
        &tx,
        &instance,
        "bench",
        Role::Admin,
        Scopes { publish: true, cards: true, ..Scopes::default() },
    )
    .await?;
    let listens = Scopes { stream: true, ..Scopes::default() };
    let ann = person(&tx, &instance, "ann", Role::Member, listens).await?;
    let mut crowd = Crowd { folder, publisher, ann, others: Vec::with_capacity(others) };
    for number in 0..others {
        crowd.others.push(person(&tx, &instance, &format!("reader {number}"), Role::Member, listens).await?);
    }
    tx.commit().await?;
    db.close().await;
    Ok(crowd)
}

async fn person(
    db: &impl ConnectionTrait,
    instance: &Instance,
    name: &str,
    role: Role,
    scopes: Scopes,
) -> Result<Identity, DbErr> {
    // Nobody signs in, so there is no password.
    let user = add_user(db, name, role, String::new()).await?;
    let user = user.ok_or_else(|| DbErr::Custom(format!("there is a {name} already")))?;
    let new = NewToken { name: name.into(), scopes, expires_ms: None, groups: None, networks: Vec::new() };
    let (_, secret) = add_token(db, &user, &new).await?;
    let cookie = session(db, &user).await?;
    Ok(Identity {
        token: format!("Authorization: Bearer {secret}\r\n"),
        cookie: format!("Cookie: sid-{}={cookie}\r\n", instance.name()),
    })
}

async fn session(db: &impl ConnectionTrait, user: &User) -> Result<Id, DbErr> {
    let id = Id::default();
    let row = sessions::ActiveModel {
        key: Set(SessionKey::of(&id).as_str().to_owned()),
        user_id: Set(user.id),
        agent: Set(String::new()),
        address: Set("127.0.0.1".into()),
        confirmed_ms: Set(user.created_ms),
        data: Set(serde_json::json!({ "user": user.id }).to_string()),
        created_ms: Set(user.created_ms),
        last_seen_ms: Set(user.created_ms),
        expires_ms: Set(NEVER),
        idle_ms: Set(None),
    };
    sessions::Entity::insert(row).exec_without_returning(db).await?;
    Ok(id)
}
