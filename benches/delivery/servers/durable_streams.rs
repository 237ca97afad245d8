//! durable-streams, a server of the protocol of this name, in the way it starts by itself: what is appended is on disk
//! when that is answered. Everybody reads the same stream; it asks nobody who they are.

use std::{
    env, fs,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::{Kind, Server, until_it_listens};

const PROGRAM: &str = "durable-streams-server";

/// The path of the stream that all read.
pub(super) const STREAM: &str = "/news";

/// How to get it where there is none.
pub(super) const HINT: &str =
    "durable-streams is not in the path, so it is left out: cargo install durable-streams";

pub(super) fn is_installed() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(PROGRAM).is_file())
}

pub(super) fn start(folder: TempDir) -> io::Result<Server> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let log = folder.path().join("log");
    let mut command = Command::new(PROGRAM);
    command.args(["--host", "127.0.0.1", "--port", &address.port().to_string(), "--data-dir"]);
    command.arg(folder.path().join("data")).stdout(Stdio::null()).stderr(fs::File::create(&log)?);
    let server = Server::plain(Kind::DurableStreams, address, command.spawn()?, folder);
    until_it_listens(&server, &log)?;
    make_stream(&server)?;
    Ok(server)
}

fn make_stream(server: &Server) -> io::Result<()> {
    let mut socket = TcpStream::connect(server.address)?;
    write!(socket, "PUT {STREAM} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", server.address)?;
    write!(socket, "Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n")?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    if !answer.starts_with("HTTP/1.1 201") {
        return Err(io::Error::other(format!("a stream was not made: {answer}")));
    }
    Ok(())
}
