use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tokio::sync::OnceCell;

use super::new_word;

/// The database of one test: a SQLite file, or one of the scratch cluster's, which is dropped with this.
pub enum TestDatabase {
    Sqlite(PathBuf),
    Postgres {
        cluster: String,
        name: String,
        /// The address that the server is given, where the test uses another.
        reached: Option<String>,
    },
}

impl TestDatabase {
    /// Makes a database of the kind that this run is about: PostgreSQL if `TIDINGS_TEST_ON` says so. It has its tables
    /// already, which are made once for all tests, and nothing in them.
    pub async fn create(folder: &Path) -> Self {
        match std::env::var("TIDINGS_TEST_ON").as_deref() {
            Err(_) | Ok("sqlite") => {
                let file = folder.join("tidings.db");
                let empty = EMPTY_FILE.get_or_init(empty_file).await;
                let mut options = fs::OpenOptions::new();
                options
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(&file)
                    .unwrap()
                    .write_all(empty)
                    .unwrap();
                Self::Sqlite(file)
            }
            Ok("postgres") => {
                let cluster = shared_cluster();
                let template = EMPTY_NAME.get_or_init(|| empty_name(&cluster)).await;
                Self::made_with(&cluster, &format!("TEMPLATE {template}")).await
            }
            Ok(other) => panic!("TIDINGS_TEST_ON is `sqlite` or `postgres`, not {other}"),
        }
    }

    /// Makes a database on this PostgreSQL cluster.
    pub async fn on(cluster: &str) -> Self {
        Self::made_with(cluster, "").await
    }

    /// On this PostgreSQL cluster, with more options of `CREATE DATABASE`.
    pub async fn made_with(cluster: &str, options: &str) -> Self {
        let name = format!("test_{}", new_word());
        run(cluster, &format!("CREATE DATABASE {name} {options}")).await;
        Self::Postgres { cluster: cluster.to_owned(), name, reached: None }
    }

    /// Has the server use this address of the cluster: a pooler's, or one with another role.
    pub fn reached_at(mut self, server: &str) -> Self {
        if let Self::Postgres { name, reached, .. } = &mut self {
            *reached = Some(address(server, name));
        }
        self
    }

    /// The address, as `--database` takes it.
    pub fn url(&self) -> String {
        match self {
            Self::Postgres { reached: Some(url), .. } => url.clone(),
            _ => self.own_url(),
        }
    }

    fn own_url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite://{}", file.display()),
            Self::Postgres { cluster, name, .. } => address(cluster, name),
        }
    }

    /// Opens another connection, as another program would.
    pub async fn opens(&self) -> DatabaseConnection {
        let mode = if matches!(self, Self::Sqlite(_)) { "?mode=rw" } else { "" };
        Database::connect(self.own_url() + mode).await.unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Self::Postgres { cluster, name, .. } = self else { return };
        let (cluster, name) = (cluster.clone(), std::mem::take(name));
        // This runs on a thread of its own, since the test's runtime may be at its end.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&cluster, &format!("DROP DATABASE {name} WITH (FORCE)")));
        });
        // If this fails, the database goes with its cluster.
        let _ = dropping.join();
    }
}

/// What SQLite's file is when it has its tables, and nothing in them.
static EMPTY_FILE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// What the database is called from which others are copied; it goes with its cluster.
static EMPTY_NAME: OnceCell<String> = OnceCell::const_new();

async fn empty_file() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.db");
    migrates(&format!("sqlite://{}?mode=rwc", file.display())).await;
    fs::read(file).unwrap()
}

async fn empty_name(cluster: &str) -> String {
    let name = format!("empty_{}", new_word());
    run(cluster, &format!("CREATE DATABASE {name}")).await;
    migrates(&address(cluster, &name)).await;
    name
}

async fn migrates(url: &str) {
    let database = Database::connect(url).await.unwrap();
    Migrator::up(&database, None).await.unwrap();
    database.close().await.unwrap();
}

/// The cluster that `bin/test` starts. A test that needs it fails where it is missing.
pub fn shared_cluster() -> String {
    std::env::var("TIDINGS_TEST_POSTGRES")
        .expect("TIDINGS_TEST_POSTGRES: the address that `bin/scratch-postgres start DIRECTORY` prints")
}

fn address(cluster: &str, name: &str) -> String {
    match cluster.split_once('?') {
        Some((server, how)) => format!("{server}/{name}?{how}"),
        None => format!("{cluster}/{name}"),
    }
}

async fn run(cluster: &str, statement: &str) {
    let server = Database::connect(address(cluster, "postgres")).await.unwrap();
    server.execute_unprepared(statement).await.unwrap();
    server.close().await.unwrap();
}
