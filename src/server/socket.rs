//! The options of an accepted socket. One that cannot be set is no reason to refuse the client.

use std::{io, time::Duration};

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// A peer that acknowledges nothing for so long is gone.
const PEER_TIMEOUT: Duration = Duration::from_secs(30);

/// How often a peer that has said nothing for that long is asked.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// What the system may hold for one stream. Linux doubles it, and counts its own structures against it.
const MAX_STREAM_SEND_BYTES: usize = 32 * 1024;

pub(super) fn tune(socket: &TcpStream) {
    let tuned = try_to_tune(socket);
    tuned.unwrap_or_else(|error| tracing::debug!(%error, "A socket could not be tuned"));
}

fn try_to_tune(socket: &TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let socket = SockRef::from(socket);
    socket.set_tcp_user_timeout(Some(PEER_TIMEOUT))?;
    let keepalive = TcpKeepalive::new().with_time(PEER_TIMEOUT).with_interval(KEEPALIVE_INTERVAL);
    socket.set_tcp_keepalive(&keepalive)
}

/// The system need not hold much for a client that reads its stream slowly, since the log holds it.
pub(super) fn tune_stream(socket: &TcpStream) {
    let tuned = SockRef::from(socket).set_send_buffer_size(MAX_STREAM_SEND_BYTES);
    tuned.unwrap_or_else(|error| tracing::debug!(%error, "A stream's socket could not be tuned"));
}
