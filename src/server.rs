//! Our own accept loop: sockets, limits, deadlines, and a stop that comes to an end.
//!
//! A connection over its address's share is closed at once; over the total, it waits in the system's queue.
//! Everything that can wait for a client has a deadline, so that a silent client holds a connection only for seconds.
//! How streams leave HTTP is the server's (`takeover`); what they say is `live`'s, and which there are is `web`'s.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use poem::{Endpoint, Response};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::sync::CancellationToken;

use crate::{
    networks::Network,
    server::{
        address_limits::{AddressLimits, AddressPermit},
        connection_tasks::ConnectionTasks,
        http1::{Addresses, Serving},
        limits::Limits,
        socket::tune,
        tls::Tls,
    },
};

mod address_limits;
mod connection_tasks;
mod deadlines;
mod http1;
mod https;
pub mod limits;
mod socket;
pub mod takeover;
mod timed_body;
mod timed_socket;
pub mod tls;
mod validity;

/// How long connections may take to finish what they are at when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(7);

/// After an accept that failed, for want of descriptors for instance: a pause instead of a spin.
const ACCEPT_RETRY_INTERVAL: Duration = Duration::from_millis(100);

/// A connection that counts against the limits until this is dropped.
type Permits = (OwnedSemaphorePermit, AddressPermit);

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
    let total = Arc::new(Semaphore::new(limits.connections));
    let addresses = AddressLimits::new(limits.per_address, trusted_proxies);
    let server = Server { endpoint: Arc::new(endpoint), tls, tasks: ConnectionTasks::default(), stop };
    loop {
        let (permit, socket, peer) = tokio::select! {
            (permit, (socket, peer)) = async {
                let permit = total.clone().acquire_owned().await.expect("the semaphore is never closed");
                (permit, accept(&listener).await)
            } => (permit, socket, peer),
            () = server.stop.cancelled() => break,
        };
        match addresses.admit(peer.ip().to_canonical()) {
            Some(address) => server.spawn(socket, peer, (permit, address)),
            None => tracing::debug!(%peer, "A connection was closed: its address has its share"),
        }
    }
    drop(listener);
    server.tasks.finish(STOP_TIMEOUT).await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "A connection could not be accepted");
                tokio::time::sleep(ACCEPT_RETRY_INTERVAL).await;
            }
        }
    }
}

/// What serving a connection takes.
struct Server<E> {
    endpoint: Arc<E>,
    tls: Option<Tls>,
    tasks: ConnectionTasks,
    stop: CancellationToken,
}

impl<E: Endpoint<Output = Response> + 'static> Server<E> {
    /// Serves a connection in a task of its own.
    fn spawn(&self, socket: TcpStream, peer: SocketAddr, permits: Permits) {
        tune(&socket);
        let Ok(local) = socket.local_addr() else { return };
        let (endpoint, stop, tasks) = (self.endpoint.clone(), self.stop.clone(), self.tasks.clone());
        let (addresses, tls) = (Addresses { local, peer }, self.tls.clone());
        self.tasks.spawn(async move {
            let serving: Option<Serving> = match tls {
                Some(tls) => {
                    Box::pin(https::accept(tls, socket, addresses, endpoint, stop, tasks.clone())).await
                }
                None => Some(Box::pin(http1::serve(socket, addresses, endpoint, stop))),
            };
            let Some(serving) = serving else { return };
            let Some(stream) = serving.await else { return };
            // A task of its own: this one has hyper's buffers in it, and an idle stream needs none. The hub
            // ends it.
            tasks.spawn_uncut(async move {
                let _permits = permits;
                stream.await;
            });
        });
    }
}
