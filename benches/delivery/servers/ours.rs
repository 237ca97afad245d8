//! Ours, and another build of ours.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use tempfile::TempDir;

use super::{Kind, Server, spawn};
use crate::{
    crowd,
    transport::{Transport, Trust},
};

const TIDINGS: &str = env!("CARGO_BIN_EXE_tidings");

/// The program of another build.
static OTHER: OnceLock<PathBuf> = OnceLock::new();

/// Names the program of `Kind::TidingsOther`, once.
pub fn set_other(program: PathBuf) -> io::Result<()> {
    OTHER.set(program).map_err(|_| io::Error::other("there is another build already"))
}

pub(super) fn start(kind: Kind, transport: Transport, folder: TempDir) -> io::Result<Server> {
    let file = folder.path().join("bench.db");
    let (crowd, log) = (crowd::get()?, fs::File::create(folder.path().join("log"))?);
    let other = if kind == Kind::TidingsOther { OTHER.get() } else { None };
    fs::copy(if other.is_some() { crowd.database_of_other() } else { crowd.database() }, &file)?;
    let program = other.map_or(Path::new(TIDINGS), PathBuf::as_path);
    let mut command = serve(program, &format!("sqlite://{}", file.display()), log);
    if kind == Kind::TidingsOneByOne {
        command.args(["--posts-per-commit", "1"]);
    }
    let mut trust = None;
    if transport != Transport::Plain {
        trust = Some(Trust::make(folder.path())?);
        command.arg("--tls-cert").arg(folder.path().join("certificate.pem"));
        command.arg("--tls-key").arg(folder.path().join("key.pem"));
    }
    let (child, address) = spawn(&mut command)?;
    Ok(Server { kind, address, transport, trust, child, folder })
}

/// Starts a node of ours on a database, and with a Redis server, that others share.
pub fn start_node(database: &str, redis: &str) -> io::Result<Server> {
    let folder = tempfile::Builder::new().prefix("tidings-bench-").tempdir()?;
    let log = fs::File::create(folder.path().join("log"))?;
    let (child, address) = spawn(serve(Path::new(TIDINGS), database, log).args(["--redis", redis]))?;
    Ok(Server::plain(Kind::Tidings, address, child, folder))
}

fn serve(program: &Path, database: &str, log: fs::File) -> Command {
    let mut command = Command::new(program);
    command.args(["serve", "--listen", "127.0.0.1:0", "--database", database]);
    command.args(["--max-streams", "20000", "--max-streams-per-user", "20000"]);
    command.args(["--max-connections-per-address", "30000"]).env("RUST_LOG", "warn").stderr(log);
    command
}

impl Server {
    /// Commits so far: SQLite counts them in the header of its index of the write-ahead log (`iChange`, a
    /// native 32-bit number at byte 8 of the `-shm` file; sqlite.org/walformat.html).
    pub fn commits(&self) -> io::Result<u32> {
        let index = fs::read(self.folder.path().join("bench.db-shm"))?;
        let count = index.get(8..12).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
        Ok(u32::from_ne_bytes(count))
    }
}
