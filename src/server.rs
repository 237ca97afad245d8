//! Our own accept loop: sockets, limits, deadlines, and a stop that comes to an end.
//!
//! A connection over its address's share is closed at once; over the total, it waits in the system's queue.
//! Everything that can wait for a client has a deadline, so that silence costs a place only for seconds.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use poem::{Endpoint, Response};
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    networks::Network,
    server::{https::Household, limits::Limits, tls::Tls},
};

pub mod deadlines;
pub mod http1;
pub mod https;
pub mod limits;
pub mod takeover;
pub mod timed_body;
pub mod tls;
pub mod validity;

/// How long connections may take to finish what they are at when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(7);

/// After an accept that failed, for want of descriptors for instance: a pause instead of a spin.
const BREATHER: Duration = Duration::from_millis(100);

/// A peer that acknowledges nothing for so long is gone.
const DEAD_PEER: Duration = Duration::from_secs(30);

/// What the system may hold for one stream, in bytes. Linux doubles it, and counts its own structures against it.
const STREAM_BUFFER: usize = 32 * 1024;

/// Accepts connections and answers their requests until `stop`; then accepts nothing more, lets what is
/// under way finish for some seconds, and returns.
pub async fn serve<E>(
    listener: TcpListener,
    tls: Option<Tls>,
    limits: Limits,
    trusted_proxies: Vec<Network>,
    endpoint: E,
    stop: CancellationToken,
) where
    E: Endpoint<Output = Response> + 'static,
{
    let endpoint = Arc::new(endpoint);
    let places = Arc::new(Semaphore::new(limits.connections));
    let guests = Guests { most: limits.per_address, trusted_proxies, count: Arc::default() };
    let (connections, kill) = (TaskTracker::new(), CancellationToken::new());
    let household = Household { tasks: connections.clone(), kill: kill.clone() };
    loop {
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place.expect("the semaphore is never closed"),
            () = stop.cancelled() => break,
        };
        let (socket, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "A connection could not be accepted");
                    tokio::time::sleep(BREATHER).await;
                    continue;
                }
            },
            () = stop.cancelled() => break,
        };
        let Some(guest) = guests.admit(peer.ip().to_canonical()) else {
            tracing::debug!(%peer, "A connection was closed: its address has its share");
            continue;
        };
        if let Some(tls) = tls.clone() {
            let serve = https::serve(tls, socket, peer, endpoint.clone(), stop.clone(), household.clone());
            let kill = kill.clone();
            connections.spawn(async move {
                let _held = (place, guest);
                kill.run_until_cancelled(serve).await
            });
            continue;
        }
        let serve = http1::serve(socket, peer, endpoint.clone(), stop.clone());
        let (kill, tasks) = (kill.clone(), connections.clone());
        connections.spawn(async move {
            let held = (place, guest);
            let Some(Some(stream)) = kill.run_until_cancelled(serve).await else { return };
            // A task of its own: this one has hyper's buffers in it, and an idle stream needs none. The hub
            // ends it.
            tasks.spawn(async move {
                let _held = held;
                stream.await;
            });
        });
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(LAST_WORDS, connections.wait()).await.is_err() {
        tracing::warn!(connections = connections.len(), "Cut the connections that were still open");
        kill.cancel();
        connections.wait().await;
    }
}

/// Options of an accepted socket. One that cannot be set is no reason to refuse the client.
fn tune(socket: &TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let socket = SockRef::from(socket);
    socket.set_tcp_user_timeout(Some(DEAD_PEER))?;
    let keepalive = TcpKeepalive::new().with_time(DEAD_PEER).with_interval(Duration::from_secs(10));
    socket.set_tcp_keepalive(&keepalive)
}

/// A stream's socket: the system need not hold much for a client that reads slowly, since the log holds it.
fn tune_stream(socket: &TcpStream) -> io::Result<()> {
    SockRef::from(socket).set_send_buffer_size(STREAM_BUFFER)
}

/// How many connections each address has.
struct Guests {
    most: usize,
    trusted_proxies: Vec<Network>,
    count: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One connection's share of its address's; given back when dropped.
struct Guest {
    address: IpAddr,
    count: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Guests {
    fn admit(&self, address: IpAddr) -> Option<Guest> {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = count.entry(address).or_default();
        let is_proxy = self.trusted_proxies.iter().any(|network| network.contains(address));
        if *theirs >= self.most && !is_proxy {
            return None;
        }
        *theirs += 1;
        Some(Guest { address, count: self.count.clone() })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(theirs) = count.get_mut(&self.address) {
            *theirs -= 1;
            if *theirs == 0 {
                count.remove(&self.address);
            }
        }
    }
}
