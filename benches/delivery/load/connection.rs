//! The connection of one stream: it gives the bytes of the answer, whatever they come over. What is sent is little
//! enough to fit into the socket.

use std::{
    io::{self, Read, Write},
    os::fd::{AsFd, BorrowedFd},
};

use socket2::Socket;
use tokio_rustls::rustls::ClientConnection;

use super::http2::Frames;
use crate::{servers::Server, transport::Transport};

/// A connection whose request is on its way.
pub enum Connection {
    Plain(Socket),
    Tls(Box<Tls>),
    Http2(Box<Tls>, Frames),
}

/// A socket that does not block, and TLS over it.
pub struct Tls {
    socket: Socket,
    session: ClientConnection,
}

impl Connection {
    /// Asks for a stream over a socket that is connected.
    pub fn open(socket: Socket, server: &Server, request: &str) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        match server.transport {
            Transport::Plain => {
                (&socket).write_all(request.as_bytes())?;
                Ok(Self::Plain(socket))
            }
            Transport::Tls => Tls::open(socket, server, b"http/1.1", request.as_bytes()).map(Self::Tls),
            Transport::Http2 => {
                let tls = Tls::open(socket, server, b"h2", &Frames::request(request))?;
                Ok(Self::Http2(tls, Frames::default()))
            }
        }
    }

    /// Reads what there is of the answer; nothing at its end.
    ///
    /// # Errors
    /// `WouldBlock` when nothing of it has come.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
            Self::Http2(tls, frames) => {
                let length = tls.read(buffer)?;
                let (data, replies) = frames.take(&buffer[..length])?;
                tls.send(&replies)?;
                if data.is_empty() && length > 0 {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                buffer[..data.len()].copy_from_slice(&data);
                Ok(data.len())
            }
        }
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Plain(socket) => socket.as_fd(),
            Self::Tls(tls) | Self::Http2(tls, _) => tls.socket.as_fd(),
        }
    }
}

impl Tls {
    /// Begins to shake hands; the request follows.
    fn open(socket: Socket, server: &Server, protocol: &[u8], request: &[u8]) -> io::Result<Box<Self>> {
        let mut tls = Self { socket, session: server.trust()?.connection(protocol)? };
        tls.send(request)?;
        Ok(Box::new(tls))
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.session.writer().write_all(bytes)?;
        while self.session.wants_write() {
            self.session.write_tls(&mut self.socket)?;
        }
        Ok(())
    }

    /// All that is decrypted has to fit.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.session.read_tls(&mut self.socket)? == 0 {
            return Ok(0);
        }
        self.session.process_new_packets().map_err(io::Error::other)?;
        self.send(&[])?;
        let mut length = 0;
        loop {
            match self.session.reader().read(&mut buffer[length..]) {
                Ok(0) => return Ok(length),
                Ok(more) => length += more,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && length > 0 => return Ok(length),
                Err(error) => return Err(error),
            }
        }
    }
}
