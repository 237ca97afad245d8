use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex},
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::{PATIENCE, Person, TestDatabase, eventually, new_word};

const LOOPBACK: &str = "127.0.0.1";

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Member,
    Publisher,
    Admin,
}

impl Role {
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Publisher => "publisher",
            Self::Admin => "admin",
        }
    }
}

/// What a command of the binary said, and how it ended.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A client's connection, as the kernel knows it.
#[derive(Debug)]
pub struct Connection {
    /// The client's port.
    pub peer: u16,
    /// Something has come that the server has not read yet.
    pub has_unread: bool,
}

/// As `/proc/net/tcp` writes it.
const LISTENING: &str = "0A";

/// The real binary, with a folder, a database and a port of its own. Killed when dropped.
pub struct TestApp {
    // First, so that the server is gone before its folder goes.
    server: Server,
    /// Where people find it: its own address, unless it stands behind something else.
    pub url: String,
    /// Where it listens.
    listen: String,
    pub port: u16,
    database: Arc<TestDatabase>,
    pub folder: TempDir,
    options: Vec<String>,
    before: Option<String>,
    passwords: Arc<Mutex<HashMap<String, String>>>,
}

impl TestApp {
    /// Starts a server on an empty database.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a server with more options.
    pub async fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = TestDatabase::create(folder.path()).await;
        Self::launch(LOOPBACK, folder, database, options, None).await
    }

    /// Starts a server from a shell which first runs `before`, say a `ulimit`.
    pub async fn start_after(before: &str, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = TestDatabase::create(folder.path()).await;
        Self::launch(LOOPBACK, folder, database, options, Some(before)).await
    }

    /// Starts a server on this database, from a shell, at an address of its own.
    pub async fn start_at(
        address: &str,
        before: &str,
        database: Arc<TestDatabase>,
        options: &[&str],
    ) -> Self {
        Self::launch(address, tempfile::tempdir().unwrap(), database, options, Some(before)).await
    }

    /// Starts a server on this database.
    pub async fn start_on(database: impl Into<Arc<TestDatabase>>, options: &[&str]) -> Self {
        Self::launch(LOOPBACK, tempfile::tempdir().unwrap(), database, options, None).await
    }

    /// Another node on the same database.
    pub async fn starts_another(&self, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut another = Self::launch(LOOPBACK, folder, self.database.clone(), options, None).await;
        another.knows_the_accounts_of(self);
        another
    }

    /// The test signs in at this node with what it knows from another.
    pub fn knows_the_accounts_of(&mut self, node: &Self) {
        self.passwords = node.passwords.clone();
    }

    async fn launch(
        address: &str,
        folder: TempDir,
        database: impl Into<Arc<TestDatabase>>,
        options: &[&str],
        before: Option<&str>,
    ) -> Self {
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let (database, before) = (database.into(), before.map(str::to_owned));
        let (port, server) = loop {
            let port = quiet_port();
            let listen = format!("{address}:{port}");
            match Server::start(&listen, &database.url(), &options, before.as_deref()).await {
                Ok(server) => break (port, server),
                Err(said) if said.contains("in use") => {}
                Err(said) => panic!("the server did not start:\n{said}"),
            }
        };
        let scheme = if options.iter().any(|option| option == "--tls-cert") { "https" } else { "http" };
        let listen = format!("{address}:{port}");
        let url = format!("{scheme}://{listen}");
        Self { server, url, listen, port, database, folder, options, before, passwords: Arc::default() }
    }

    /// `kill -9`.
    pub async fn kill(&mut self) {
        self.server.child.kill().await.unwrap();
    }

    /// Starts the server again after a stop or kill: same port, same database.
    pub async fn restart(&mut self) {
        let options = self.options.clone();
        self.restart_with(&options.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }

    /// The same with other options.
    pub async fn restart_with(&mut self, options: &[&str]) {
        self.options = options.iter().map(|&option| option.to_owned()).collect();
        let started =
            Server::start(&self.listen, &self.database(), &self.options, self.before.as_deref()).await;
        self.server = started.unwrap_or_else(|said| panic!("the server did not start again:\n{said}"));
    }

    /// Tells the server to read its certificate again (SIGHUP).
    pub fn tells_to_reload(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::HUP).unwrap();
    }

    /// Tells the server to stop (SIGTERM) and does not wait.
    pub fn tells_to_stop(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::TERM).unwrap();
    }

    /// Waits for the end of the server; its exit code.
    pub async fn has_stopped(&mut self) -> Option<i32> {
        timeout(PATIENCE, self.server.child.wait()).await.expect("the server ends").unwrap().code()
    }

    /// SIGTERM, and the exit code.
    pub async fn stop(&mut self) -> Option<i32> {
        self.tells_to_stop();
        self.has_stopped().await
    }

    pub fn pid(&self) -> rustix::process::Pid {
        let id = self.server.child.id().expect("it runs");
        rustix::process::Pid::from_raw(id.cast_signed()).unwrap()
    }

    /// The connections to where the server listens, as long as it has not closed them; not its own to a database.
    pub fn connections(&self) -> Vec<Connection> {
        let descriptors = std::fs::read_dir(format!("/proc/{}/fd", self.pid().as_raw_pid())).unwrap();
        // One may be closed meanwhile.
        let links = descriptors.filter_map(|descriptor| std::fs::read_link(descriptor.ok()?.path()).ok());
        let held: HashSet<String> = links.map(|link| link.display().to_string()).collect();
        let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let connections = sockets.lines().skip(1).filter_map(|line| {
            let [_, local, peer, state, queues, _, _, _, _, inode, ..] =
                line.split_whitespace().collect::<Vec<_>>()[..]
            else {
                return None;
            };
            let port_of = |address: &str| u16::from_str_radix(address.split_once(':')?.1, 16).ok();
            let is_ours = port_of(local) == Some(self.port) && state != LISTENING;
            (is_ours && held.contains(&format!("socket:[{inode}]"))).then_some(())?;
            let has_unread = !queues.ends_with(":00000000");
            Some(Connection { peer: port_of(peer)?, has_unread })
        });
        connections.collect()
    }

    /// The address of the server's database.
    pub fn database(&self) -> String {
        self.database.url()
    }

    /// SQLite's file.
    pub fn database_file(&self) -> PathBuf {
        match &*self.database {
            TestDatabase::Sqlite(file) => file.clone(),
            TestDatabase::Postgres { .. } => {
                panic!("a test about SQLite's file stands in a module `on_sqlite`")
            }
        }
    }

    /// The lines on standard output so far.
    pub fn says(&self) -> String {
        self.server.out.lock().unwrap().clone()
    }

    /// The lines on standard error so far.
    pub fn logs(&self) -> String {
        self.server.err.lock().unwrap().clone()
    }

    /// The link printed for the first administrator, as a path.
    pub async fn setup_link(&self) -> String {
        let out = eventually("a link to make the first administrator", async || {
            let out = self.says();
            out.contains("/setup?token=").then_some(out)
        });
        let out = out.await;
        out.split(&self.url).last().unwrap().split_whitespace().next().unwrap().to_owned()
    }

    /// Runs another command of the binary on the same database.
    pub async fn runs(&self, arguments: &[&str], input: &str) -> Answer {
        self.runs_in(&[], arguments, input).await
    }

    /// The same with more in its environment.
    pub async fn runs_in(&self, environment: &[(&str, &str)], arguments: &[&str], input: &str) -> Answer {
        let database = self.database();
        let arguments: Vec<&str> =
            ["--database", &database].into_iter().chain(arguments.iter().copied()).collect();
        run(&arguments, environment, input).await
    }

    /// Makes an account with a password nobody knows but the test.
    pub async fn signs_up(&self, name: &str, role: Role) {
        let password = new_word();
        let answer = self.runs(&["user", "add", name, "--role", role.word()], &password).await;
        assert_eq!(answer.code, Some(0), "user add {name}: {answer:?}");
        self.remembers(name, &password);
    }

    /// Notes a password that was set by other means.
    pub fn remembers(&self, name: &str, password: &str) {
        self.passwords.lock().unwrap().insert(name.to_lowercase(), password.to_owned());
    }

    pub fn password_of(&self, name: &str) -> String {
        self.passwords.lock().unwrap().get(&name.to_lowercase()).expect("an account of this test").clone()
    }

    /// A browser without an account.
    pub fn visitor(&self) -> Person {
        Person::new(&self.url, "")
    }

    /// A new browser, signed in by the form.
    pub async fn signs_in(&self, name: &str) -> Person {
        let person = Person::new(&self.url, name);
        let page = person.tries_to_sign_in(name, &self.password_of(name)).await;
        assert_eq!((page.status, page.location()), (303, "/"), "{name} signs in: {page:?}\n{}", self.logs());
        person
    }

    /// An account and a browser signed in to it.
    pub async fn admin(&self, name: &str) -> Person {
        self.signs_up(name, Role::Admin).await;
        self.signs_in(name).await
    }

    /// An account and a browser signed in to it.
    pub async fn publisher(&self, name: &str) -> Person {
        self.signs_up(name, Role::Publisher).await;
        self.signs_in(name).await
    }

    /// An account and a browser signed in to it.
    pub async fn member(&self, name: &str) -> Person {
        self.signs_up(name, Role::Member).await;
        self.signs_in(name).await
    }

    /// The name of its sessions' cookies over plain http.
    pub async fn cookie(&self) -> String {
        let row = self.asks_database("SELECT name FROM instance").await;
        format!("sid-{}", row.try_get_by_index::<String>(0).unwrap())
    }

    /// Another connection to the database, as another program would have.
    pub async fn opens_database(&self) -> DatabaseConnection {
        self.database.opens().await
    }

    /// The first row of what the database answers.
    pub async fn asks_database(&self, question: &str) -> QueryResult {
        let database = self.opens_database().await;
        let question = Statement::from_string(database.get_database_backend(), question);
        let row = database.query_one_raw(question).await.unwrap().expect("a row");
        database.close().await.unwrap();
        row
    }

    /// Another program writes to what publishing writes to, and takes its time.
    pub async fn locks_database(&self) -> DatabaseTransaction {
        let mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        let lock = self.opens_database().await.begin_with_options(options).await.unwrap();
        lock.execute_unprepared("UPDATE counter SET last_id = last_id").await.unwrap();
        lock
    }

    /// Changes the database behind the server's back.
    pub async fn sql(&self, statement: &str) {
        let database = self.opens_database().await;
        database.execute_unprepared(statement).await.unwrap();
        database.close().await.unwrap();
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- what the server logged ---\n{}", self.logs());
        }
    }
}

/// A free port below those the kernel hands out, so that nobody takes it while the server is down.
pub fn quiet_port() -> u16 {
    loop {
        let port = rand::random_range(10_240..32_768);
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Runs the binary to its end.
pub async fn run(arguments: &[&str], environment: &[(&str, &str)], input: &str) -> Answer {
    let mut child = command(None)
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments ends without reading.
    let _ = child.stdin.take().unwrap().write_all(format!("{input}\n").as_bytes()).await;
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the command ends").unwrap();
    Answer {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The binary without anything the environment of the tests says to it.
fn command(before: Option<&str>) -> Command {
    let binary = env!("CARGO_BIN_EXE_tidings");
    let mut command = match before {
        None => Command::new(binary),
        Some(before) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("{before}; exec \"$@\""), "sh", binary]);
            shell
        }
    };
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TIDINGS_")) {
        command.env_remove(name);
    }
    command.kill_on_drop(true);
    command
}

/// A running server, and everything it has said.
pub struct Server {
    pub child: Child,
    pub out: Arc<Mutex<String>>,
    pub err: Arc<Mutex<String>>,
}

impl Server {
    async fn start(
        listen: &str,
        database: &str,
        options: &[String],
        before: Option<&str>,
    ) -> Result<Self, String> {
        let mut arguments = vec!["serve", "--listen", listen, "--database", database];
        arguments.extend(options.iter().map(String::as_str));
        Self::spawn(&arguments, &[], before).await
    }

    /// Runs the binary until it says where it listens; what it said if it ends before.
    pub async fn spawn(
        arguments: &[&str],
        environment: &[(&str, &str)],
        before: Option<&str>,
    ) -> Result<Self, String> {
        let mut child = command(before)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = keeps(child.stdout.take().unwrap());
        let err = keeps(child.stderr.take().unwrap());
        let ended = eventually("the server listens", async || {
            if out.lock().unwrap().contains("Tidings listens on ") {
                return Some(false);
            }
            // What it said last is still on its way when it has just ended: those who ask, ask loosely.
            (Arc::strong_count(&out) == 1 && Arc::strong_count(&err) == 1).then_some(true)
        });
        if ended.await {
            return Err(err.lock().unwrap().clone());
        }
        Ok(Self { child, out, err })
    }
}

/// Collects what a pipe says until it ends, so that the writer never waits.
fn keeps(pipe: impl AsyncRead + Send + Unpin + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&text);
    tokio::spawn(async move {
        let mut lines = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let mut kept = kept.lock().unwrap();
            kept.push_str(&line);
            kept.push('\n');
        }
    });
    text
}
