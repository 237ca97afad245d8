use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use super::new_word;

/// The database of one test: a SQLite file, or one of the scratch cluster's, dropped with it.
pub enum TestDatabase {
    Sqlite(PathBuf),
    Postgres {
        cluster: String,
        name: String,
        /// How the server reaches it, if not as the test does.
        reached: Option<String>,
    },
}

impl TestDatabase {
    /// On what this run of the tests is about: PostgreSQL if `TIDINGS_TEST_ON` says so.
    pub async fn create(folder: &Path) -> Self {
        match std::env::var("TIDINGS_TEST_ON").as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite(folder.join("tidings.db")),
            Ok("postgres") => Self::on(&shared_cluster()).await,
            Ok(other) => panic!("TIDINGS_TEST_ON is `sqlite` or `postgres`, not {other}"),
        }
    }

    /// On this PostgreSQL cluster.
    pub async fn on(cluster: &str) -> Self {
        Self::made_with(cluster, "").await
    }

    /// On this PostgreSQL cluster, with more options of `CREATE DATABASE`.
    pub async fn made_with(cluster: &str, options: &str) -> Self {
        let name = format!("test_{}", new_word());
        run(cluster, &format!("CREATE DATABASE {name} {options}")).await;
        Self::Postgres { cluster: cluster.to_owned(), name, reached: None }
    }

    /// The same, which the server reaches at this address of the cluster: through a pooler, or as another role.
    pub fn reached_at(mut self, server: &str) -> Self {
        if let Self::Postgres { name, reached, .. } = &mut self {
            *reached = Some(address(server, name));
        }
        self
    }

    /// As `--database` takes it.
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

    /// Another connection to it, as another program would have.
    pub async fn opens(&self) -> DatabaseConnection {
        let mode = if matches!(self, Self::Sqlite(_)) { "?mode=rw" } else { "" };
        Database::connect(self.own_url() + mode).await.unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Self::Postgres { cluster, name, .. } = self else { return };
        let (cluster, name) = (cluster.clone(), std::mem::take(name));
        // A thread, since a test's own runtime may be at its end.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&cluster, &format!("DROP DATABASE {name} WITH (FORCE)")));
        });
        // It goes with its cluster at the latest.
        let _ = dropping.join();
    }
}

/// The cluster that `bin/test` starts. A test that needs it fails without.
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
