//! Posts on kept connections, several under way at a time.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use tokio_rustls::rustls::StreamOwned;

use crate::{
    servers::{Server, requests::Whom},
    transport::Transport,
};

/// A published text says which it is and when it was sent, in microseconds after `start`, and is filled up
/// to the size that was asked for.
pub fn text(number: u32, start: Instant, size: usize) -> String {
    let mut text = format!("seq={number:08} sent={:012} ", start.elapsed().as_micros());
    text.extend("Tidings of the day, ".chars().cycle().take(size.saturating_sub(text.len() + 1)));
    text + "."
}

/// Some connections to one server.
pub struct Publisher<'a> {
    server: &'a Server,
    start: Instant,
    connections: Vec<Connection>,
    /// Numbers the texts, from 0.
    next: u32,
    /// Bytes of one text.
    pub size: usize,
    /// Who gets to see the posts.
    pub whom: Whom,
}

impl<'a> Publisher<'a> {
    /// The first text will be number `next`.
    pub fn connect(server: &'a Server, connections: usize, next: u32, start: Instant) -> io::Result<Self> {
        let connections = (0..connections).map(|_| Connection::open(server)).collect::<io::Result<_>>()?;
        Ok(Self { server, start, connections, next, size: 200, whom: Whom::Everyone })
    }

    /// Sends one post on the connection whose turn it is, after that one's last answer.
    pub fn post(&mut self) -> io::Result<()> {
        let turn = self.next as usize % self.connections.len();
        self.settle(turn)?;
        let text = text(self.next, self.start, self.size);
        self.next += 1;
        self.connections[turn].send(self.server.publish_request(&text, self.whom)?.as_bytes())
    }

    /// Sends `posts` at `rate` a second, never late because an earlier answer is, and waits for the answers.
    pub fn post_at(&mut self, rate: u32, posts: u32) -> io::Result<()> {
        let start = Instant::now();
        for post in 0..posts {
            let due = start + Duration::from_secs(1) * post / rate;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            self.post()?;
        }
        self.finish()
    }

    /// Waits for the answers that are still to come.
    pub fn finish(&mut self) -> io::Result<()> {
        (0..self.connections.len()).try_for_each(|turn| self.settle(turn))
    }

    fn settle(&mut self, turn: usize) -> io::Result<()> {
        if self.connections[turn].is_waiting {
            self.connections[turn].answer()?.success()?;
        }
        Ok(())
    }
}

/// One kept HTTP/1.1 connection.
pub struct Connection {
    line: Box<dyn Line>,
    is_waiting: bool,
}

/// A socket, or TLS over one.
trait Line: Read + Write + Send {}

impl<T: Read + Write + Send> Line for T {}

/// What came back.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Status line and header fields.
    pub head: String,
}

impl Answer {
    /// An error unless the post was taken.
    pub fn success(self) -> io::Result<Self> {
        match self.status {
            200..=303 => Ok(self),
            _ => Err(io::Error::other(format!("a post was answered:\n{}", self.head))),
        }
    }
}

impl Connection {
    /// Connects to a server.
    pub fn open(server: &Server) -> io::Result<Self> {
        let socket = TcpStream::connect(server.address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(Duration::from_secs(60)))?;
        let line: Box<dyn Line> = match server.transport {
            Transport::Plain => Box::new(socket),
            Transport::Tls | Transport::Http2 => {
                Box::new(StreamOwned::new(server.trust()?.connection(b"http/1.1")?, socket))
            }
        };
        Ok(Self { line, is_waiting: false })
    }

    /// Sends a request.
    pub fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.is_waiting = true;
        self.line.write_all(request)
    }

    /// Reads the answer; its body is thrown away.
    pub fn answer(&mut self) -> io::Result<Answer> {
        self.is_waiting = false;
        let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            let length = self.line.read(&mut buffer)?;
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            read.extend_from_slice(&buffer[..length]);
            let Some(end) = memchr::memmem::find(&read, b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let body: usize =
                header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            let mut rest = vec![0; (end + 4 + body).saturating_sub(read.len())];
            self.line.read_exact(&mut rest)?;
            let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
            return Ok(Answer { status, head });
        }
    }
}

/// The value of a header field.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
}
