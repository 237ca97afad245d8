//! The servers that are compared, each in processes of its own on a free port of 127.0.0.1.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    transport::{Transport, Trust},
    usage,
};

mod durable_streams;
mod nchan;
pub mod ours;
pub mod requests;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `raw`, one write per event.
    Raw,
    /// `raw`, pending events in one write.
    RawInOne,
    /// nginx with its nchan module, 2 workers.
    Nchan,
    /// durable-streams.
    DurableStreams,
    /// Ours, over the API alone.
    Tidings,
    /// Ours, with the streams of pages: a session's cookie, and HTML in the events.
    TidingsPages,
    /// Another build of ours.
    TidingsOther,
    /// Ours, with a transaction for each post.
    TidingsOneByOne,
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
        let all =
            [Self::Raw, Self::RawInOne, Self::Nchan, Self::DurableStreams, Self::Tidings, Self::TidingsPages];
        all.into_iter().filter(|kind| kind.hint().is_none()).collect()
    }

    /// How to get what cannot be started here.
    pub fn hints() -> impl Iterator<Item = &'static str> {
        [Self::Nchan, Self::DurableStreams].into_iter().filter_map(Self::hint)
    }

    /// How to get it if it is not installed.
    fn hint(self) -> Option<&'static str> {
        match self {
            Self::Nchan if !nchan::is_installed() => Some(nchan::HINT),
            Self::DurableStreams if !durable_streams::is_installed() => Some(durable_streams::HINT),
            _ => None,
        }
    }

    /// As the table says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw epoll loop, one write per event (the limit)",
            Self::RawInOne => "the same, pending events in one write",
            Self::Nchan => "nginx with nchan, 2 workers",
            Self::DurableStreams => "durable-streams",
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
        !matches!(self, Self::Raw | Self::RawInOne | Self::Nchan | Self::DurableStreams)
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
            Self::Nchan => nchan::start(folder),
            Self::DurableStreams => durable_streams::start(folder),
            _ => ours::start(self, transport, folder),
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

    /// What its clients trust, if it is spoken to over TLS.
    pub fn trust(&self) -> io::Result<&Trust> {
        self.trust.as_ref().ok_or_else(|| io::Error::other("the server has no certificate"))
    }

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

/// Waits until a server listens that does not say so; when it does not come to it, what it wrote there is the error.
fn until_it_listens(server: &Server, log: &Path) -> io::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(5);
    while TcpStream::connect(server.address).is_err() {
        if Instant::now() > deadline {
            return Err(io::Error::other(fs::read_to_string(log)?));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
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
