//! A server of a test's own: how it starts, stops, and says what it says.

mod accounts;
mod connections;
mod memory;
mod sql;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use tempfile::TempDir;
use tokio::time::timeout;

use super::{Answer, Server, TIMEOUT, TestDatabase, eventually, quiet_port, run};

pub use accounts::Role;

const LOOPBACK: &str = "127.0.0.1";

/// The real binary, with a folder, a database and a port of its own. It is killed when this is dropped.
pub struct TestApp {
    // This field stands first, so that the server is gone before its folder goes.
    server: Server,
    /// The address that people use: the server's own, unless it stands behind something else.
    pub url: String,
    /// The address that the server listens on.
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

    /// Starts another node on the same database.
    pub async fn starts_another(&self, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut another = Self::launch(LOOPBACK, folder, self.database.clone(), options, None).await;
        another.knows_the_accounts_of(self);
        another
    }

    /// Lets the test sign in at this node with the passwords that it set at another.
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

    /// Kills the server, as `kill -9` does.
    pub async fn kill(&mut self) {
        self.server.child.kill().await.unwrap();
    }

    /// Starts the server again after a stop or a kill, on the same port and database.
    pub async fn restart(&mut self) {
        let options = self.options.clone();
        self.restart_with(&options.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }

    /// Starts the server again with other options.
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

    /// Waits for the end of the server, and returns its exit code.
    pub async fn has_stopped(&mut self) -> Option<i32> {
        timeout(TIMEOUT, self.server.child.wait()).await.expect("the server ends").unwrap().code()
    }

    /// Stops the server by SIGTERM, and returns its exit code.
    pub async fn stop(&mut self) -> Option<i32> {
        self.tells_to_stop();
        self.has_stopped().await
    }

    pub fn pid(&self) -> rustix::process::Pid {
        let id = self.server.child.id().expect("it runs");
        rustix::process::Pid::from_raw(id.cast_signed()).unwrap()
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

    /// What was logged from there on, with everything that was asked of the database up to now, where that is logged: of what
    /// is asked afterwards it is told behind it.
    pub async fn logged_since(&self, before: usize) -> String {
        let told = || self.logs()[before..].matches(r#"FROM \"links\""#).count();
        let told_before = told();
        assert_eq!(reqwest::get(format!("{}/link?token=nothing", self.url)).await.unwrap().status(), 410);
        eventually("the log tells of it", async || (told() > told_before).then_some(())).await;
        self.logs()[before..].to_owned()
    }

    /// Runs another command of the binary on the same database.
    pub async fn runs(&self, arguments: &[&str], input: &str) -> Answer {
        self.runs_in(&[], arguments, input).await
    }

    /// Runs another command with more in its environment.
    pub async fn runs_in(&self, environment: &[(&str, &str)], arguments: &[&str], input: &str) -> Answer {
        let database = self.database();
        let arguments: Vec<&str> =
            ["--database", &database].into_iter().chain(arguments.iter().copied()).collect();
        run(&arguments, environment, input).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- what the server logged ---\n{}", self.logs());
        }
    }
}
