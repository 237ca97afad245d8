//! Where a stream's bytes go: the bare socket, with or without TLS, or the body of an answer that hyper writes (HTTP/2).

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use bytes::{Buf, Bytes};
use socket2::SockRef;
use tokio::net::TcpStream;

pub use self::tls::TlsSocket;

mod tls;

/// A client that was slow once and then acknowledges nothing for so long is gone.
const SLOW_CLIENT_TIMEOUT: Duration = Duration::from_secs(300);

/// The way to one client.
#[derive(Debug)]
pub enum Sink {
    /// The client itself.
    Socket(TcpStream),
    /// The client itself, over TLS.
    Tls(Box<TlsSocket>),
    /// hyper, which takes the next bytes when the client has taken what came before.
    Body(BodyWriter),
}

/// The stream's end of a body. It holds one piece; more would be a queue.
#[derive(Debug)]
pub struct BodyWriter(Arc<Mutex<BodyBuffer>>);

/// hyper's end of a body.
#[derive(Debug)]
pub struct BodyReader(Arc<Mutex<BodyBuffer>>);

// A std mutex: held to move a handle in or out.
#[derive(Debug, Default)]
struct BodyBuffer {
    bytes: Bytes,
    /// The stream has ended: nothing comes after these bytes.
    is_finished: bool,
    /// The client has gone: nobody takes anything.
    is_gone: bool,
    stream: Option<Waker>,
    hyper: Option<Waker>,
}

impl Sink {
    /// An answer's body, and what it is made of.
    pub fn body() -> (Self, BodyReader) {
        let buffer = Arc::<Mutex<BodyBuffer>>::default();
        (Self::Body(BodyWriter(buffer.clone())), BodyReader(buffer))
    }

    /// Writes until everything is written, or nothing more is taken for now.
    ///
    /// # Errors
    /// `WouldBlock` when nothing more is taken; anything else when the client is gone.
    pub fn write(&mut self, frames: &mut Bytes) -> io::Result<()> {
        while !frames.is_empty() {
            match self {
                Self::Socket(socket) => frames.advance(send(socket, frames)?),
                Self::Tls(socket) => socket.write(frames)?,
                Self::Body(BodyWriter(buffer)) => lock(buffer).fill(frames)?,
            }
        }
        Ok(())
    }

    /// Sends what is still to be sent and a last frame, as much of it as the client takes at once. A body keeps the last
    /// frame for hyper, which may only not have come to take what was written before.
    pub fn finish(mut self, mut unsent: Bytes, mut last_frame: Bytes) {
        match &self {
            Self::Body(BodyWriter(buffer)) => lock(buffer).finish(unsent, &last_frame),
            Self::Socket(_) | Self::Tls(_) => {
                // Nothing may follow half an event.
                if self.write(&mut unsent).is_ok() {
                    let _ = self.write(&mut last_frame);
                }
            }
        }
    }

    /// Whether what was written is whole frames, however slow the client is.
    pub fn is_between_frames(&self) -> bool {
        matches!(self, Self::Body(_))
    }

    fn socket(&self) -> Option<&TcpStream> {
        match self {
            Self::Socket(socket) => Some(socket),
            Self::Tls(socket) => Some(socket.socket()),
            Self::Body(_) => None,
        }
    }

    /// The client is slow, and we wait for it with a deadline of our own. The system, told to give up a peer that
    /// acknowledges nothing (`TCP_USER_TIMEOUT`), would also give up one that takes little at a time: it counts from
    /// when the peer's window shut, until all that waits first fits into it.
    pub fn extend_timeout(&self) {
        if let Some(socket) = self.socket()
            && let Err(error) = SockRef::from(socket).set_tcp_user_timeout(Some(SLOW_CLIENT_TIMEOUT))
        {
            tracing::debug!(%error, "A slow client's socket could not be tuned");
        }
    }

    /// Ready when more may be taken.
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Socket(socket) => socket.poll_write_ready(cx),
            Self::Tls(socket) => socket.socket().poll_write_ready(cx),
            Self::Body(BodyWriter(buffer)) => {
                let mut buffer = lock(buffer);
                if buffer.is_gone || buffer.bytes.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                buffer.stream = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Ready when the client closes, or sends anything more: it asked for a stream, and has nothing to add.
    ///
    /// Polled rather than awaited: the waker replaces the one that hyper left in the socket's registration, which
    /// would keep the memory of its whole task.
    pub fn poll_hung_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Socket(socket) => loop {
                if ready!(socket.poll_read_ready(cx)).is_err() {
                    return Poll::Ready(());
                }
                match socket.try_read(&mut [0]) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    _ => return Poll::Ready(()),
                }
            },
            Self::Tls(socket) => socket.poll_hung_up(cx),
            Self::Body(BodyWriter(buffer)) => {
                let mut buffer = lock(buffer);
                if buffer.is_gone {
                    return Poll::Ready(());
                }
                buffer.stream = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl BodyReader {
    /// The next bytes; `None` when the stream has ended.
    pub fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut buffer = lock(&self.0);
        if !buffer.bytes.is_empty() {
            wake(&mut buffer.stream);
            return Poll::Ready(Some(std::mem::take(&mut buffer.bytes)));
        }
        if buffer.is_finished {
            return Poll::Ready(None);
        }
        buffer.hyper = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl BodyBuffer {
    fn fill(&mut self, frames: &mut Bytes) -> io::Result<()> {
        if self.is_gone {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if !self.bytes.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.bytes = std::mem::take(frames);
        wake(&mut self.hyper);
        Ok(())
    }

    fn finish(&mut self, mut unsent: Bytes, last_frame: &Bytes) {
        // Frames for which there is no room are left out whole.
        let _ = self.fill(&mut unsent);
        self.bytes = if self.bytes.is_empty() {
            last_frame.clone()
        } else {
            [&self.bytes[..], last_frame].concat().into()
        };
        wake(&mut self.hyper);
    }
}

impl Drop for BodyWriter {
    fn drop(&mut self) {
        let mut buffer = lock(&self.0);
        buffer.is_finished = true;
        wake(&mut buffer.hyper);
    }
}

impl Drop for BodyReader {
    fn drop(&mut self) {
        let mut buffer = lock(&self.0);
        buffer.is_gone = true;
        wake(&mut buffer.stream);
    }
}

/// Asks the system at once, whatever the runtime last heard of the socket: that is one place less to look at for
/// each of thousands, and what little room there is gets used.
fn send(socket: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    match SockRef::from(socket).send(bytes) {
        // Through the runtime, so that it waits for the socket from here on.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => socket.try_write(bytes),
        sent => sent,
    }
}

fn lock(buffer: &Mutex<BodyBuffer>) -> MutexGuard<'_, BodyBuffer> {
    buffer.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wake(waiting: &mut Option<Waker>) {
    if let Some(waiting) = waiting.take() {
        waiting.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(reader: &BodyReader) -> Vec<Bytes> {
        let mut cx = Context::from_waker(Waker::noop());
        std::iter::from_fn(|| match reader.poll_next(&mut cx) {
            Poll::Ready(piece) => piece,
            Poll::Pending => panic!("the stream has not ended"),
        })
        .collect()
    }

    #[test]
    fn a_body_keeps_its_last_frame_though_what_was_written_before_is_not_taken_yet() {
        let (mut sink, reader) = Sink::body();
        sink.write(&mut Bytes::from("one,")).expect("there is room");

        sink.finish(Bytes::new(), Bytes::from("bye"));

        assert_eq!(taken(&reader).concat(), b"one,bye");
    }

    #[test]
    fn a_body_leaves_out_whole_frames_before_its_last_one() {
        let (mut sink, reader) = Sink::body();
        sink.write(&mut Bytes::from("one,")).expect("there is room");

        sink.finish(Bytes::from("two,"), Bytes::from("bye"));

        assert_eq!(taken(&reader).concat(), b"one,bye");
        let (sink, reader) = Sink::body();
        sink.finish(Bytes::from("two,"), Bytes::from("bye"));
        assert_eq!(taken(&reader).concat(), b"two,bye");
    }
}
