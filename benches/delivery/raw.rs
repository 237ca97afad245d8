//! The limit: what one thread, `epoll` and `write` take to deliver events, and nothing else. Started as a
//! process of its own by `servers`; it prints its address, serves a GET as a stream (from `Last-Event-ID` on)
//! and hands every POST's body to all streams.

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    os::fd::{AsRawFd, OwnedFd},
};

use memchr::memmem;
use rustix::{
    buffer::spare_capacity,
    event::epoll::{self, EventData, EventFlags},
};

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\nretry: 1000\n\n";

const ACCEPTED: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

/// How pending events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// Each by a write of its own, at once.
    PerEvent,
    /// All that came in one turn of the loop by one write.
    PerTurn,
}

/// Runs until it is killed.
pub fn run(writes: Writes) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    // Again, for a backlog that holds a storm.
    rustix::net::listen(&listener, 4096)?;
    listener.set_nonblocking(true)?;
    println!("The raw loop listens on http://{}", listener.local_addr()?);
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    epoll::add(&epoll, &listener, EventData::new_u64(u64::MAX), EventFlags::IN)?;
    Loop { epoll, listener, writes, connections: Vec::new(), log: Vec::new(), ends: vec![0] }.run()
}

struct Loop {
    epoll: OwnedFd,
    listener: TcpListener,
    writes: Writes,
    /// By descriptor.
    connections: Vec<Option<Connection>>,
    /// All events, encoded, and where each ends.
    log: Vec<u8>,
    ends: Vec<usize>,
}

struct Connection {
    socket: TcpStream,
    /// A stream's place in the log; absent while it has not asked for one.
    sent: Option<usize>,
}

impl Loop {
    fn run(mut self) -> io::Result<()> {
        let mut ready = Vec::with_capacity(1024);
        loop {
            ready.clear();
            epoll::wait(&self.epoll, spare_capacity(&mut ready), None)?;
            let before = self.log.len();
            for &epoll::Event { data, flags, .. } in &ready {
                match data.u64() {
                    u64::MAX => self.accept()?,
                    at if flags.contains(EventFlags::OUT) => self.write(at as usize),
                    at => self.read(at as usize),
                }
            }
            if self.log.len() > before && self.writes == Writes::PerTurn {
                self.write_all();
            }
        }
    }

    fn accept(&mut self) -> io::Result<()> {
        while let Ok((socket, _)) = self.listener.accept() {
            socket.set_nonblocking(true)?;
            socket.set_nodelay(true)?;
            let at = socket.as_raw_fd() as usize;
            epoll::add(&self.epoll, &socket, EventData::new_u64(at as u64), EventFlags::IN)?;
            if self.connections.len() <= at {
                self.connections.resize_with(at + 1, || None);
            }
            self.connections[at] = Some(Connection { socket, sent: None });
        }
        Ok(())
    }

    /// A request arrives in one piece: the bench's own are small, and this is loopback.
    fn read(&mut self, at: usize) {
        let Some(connection) = &mut self.connections[at] else { return };
        let mut buffer = [0; 16 * 1024];
        let request = match connection.socket.read(&mut buffer) {
            Ok(length @ 1..) => &buffer[..length],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
            _ => {
                self.connections[at] = None;
                return;
            }
        };
        if request.starts_with(b"GET") {
            let next = number_after(request, b"Last-Event-ID: ").map(|id| self.ends[id]);
            connection.sent = Some(next.unwrap_or(self.log.len()));
            let _ = connection.socket.write(HEAD);
            self.write(at);
        } else if let Some(head) = memmem::find(request, b"\r\n\r\n") {
            let _ = write!(self.log, "id: {}\ndata: ", self.ends.len());
            self.log.extend_from_slice(&request[head + 4..]);
            self.log.extend_from_slice(b"\n\n");
            self.ends.push(self.log.len());
            let _ = connection.socket.write(ACCEPTED);
            if self.writes == Writes::PerEvent {
                self.write_all();
            }
        }
    }

    fn write_all(&mut self) {
        for at in 0..self.connections.len() {
            self.write(at);
        }
    }

    /// Sends what a stream has pending; a reader that is behind is told apart by `EAGAIN` and waited for.
    fn write(&mut self, at: usize) {
        let Some(Connection { socket, sent: Some(sent) }) = &mut self.connections[at] else { return };
        while *sent < self.log.len() {
            let end = match self.writes {
                Writes::PerTurn => self.log.len(),
                Writes::PerEvent => self.ends[self.ends.partition_point(|end| end <= sent)],
            };
            match socket.write(&self.log[*sent..end]) {
                Ok(length) => *sent += length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let data = EventData::new_u64(at as u64);
                    let _ = epoll::modify(&self.epoll, &*socket, data, EventFlags::IN | EventFlags::OUT);
                    return;
                }
                Err(_) => {
                    self.connections[at] = None;
                    return;
                }
            }
        }
    }
}

fn number_after(request: &[u8], name: &[u8]) -> Option<usize> {
    let from = memmem::find(request, name)? + name.len();
    let digits = request[from..].split(|byte| !byte.is_ascii_digit()).next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}
