//! The content in databases: made once by a program, kept under `target`, and copied for every server that is started.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use crate::{fill, plan, plan::Size, servers};

/// Which database.
#[derive(Clone, Debug)]
pub enum Backend {
    Sqlite,
    /// A cluster at this address, which keeps the content.
    Postgres(String),
}

impl Backend {
    /// Those that are asked for: PostgreSQL in a cluster of its own.
    pub fn all(with_sqlite: bool, with_postgres: bool) -> io::Result<Vec<Self>> {
        let mut all = Vec::new();
        if with_sqlite {
            all.push(Self::Sqlite);
        }
        if with_postgres {
            let folder = target().join("content/postgres");
            fs::create_dir_all(&folder)?;
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bin/scratch-postgres");
            let started = Command::new(script)
                .arg("start")
                .arg(&folder)
                .env("FSYNC", "on")
                .stderr(Stdio::inherit())
                .output()?;
            let url = String::from_utf8_lossy(&started.stdout).trim().to_owned();
            if url.is_empty() {
                return Err(io::Error::other("PostgreSQL does not start"));
            }
            all.push(Self::Postgres(url));
        }
        Ok(all)
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Stops the cluster, if it is one.
    pub fn stop(&self) -> io::Result<()> {
        if let Self::Postgres(_) = self {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bin/scratch-postgres");
            Command::new(script).arg("stop").arg(target().join("content/postgres")).status()?;
        }
        Ok(())
    }

    fn url(&self, name: &str) -> String {
        match self {
            Self::Sqlite => format!("sqlite://{}", file(name).display()),
            Self::Postgres(cluster) => format!("{cluster}/{name}"),
        }
    }

    async fn create(&self, name: &str, template: Option<&str>) -> io::Result<()> {
        match self {
            Self::Sqlite => {
                remove(name)?;
                fs::create_dir_all(target().join("content"))?;
                if let Some(template) = template {
                    fs::copy(file(template), file(name))?;
                }
                Ok(())
            }
            Self::Postgres(_) => {
                let server = open(&self.url("postgres")).await?;
                let template = template.map(|name| format!(" TEMPLATE {name}")).unwrap_or_default();
                for statement in [
                    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                    format!("CREATE DATABASE {name}{template}"),
                ] {
                    server.execute_unprepared(&statement).await.map_err(io::Error::other)?;
                }
                Ok(())
            }
        }
    }

    async fn exists(&self, name: &str) -> io::Result<bool> {
        match self {
            Self::Sqlite => Ok(file(name).exists()),
            Self::Postgres(_) => {
                let server = open(&self.url("postgres")).await?;
                let question = Statement::from_sql_and_values(
                    DbBackend::Postgres,
                    "SELECT 1 FROM pg_database WHERE datname = $1",
                    [name.into()],
                );
                Ok(server.query_one_raw(question).await.map_err(io::Error::other)?.is_some())
            }
        }
    }
}

/// A copy of some content, gone when dropped.
#[derive(Debug)]
pub struct Copy {
    backend: Backend,
    name: String,
}

impl Copy {
    /// Its address, as `--database` takes it.
    pub fn url(&self) -> String {
        self.backend.url(&self.name)
    }

    pub async fn open(&self) -> io::Result<DatabaseConnection> {
        open(&self.url()).await
    }

    pub async fn drop(self) -> io::Result<()> {
        match self.backend {
            Backend::Sqlite => remove(&self.name),
            Backend::Postgres(_) => {
                let server = open(&self.backend.url("postgres")).await?;
                let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
                server.execute_unprepared(&statement).await.map(|_| ()).map_err(io::Error::other)
            }
        }
    }
}

/// A copy of the content of this size as `maker` writes it, which is made unless it is kept from before, and brought to
/// the schema of `program`.
pub async fn copy(
    backend: &Backend,
    size: Size,
    maker: &Path,
    program: &Path,
    number: usize,
) -> io::Result<Copy> {
    let empty = format!("content_empty_{number}");
    backend.create(&empty, None).await?;
    servers::migrate(maker, &backend.url(&empty))?;
    let schema = schema(&open(&backend.url(&empty)).await?).await?;
    let mut hasher = DefaultHasher::new();
    (schema, plan::VERSION, size.posts, size.people).hash(&mut hasher);
    let kept = format!("content_{}_{:016x}", size.name.to_lowercase(), hasher.finish());
    if !backend.exists(&kept).await? {
        eprintln!("making {} on {}", size.name, backend.name());
        let db = open(&backend.url(&empty)).await?;
        fill::fill(&db, size).await.map_err(io::Error::other)?;
        db.close().await.map_err(io::Error::other)?;
        // What the first start after an upgrade writes.
        servers::migrate(maker, &backend.url(&empty))?;
        backend.create(&kept, Some(&empty)).await?;
    }
    let name = format!("content_copy_{number}");
    backend.create(&name, Some(&kept)).await?;
    let copy = Copy { backend: backend.clone(), name };
    servers::migrate(program, &copy.url())?;
    Ok(copy)
}

async fn schema(db: &DatabaseConnection) -> io::Result<String> {
    let question = match db.get_database_backend() {
        DbBackend::Postgres => "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        _ => "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1",
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), question)).await;
    let rows = rows.map_err(io::Error::other)?;
    Ok(rows.iter().filter_map(|row| row.try_get_by_index::<String>(0).ok()).collect())
}

async fn open(url: &str) -> io::Result<DatabaseConnection> {
    let url = if url.starts_with("sqlite:") { format!("{url}?mode=rwc") } else { url.to_owned() };
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.map_err(io::Error::other)
}

fn target() -> PathBuf {
    let program = Path::new(servers::TIDINGS);
    program.ancestors().nth(2).unwrap_or(program).to_owned()
}

fn file(name: &str) -> PathBuf {
    target().join("content").join(format!("{name}.db"))
}

fn remove(name: &str) -> io::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        match fs::remove_file(format!("{}{ending}", file(name).display())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
