//! The load client: one thread and one `epoll` for all streams, whichever the server. It checks every event:
//! all streams must get the same events in the same order, each exactly once, reconnects included.

mod connection;
mod http2;
mod log;
mod tally;

use std::{
    collections::VecDeque,
    io,
    net::{Ipv4Addr, SocketAddr},
    os::fd::OwnedFd,
    time::{Duration, Instant},
};

use connection::Connection;
use log::{Log, markers};
use memchr::memmem;
use rustix::{
    buffer::spare_capacity,
    event::epoll::{self, EventData, EventFlags},
};
use socket2::{Domain, Socket, Type};
pub use tally::Tally;

use crate::{
    servers::{Server, requests::Reader},
    sips::Sips,
};

/// Connections whose stream has not begun yet; more would overflow the queues of what listens.
const OPENING: usize = 500;

/// Streams are spread over so many source addresses, since each has only some 28,000 ports.
const ADDRESSES: usize = 40;

/// What a slow reader takes in a second, at a time of its own.
const SIP: usize = 1024;

/// What the system keeps for one on our side, in bytes; it says that there is room again when half of it is free.
const SIPS_BUFFER: usize = 8 * 1024;

/// How eagerly a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appetite {
    /// At once.
    Full,
    /// One kB a second.
    Sips,
    /// Not at all.
    Nothing,
}

/// All streams to one server.
pub struct Load<'a> {
    server: &'a Server,
    /// What latencies are counted from, on both sides.
    pub start: Instant,
    pub tally: Tally,
    epoll: OwnedFd,
    streams: Vec<Stream>,
    waiting: VecDeque<usize>,
    opening: usize,
    /// What everyone gets, and what ann gets: in the order in which the first stream got it.
    logs: [Log; 2],
    sips: Sips,
    buffer: Vec<u8>,
}

struct Stream {
    reader: Reader,
    appetite: Appetite,
    connection: Option<Connection>,
    is_live: bool,
    /// How many events of its log it has.
    position: usize,
    /// The beginning of an event that was cut by the end of a read.
    rest: Vec<u8>,
}

impl<'a> Load<'a> {
    /// No streams yet.
    pub fn new(server: &'a Server) -> io::Result<Self> {
        Ok(Self {
            server,
            start: Instant::now(),
            tally: Tally::default(),
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            streams: Vec::new(),
            waiting: VecDeque::new(),
            opening: 0,
            logs: Default::default(),
            sips: Sips::new(),
            buffer: vec![0; 256 * 1024],
        })
    }

    /// Opens more streams, and waits until they have begun.
    pub fn open(&mut self, count: usize, reader: Reader, appetite: Appetite) -> io::Result<Duration> {
        let position = self.logs[reader as usize].len();
        if appetite == Appetite::Sips {
            self.sips.join(self.streams.len()..self.streams.len() + count);
        }
        for _ in 0..count {
            self.waiting.push_back(self.streams.len());
            self.streams.push(Stream {
                reader,
                appetite,
                connection: None,
                is_live: false,
                position,
                rest: Vec::new(),
            });
        }
        let all = self.streams.len();
        self.until(Duration::from_secs(120), "streams to open", |tally| tally.live == all)
    }

    /// Closes a stream, which will come back for what it misses.
    pub fn close(&mut self, index: usize) {
        let stream = &mut self.streams[index];
        let was_open = stream.connection.take().is_some();
        let was_live = std::mem::take(&mut stream.is_live);
        stream.rest = Vec::new();
        self.tally.live -= usize::from(was_live);
        self.opening -= usize::from(was_open && !was_live);
    }

    /// Opens a closed stream again, from its own last event on.
    pub fn reopen(&mut self, index: usize) {
        self.waiting.push_back(index);
    }

    /// Opens as many again as were closed, and more, so that there are `count`.
    pub fn fill(&mut self, count: usize) -> io::Result<Duration> {
        let closed = self.streams.iter().enumerate().filter(|(_, stream)| stream.connection.is_none());
        self.waiting = closed.map(|(index, _)| index).collect();
        self.open(count - self.streams.len(), Reader::Crowd, Appetite::Full)
    }

    /// Streams, open or not.
    pub fn len(&self) -> usize {
        self.streams.len()
    }

    /// Events in the log of everyone.
    pub fn published(&self) -> usize {
        self.logs[0].len()
    }

    /// Runs until `done`; how long that took.
    pub fn until(
        &mut self,
        limit: Duration,
        what: &str,
        done: impl Fn(&Tally) -> bool,
    ) -> io::Result<Duration> {
        let start = Instant::now();
        while !done(&self.tally) {
            self.turn(Duration::from_millis(50))?;
            if start.elapsed() > limit {
                let Tally { live, deliveries, refused, cut, wrong, first_wrong, .. } = &self.tally;
                let state = format!(
                    "{live} live, {deliveries} deliveries, {refused} refused, {cut} cut, {wrong} wrong {first_wrong:?}"
                );
                return Err(io::Error::other(format!("waited {limit:?} for {what}: {state}")));
            }
        }
        Ok(start.elapsed())
    }

    /// Runs for a while.
    pub fn run(&mut self, time: Duration) -> io::Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.turn(end.saturating_duration_since(Instant::now()).min(Duration::from_millis(50)))?;
        }
        Ok(())
    }

    fn turn(&mut self, wait: Duration) -> io::Result<()> {
        while self.opening < OPENING
            && let Some(index) = self.waiting.pop_front()
        {
            self.connect(index)?;
        }
        let mut ready = Vec::with_capacity(1024);
        let timeout = self.sips.pause(wait).try_into().map_err(io::Error::other)?;
        epoll::wait(&self.epoll, spare_capacity(&mut ready), Some(&timeout))?;
        for event in &ready {
            self.read(event.data.u64() as usize)?;
        }
        while let Some(index) = self.sips.next_due() {
            if self.streams[index].is_live {
                self.read(index)?;
            }
        }
        Ok(())
    }

    fn connect(&mut self, index: usize) -> io::Result<()> {
        let Stream { reader, appetite, position, .. } = self.streams[index];
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_tcp_nodelay(true)?;
        socket.set_reuse_address(true)?;
        match appetite {
            Appetite::Full => {}
            Appetite::Sips => socket.set_recv_buffer_size(SIPS_BUFFER)?,
            // The least there is, so that the server is what it waits in.
            Appetite::Nothing => socket.set_recv_buffer_size(1)?,
        }
        let source = Ipv4Addr::new(127, 0, 0, 2 + (index % ADDRESSES) as u8);
        socket.bind(&SocketAddr::from((source, 0)).into())?;
        socket.connect(&self.server.address.into())?;
        let last = position.checked_sub(1).map(|last| self.logs[reader as usize].id(last));
        let request = self.server.stream_request(reader, index, last)?;
        let connection = Connection::open(socket, self.server, &request)?;
        epoll::add(&self.epoll, &connection, EventData::new_u64(index as u64), EventFlags::IN)?;
        self.streams[index].connection = Some(connection);
        self.opening += 1;
        Ok(())
    }

    fn read(&mut self, index: usize) -> io::Result<()> {
        let stream = &mut self.streams[index];
        let Some(connection) = &mut stream.connection else { return Ok(()) };
        let kept = stream.rest.len();
        self.buffer[..kept].copy_from_slice(&stream.rest);
        let most = if stream.appetite == Appetite::Sips { kept + SIP } else { self.buffer.len() };
        match connection.read(&mut self.buffer[kept..most]) {
            Ok(length @ 1..) => self.take(index, kept + length),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            _ => self.ended(index),
        }
        Ok(())
    }

    /// Looks at what was read: whole events, and perhaps the beginning of another.
    fn take(&mut self, index: usize, length: usize) {
        let now = self.start.elapsed().as_micros() as u64;
        let stream = &mut self.streams[index];
        let (data, log, tally) =
            (&self.buffer[..length], &mut self.logs[stream.reader as usize], &mut self.tally);
        let (mut from, before) = (0, stream.position);
        for end in memmem::find_iter(data, b"\n\n") {
            let event = &data[from..end];
            from = end + 2;
            if !stream.is_live && memmem::find(event, self.server.kind.greeting()).is_some() {
                stream.is_live = true;
                tally.live += 1;
                self.opening -= 1;
            }
            let position = stream.position;
            for (number, sent) in markers(event) {
                if let Err(wrong) = log.check(stream.position, number, event) {
                    tally.wrong += 1;
                    tally.first_wrong.get_or_insert_with(|| format!("stream {index}: {wrong}"));
                }
                stream.position += 1;
                if stream.appetite == Appetite::Full {
                    tally.latencies.push(now.saturating_sub(sent) as u32);
                }
            }
            if stream.position == position {
                log.note_offset(position, event);
            }
        }
        stream.rest.clear();
        stream.rest.extend_from_slice(&data[from..]);
        if stream.appetite == Appetite::Full {
            tally.bytes += length as u64;
            tally.reads += u64::from(stream.position > before);
            tally.deliveries += (stream.position - before) as u64;
        } else if stream.is_live
            && let Some(connection) = &stream.connection
        {
            // Read no more, or by `sip` only.
            let _ = epoll::delete(&self.epoll, connection);
        }
    }

    fn ended(&mut self, index: usize) {
        let (was_live, is_slow) =
            (self.streams[index].is_live, self.streams[index].appetite != Appetite::Full);
        self.close(index);
        if is_slow {
            return;
        }
        *(if was_live { &mut self.tally.cut } else { &mut self.tally.refused }) += 1;
        self.reopen(index);
    }
}
