//! The servers that are compared, each in processes of its own on a free port of 127.0.0.1.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    crowd,
    transport::{Transport, Trust},
    usage,
};

const TIDINGS: &str = env!("CARGO_BIN_EXE_tidings");

/// The program of another build of ours.
static OTHER: OnceLock<PathBuf> = OnceLock::new();

const NCHAN_MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";

/// How to get nginx with nchan where there is none.
pub const NCHAN_HINT: &str = "nginx with nchan is not installed, so it is left out: apt install nginx libnginx-mod-nchan (Debian, Ubuntu)";

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `raw`, one write per event.
    Raw,
    /// `raw`, pending events in one write.
    RawInOne,
    /// nginx with its nchan module, 2 workers.
    Nchan,
    /// Ours, over the API alone.
    Tidings,
    /// Ours, with the streams of pages: a session's cookie, and HTML in the events.
    TidingsPages,
    /// Another build of ours.
    TidingsOther,
    /// Ours, with a transaction for each post.
    TidingsOneByOne,
}

/// Names the program of `Kind::TidingsOther`, once.
pub fn set_other(program: PathBuf) -> io::Result<()> {
    OTHER.set(program).map_err(|_| io::Error::other("there is another build already"))
}

/// For whom a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Everyone.
    Everyone,
    /// Only the second reader, `ann`.
    Ann,
}

/// Who opens a stream. Posts are by a third, who would get to see them all as their author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Who has all streams but ann's.
    Crowd = 0,
    /// Whom posts for one person are for.
    Ann = 1,
}

/// A running server; gone when dropped.
pub struct Server {
    /// Which it is.
    pub kind: Kind,
    /// Where it listens, and what for.
    pub address: SocketAddr,
    pub transport: Transport,
    trust: Option<Trust>,
    /// Its first process, and the folder of its files.
    child: Child,
    folder: TempDir,
}

impl Kind {
    /// All that can be started here.
    pub fn all() -> Vec<Self> {
        let has_nchan = Path::new(NCHAN_MODULE).exists();
        [Self::Raw, Self::RawInOne, Self::Nchan, Self::Tidings, Self::TidingsPages]
            .into_iter()
            .filter(|kind| has_nchan || *kind != Self::Nchan)
            .collect()
    }

    /// As the table says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw epoll loop, one write per event (the limit)",
            Self::RawInOne => "the same, pending events in one write",
            Self::Nchan => "nginx with nchan, 2 workers",
            Self::Tidings => "Tidings, streams of the API",
            Self::TidingsPages => "Tidings, streams of pages",
            Self::TidingsOther => "Tidings, another build",
            Self::TidingsOneByOne => "Tidings, a transaction for each post",
        }
    }

    /// What the first bytes of a stream that was opened hold.
    pub fn greeting(self) -> &'static [u8] {
        if self.is_tidings() { b"event: hello" } else { b"HTTP/1.1 200 OK" }
    }

    pub fn is_tidings(self) -> bool {
        !matches!(self, Self::Raw | Self::RawInOne | Self::Nchan)
    }

    /// Whether its streams are those of programs.
    fn is_program(self) -> bool {
        matches!(self, Self::Tidings | Self::TidingsOther | Self::TidingsOneByOne)
    }

    /// Starts it, empty.
    pub fn start(self) -> io::Result<Server> {
        self.start_over(Transport::Plain)
    }

    /// Starts it, empty. Only ours is spoken to over TLS.
    pub fn start_over(self, transport: Transport) -> io::Result<Server> {
        let folder = tempfile::Builder::new().prefix("tidings-bench-").tempdir()?;
        match self {
            Self::Raw => start_raw("--raw", self, folder),
            Self::RawInOne => start_raw("--raw-in-one", self, folder),
            Self::Nchan => start_nchan(folder),
            _ => start_tidings(self, transport, folder),
        }
    }
}

impl Server {
    fn plain(kind: Kind, address: SocketAddr, child: Child, folder: TempDir) -> Self {
        Self { kind, address, transport: Transport::Plain, trust: None, child, folder }
    }

    /// Its processes.
    pub fn pids(&self) -> io::Result<Vec<u32>> {
        let first = self.child.id();
        let workers = if self.kind == Kind::Nchan { usage::children(first)? } else { Vec::new() };
        Ok([vec![first], workers].concat())
    }

    /// Asks for a stream, from after `last` on if that is given; of the crowd, for the one with this number.
    pub fn stream_request(&self, reader: Reader, number: usize, last: Option<&str>) -> io::Result<String> {
        let path = if self.kind.is_program() { "/api/v1/stream" } else { "/stream" };
        let last = last.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let crowd = crowd::get()?;
        let who = match reader {
            Reader::Ann => &crowd.ann,
            Reader::Crowd => &crowd.others[number % crowd.others.len()],
        };
        let identity = match (self.kind, self.transport) {
            (kind, _) if kind.is_program() => who.token.clone(),
            (Kind::TidingsPages, Transport::Plain) => who.cookie.clone(),
            (Kind::TidingsPages, _) => who.cookie.replace("Cookie: ", "Cookie: __Host-"),
            _ => String::new(),
        };
        let address = self.address;
        let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n");
        Ok(format!("{head}{identity}{last}\r\n"))
    }

    /// Publishes a text.
    pub fn publish_request(&self, text: &str, whom: Whom) -> io::Result<String> {
        let (path, media_type, identity, body) = if self.kind.is_tidings() {
            let audience = if whom == Whom::Ann { r#"{"people":["ann"]}"# } else { r#""everyone""# };
            let body = format!(r#"{{"kind":"news","title":"News","body":"{text}","audience":{audience}}}"#);
            ("/api/v1/posts", "application/json", &*crowd::get()?.publisher.token, body)
        } else {
            ("/publish", "text/plain", "", text.to_owned())
        };
        let head = format!("POST {path} HTTP/1.1\r\nHost: {}\r\n{identity}", self.address);
        Ok(format!("{head}Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
    }

    /// What its clients trust, if it is spoken to over TLS.
    pub fn trust(&self) -> io::Result<&Trust> {
        self.trust.as_ref().ok_or_else(|| io::Error::other("the server has no certificate"))
    }

    /// Commits so far: SQLite counts them in the header of its index of the write-ahead log (`iChange`, a
    /// native 32-bit number at byte 8 of the `-shm` file; sqlite.org/walformat.html).
    pub fn commits(&self) -> io::Result<u32> {
        let index = fs::read(self.folder.path().join("bench.db-shm"))?;
        let count = index.get(8..12).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
        Ok(u32::from_ne_bytes(count))
    }
}

impl Server {
    /// Tells it to stop, and waits until it has; how many seconds that took.
    pub fn stop(&mut self) -> io::Result<f64> {
        // nginx's master takes its workers along on SIGTERM, as it could not on SIGKILL.
        if let Some(pid) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        }
        let start = Instant::now();
        while self.child.try_wait()?.is_none() {
            if start.elapsed() > Duration::from_secs(15) {
                return Err(io::Error::other("the server does not stop"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(start.elapsed().as_secs_f64())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) && self.stop().is_err() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn start_raw(mode: &str, kind: Kind, folder: TempDir) -> io::Result<Server> {
    let mut command = Command::new(std::env::current_exe()?);
    let (child, address) = spawn(command.arg(mode))?;
    Ok(Server::plain(kind, address, child, folder))
}

fn start_tidings(kind: Kind, transport: Transport, folder: TempDir) -> io::Result<Server> {
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

fn start_nchan(folder: TempDir) -> io::Result<Server> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let at: PathBuf = folder.path().to_owned();
    let config = include_str!("nchan.conf")
        .replace("MODULE", NCHAN_MODULE)
        .replace("FOLDER", &at.display().to_string())
        .replace("ADDRESS", &address.to_string());
    fs::write(at.join("nginx.conf"), config)?;
    let mut command = Command::new("nginx");
    command.arg("-p").arg(&at).arg("-c").arg(at.join("nginx.conf")).arg("-e").arg(at.join("error.log"));
    let child = command.stderr(Stdio::null()).spawn()?;
    let server = Server::plain(Kind::Nchan, address, child, folder);
    let deadline = Instant::now() + Duration::from_secs(5);
    while TcpStream::connect(address).is_err() {
        if Instant::now() > deadline {
            return Err(io::Error::other(fs::read_to_string(at.join("error.log"))?));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(server)
}

/// Starts a server that says on its first line where it listens.
fn spawn(command: &mut Command) -> io::Result<(Child, SocketAddr)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    // Borrowed, so that the pipe stays open: who prints more must not fail.
    BufReader::new(child.stdout.as_mut().expect("it is piped")).read_line(&mut line)?;
    let address = line.trim().rsplit("://").next().and_then(|address| address.parse().ok());
    let address = address.ok_or_else(|| io::Error::other(format!("a server said: {line:?}")))?;
    Ok((child, address))
}
