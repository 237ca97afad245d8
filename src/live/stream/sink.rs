//! Where a stream's bytes go: the bare socket, or the body of an answer that hyper writes (TLS, HTTP/2).

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use bytes::{Buf, Bytes};
use socket2::SockRef;
use tokio::net::TcpStream;

/// A client that was slow once and then acknowledges nothing for so long is gone.
const SLOW_CLIENT: Duration = Duration::from_secs(300);

/// The way to one client.
#[derive(Debug)]
pub enum Outlet {
    /// The client itself.
    Socket(TcpStream),
    /// hyper, which takes the next bytes when the client has taken what came before.
    Body(Inlet),
}

/// The stream's end of a body. It holds one batch; more would be a queue.
#[derive(Debug)]
pub struct Inlet(Arc<Mutex<Slot>>);

/// hyper's end of a body.
#[derive(Debug)]
pub struct Feed(Arc<Mutex<Slot>>);

// A std mutex: held to move a handle in or out.
#[derive(Debug, Default)]
struct Slot {
    batch: Bytes,
    /// The stream has ended: nothing comes after the batch.
    is_over: bool,
    /// The client has gone: nobody takes anything.
    is_gone: bool,
    stream: Option<Waker>,
    hyper: Option<Waker>,
}

impl Outlet {
    /// An answer's body, and what it is made of.
    pub fn body() -> (Self, Feed) {
        let slot = Arc::<Mutex<Slot>>::default();
        (Self::Body(Inlet(slot.clone())), Feed(slot))
    }

    /// Writes until everything is written, or nothing more is taken for now.
    ///
    /// # Errors
    /// `WouldBlock` when nothing more is taken; anything else when the client is gone.
    pub fn write(&self, frames: &mut Bytes) -> io::Result<()> {
        while !frames.is_empty() {
            match self {
                Self::Socket(socket) => frames.advance(send(socket, frames)?),
                Self::Body(Inlet(slot)) => lock(slot).fill(frames)?,
            }
        }
        Ok(())
    }

    /// The client is slow, and we wait for it with a deadline of our own. The system, told to give up a peer that
    /// acknowledges nothing (`TCP_USER_TIMEOUT`), would also give up one that takes little at a time: it counts from
    /// when the peer's window shut, until all that waits first fits into it.
    pub fn bear_with_client(&self) {
        if let Self::Socket(socket) = self
            && let Err(error) = SockRef::from(socket).set_tcp_user_timeout(Some(SLOW_CLIENT))
        {
            tracing::debug!(%error, "A slow client's socket could not be tuned");
        }
    }

    /// Ready when more may be taken.
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Socket(socket) => socket.poll_write_ready(cx),
            Self::Body(Inlet(slot)) => {
                let mut slot = lock(slot);
                if slot.is_gone || slot.batch.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                slot.stream = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Ready when the client closes, or sends anything more: it asked for a stream, and has nothing to add.
    ///
    /// Polled rather than awaited: the waker replaces the one that hyper left in the socket's registration, which
    /// would keep the memory of its whole task.
    pub fn poll_hung_up(&self, cx: &mut Context<'_>) -> Poll<()> {
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
            Self::Body(Inlet(slot)) => {
                let mut slot = lock(slot);
                if slot.is_gone {
                    return Poll::Ready(());
                }
                slot.stream = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Feed {
    /// The next batch; `None` when the stream has ended.
    pub fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut slot = lock(&self.0);
        if !slot.batch.is_empty() {
            wake(&mut slot.stream);
            return Poll::Ready(Some(std::mem::take(&mut slot.batch)));
        }
        if slot.is_over {
            return Poll::Ready(None);
        }
        slot.hyper = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Slot {
    fn fill(&mut self, frames: &mut Bytes) -> io::Result<()> {
        if self.is_gone {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if !self.batch.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.batch = std::mem::take(frames);
        wake(&mut self.hyper);
        Ok(())
    }
}

impl Drop for Inlet {
    fn drop(&mut self) {
        let mut slot = lock(&self.0);
        slot.is_over = true;
        wake(&mut slot.hyper);
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        let mut slot = lock(&self.0);
        slot.is_gone = true;
        wake(&mut slot.stream);
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

fn lock(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wake(waiting: &mut Option<Waker>) {
    if let Some(waiting) = waiting.take() {
        waiting.wake();
    }
}
