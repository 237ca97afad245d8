//! A client over TLS, without hyper: what goes out is encrypted here, and goes to the bare socket.

use std::{
    io::{self, Read, Write},
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConnection;

use crate::live::stream::sink::send;

/// So much is encrypted at a time, in bytes: whoever takes little at a time is seen to take some.
const MAX_RECORD_BYTES: usize = 8 * 1024;

/// A socket, and the TLS connection over it.
#[derive(Debug)]
pub struct TlsSocket {
    socket: TcpStream,
    connection: ServerConnection,
    /// So many bytes of what is being written are encrypted, and not all of them are on their way.
    staged: usize,
}

/// The socket, as rustls writes to it and reads from it.
struct Wire<'a>(&'a TcpStream);

impl TlsSocket {
    /// After the handshake.
    pub fn new(socket: TcpStream, connection: ServerConnection) -> Self {
        Self { socket, connection, staged: 0 }
    }

    pub(super) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    /// Writes until everything is written, or nothing more is taken for now. What is not written yet comes again.
    ///
    /// # Errors
    /// `WouldBlock` when nothing more is taken; anything else when the client is gone.
    pub(super) fn write(&mut self, frames: &mut Bytes) -> io::Result<()> {
        loop {
            self.send_encrypted()?;
            frames.advance(std::mem::take(&mut self.staged));
            if frames.is_empty() {
                return Ok(());
            }
            let record = &frames[..frames.len().min(MAX_RECORD_BYTES)];
            self.staged = self.connection.writer().write(record)?;
        }
    }

    /// Ready when the client closes, or sends anything more than the protocol itself does.
    pub(super) fn poll_hung_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.connection.process_new_packets() {
                Ok(state) if state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed() => {}
                _ => return Poll::Ready(()),
            }
            // An answer of the protocol. What is not taken now goes before the next frame.
            let _ = self.send_encrypted();
            if ready!(self.socket.poll_read_ready(cx)).is_err() {
                return Poll::Ready(());
            }
            match self.connection.read_tls(&mut Wire(&self.socket)) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                _ => return Poll::Ready(()),
            }
        }
    }

    fn send_encrypted(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut Wire(&self.socket))?;
        }
        Ok(())
    }
}

impl Drop for TlsSocket {
    /// Says that nothing follows, so that the client can tell the end from a cut (RFC 8446, 6.1).
    fn drop(&mut self) {
        self.connection.send_close_notify();
        // A client that does not take it learns of the end by the socket.
        let _ = self.send_encrypted();
    }
}

impl Read for Wire<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        send(self.0, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
