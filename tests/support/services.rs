use std::{os::unix::fs::PermissionsExt, path::Path, process::Stdio};

use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use super::{SmallDisk, eventually, new_word, quiet_port};

/// A PostgreSQL cluster of one test's own, which may be stopped under the servers.
pub struct Postgres {
    pub url: String,
    folder: TempDir,
}

impl Postgres {
    pub async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap()).await
    }

    /// Starts a cluster on this disk.
    pub async fn start_on(disk: &SmallDisk) -> Self {
        Self::start_in(tempfile::tempdir_in(disk.path()).unwrap()).await
    }

    async fn start_in(folder: TempDir) -> Self {
        // The account that the server runs as must get through.
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o711)).unwrap();
        let url = scratch_postgres(&["start", &at(folder.path())]).await;
        Self { url, folder }
    }

    /// Stops the cluster at once, as if its machine had gone.
    pub async fn stops(&self) {
        scratch_postgres(&["stop", &at(self.folder.path()), "immediate"]).await;
    }

    pub async fn starts_again(&self) {
        let url = scratch_postgres(&["start", &at(self.folder.path())]).await;
        assert_eq!(url, self.url);
    }

    /// Its address by Unix socket, which is reached from every network namespace.
    pub fn url_by_socket(&self) -> String {
        format!("{}?host={}", self.url, self.folder.path().join("postgres/socket").display())
    }

    /// Makes the next start one of a replica that takes over.
    pub fn is_a_replica(&self) {
        let data = self.folder.path().join("postgres/data");
        std::fs::write(data.join("recovery.signal"), "").unwrap();
        let settings = data.join("postgresql.conf");
        let with = std::fs::read_to_string(&settings).unwrap() + "restore_command = 'false'\n";
        std::fs::write(&settings, with).unwrap();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let script = std::process::Command::new(SCRIPT)
            .args(["stop", &at(self.folder.path()), "immediate"])
            .stderr(Stdio::null())
            .status();
        // It fails where the test has stopped the cluster already.
        let _ = script;
    }
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bin/scratch-postgres");

fn at(folder: &Path) -> String {
    folder.join("postgres").display().to_string()
}

async fn scratch_postgres(arguments: &[&str]) -> String {
    // The server keeps what it inherits, so only a file can be waited for.
    let said = tempfile::NamedTempFile::new().unwrap();
    let status = Command::new(SCRIPT)
        .args(arguments)
        .env("FSYNC", "on")
        .stdout(said.reopen().unwrap())
        .status()
        .await
        .unwrap();
    assert!(status.success(), "bin/scratch-postgres {arguments:?}");
    std::fs::read_to_string(said.path()).unwrap().trim().to_owned()
}

/// A Redis server of one test's own. Killed when dropped.
pub struct Redis {
    pub port: u16,
    password: String,
    /// What else it was started with.
    arguments: Vec<String>,
    host: String,
    server: Child,
}

impl Redis {
    pub async fn start() -> Self {
        Self::start_at(&["127.0.0.1"]).await
    }

    /// Starts a server that listens on these addresses.
    pub async fn start_at(addresses: &[&str]) -> Self {
        let port = quiet_port();
        let at = port.to_string();
        let listen = ["--port", &at, "--bind"].into_iter().chain(addresses.iter().copied());
        Self::start_with(port, addresses[0], listen.map(str::to_owned).collect()).await
    }

    /// Starts a server with this certificate, for `localhost`.
    pub async fn start_with_tls(key: &str, certificate: &str) -> Self {
        let port = quiet_port();
        let at = port.to_string();
        let listen = ["--port", "0", "--tls-port", &at, "--bind", "127.0.0.1"];
        let tls = ["--tls-auth-clients", "no", "--tls-key-file", key, "--tls-cert-file", certificate];
        let ca = ["--tls-ca-cert-file", certificate];
        let arguments = listen.iter().chain(&tls).chain(&ca).map(|&argument| argument.to_owned());
        Self::start_with(port, "localhost", arguments.collect()).await
    }

    async fn start_with(port: u16, host: &str, arguments: Vec<String>) -> Self {
        let password = new_word();
        let server = spawn(host, port, &password, &arguments).await;
        Self { port, password, arguments, host: host.to_owned(), server }
    }

    /// The address, as `--redis` takes it.
    pub fn url(&self) -> String {
        self.url_at(&self.host)
    }

    pub fn url_at(&self, address: &str) -> String {
        format!("redis://:{}@{address}:{}/3", self.password, self.port)
    }

    pub async fn is_killed(&mut self) {
        self.server.kill().await.unwrap();
    }

    pub async fn starts_again(&mut self) {
        self.server = spawn(&self.host, self.port, &self.password, &self.arguments).await;
    }

    /// SIGSTOP: its sockets stay open, and nothing answers.
    pub fn freezes(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    pub fn thaws(&self) {
        self.signal(rustix::process::Signal::CONT);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let id = self.server.id().expect("it runs").cast_signed();
        rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), signal).unwrap();
    }
}

async fn spawn(host: &str, port: u16, password: &str, arguments: &[String]) -> Child {
    let server = Command::new("redis-server")
        .args(arguments)
        .args(["--requirepass", password, "--save", "", "--appendonly", "no", "--protected-mode", "no"])
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("Debian's package redis-server");
    eventually("Redis listens", async || TcpStream::connect((host, port)).await.ok()).await;
    server
}

/// A PgBouncer of one test's own in front of a PostgreSQL cluster, with nothing set but what it needs. Killed when
/// dropped.
pub struct PgBouncer {
    /// As the cluster's address, through it.
    pub url: String,
    _folder: TempDir,
    _pooler: Child,
}

impl PgBouncer {
    /// Starts a pooler in front of the cluster at this address. It hands out whole sessions.
    pub async fn before(cluster: &str) -> Self {
        let (user, server) = cluster.strip_prefix("postgres://").unwrap().split_once('@').unwrap();
        let ((name, password), (host, server_port)) =
            (user.split_once(':').unwrap(), server.split_once(':').unwrap());
        let folder = tempfile::tempdir().unwrap();
        // The account that it runs as must get through.
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o711)).unwrap();
        let (people, port) = (folder.path().join("people"), quiet_port());
        std::fs::write(&people, format!("\"{name}\" \"{password}\"\n")).unwrap();
        let settings = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={host} port={server_port}\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = md5\nauth_file = {}\npool_mode = session\ndefault_pool_size = 30\n",
            people.display()
        );
        std::fs::write(&settings, text).unwrap();
        let pooler = as_nobody("pgbouncer")
            .arg(&settings)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("Debian's package pgbouncer");
        eventually("PgBouncer listens", async || TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        Self { url: format!("postgres://{user}@127.0.0.1:{port}"), _folder: folder, _pooler: pooler }
    }
}

/// A program that refuses to run as root, which lends it the account `nobody`.
fn as_nobody(program: &str) -> Command {
    let mut command = if rustix::process::getuid().is_root() {
        let mut lending = Command::new("setpriv");
        lending.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", program]);
        lending
    } else {
        Command::new(program)
    };
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin"));
    command
}
