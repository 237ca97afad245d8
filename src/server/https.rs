//! One connection over TLS: HTTP/2 or HTTP/1.1, as the client chooses (ALPN). Every answer goes through hyper
//! here, streams too.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use hyper::{
    body::{Body, Incoming},
    rt::Executor,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::{
    Addr, Endpoint, Response,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    live::stream::sink::Outlet,
    server::{
        LAST_WORDS,
        deadlines::{Pace, Paced},
        http1::{Answer, BUFFER, linger},
        takeover::Takeover,
        timed_body::Measured,
        tls::Tls,
        tune,
    },
};

/// Requests of one connection that are answered side by side; RFC 9113, 6.5.2, wants no fewer.
const SIDE_BY_SIDE: u32 = 100;

/// What one request's body, or the connection's bodies together, may send ahead of our reading.
const WINDOW: u32 = 64 * 1024;

/// How often a client is asked whether it is still there, and how long it has to say so.
const PING: Duration = Duration::from_secs(20);

tokio::task_local! {
    /// The pace of the HTTP/2 request that the task answers.
    static PACE: Pace;
}

/// What the connections' own tasks need, and who they belong to.
#[derive(Clone, Debug)]
pub(super) struct Household {
    pub(super) tasks: TaskTracker,
    pub(super) kill: CancellationToken,
}

/// Who is connected with whom.
#[derive(Clone, Copy, Debug)]
struct Ends {
    local: SocketAddr,
    peer: SocketAddr,
}

/// Shakes hands, and serves requests until the connection ends.
pub(super) async fn serve<E>(
    tls: Tls,
    socket: TcpStream,
    peer: SocketAddr,
    endpoint: Arc<E>,
    stop: CancellationToken,
    household: Household,
) where
    E: Endpoint<Output = Response> + 'static,
{
    if let Err(error) = tune(&socket) {
        tracing::debug!(%error, %peer, "A socket could not be tuned");
    }
    let Ok(local) = socket.local_addr() else { return };
    let ends = Ends { local, peer };
    let accepted = tokio::select! {
        accepted = tls.accept(socket) => accepted,
        () = stop.cancelled() => return,
    };
    match accepted {
        Ok(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
            serve_http2(stream, ends, endpoint, stop, household).await;
        }
        Ok(stream) => serve_http1(stream, ends, endpoint, stop, household).await,
        Err(error) => tracing::debug!(%error, %peer, "A TLS handshake failed"),
    }
}

async fn serve_http1<E>(
    stream: TlsStream<TcpStream>,
    ends: Ends,
    endpoint: Arc<E>,
    stop: CancellationToken,
    household: Household,
) where
    E: Endpoint<Output = Response> + 'static,
{
    let pace = Pace::new();
    let service = service_fn(|request| {
        pace.answering();
        let (endpoint, household, pace) = (endpoint.clone(), household.clone(), pace.clone());
        Box::pin(async move {
            let response = answer(request, ends, endpoint, household).await;
            Ok::<_, Infallible>(response.map(|body| Answer { body, pace }))
        })
    });
    let mut connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(Paced::new(stream, pace.clone())), service);
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = std::future::poll_fn(|cx| connection.poll_without_shutdown(cx)) => {
                return match ended {
                    Ok(()) => linger(connection.into_parts().io.into_inner()).await,
                    Err(error) => tracing::debug!(%error, peer = %ends.peer, "A connection broke"),
                };
            }
            () = pace.expired() => {
                return tracing::debug!(peer = %ends.peer, "A connection was closed at its deadline");
            }
            () = stop.cancelled(), if !stopping => {
                if pace.is_quiet() {
                    return;
                }
                stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    }
}

/// What a client may make us hold is bounded by hyper's and h2's defaults where nothing is set here; among
/// them, streams that are opened to be reset at once (CVE-2023-44487) end the connection.
async fn serve_http2<E>(
    stream: TlsStream<TcpStream>,
    ends: Ends,
    endpoint: Arc<E>,
    stop: CancellationToken,
    household: Household,
) where
    E: Endpoint<Output = Response> + 'static,
{
    let pace = Pace::new();
    let service = service_fn(|request| {
        let (endpoint, household) = (endpoint.clone(), household.clone());
        async move {
            let response = answer(request, ends, endpoint, household).await;
            Ok::<_, Infallible>(response.map(|body| Measured::new(body, PACE.get())))
        }
    });
    let answers = Answers { household: household.clone(), open: Arc::default(), pace: pace.clone() };
    let connection = http2::Builder::new(answers)
        .timer(TokioTimer::new())
        .max_concurrent_streams(SIDE_BY_SIDE)
        .max_header_list_size(16 * 1024)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW * 4)
        .max_send_buf_size(WINDOW as usize)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => {
            return tracing::debug!(?ended, peer = %ends.peer, "A connection ended");
        }
        () = pace.expired() => tracing::debug!(peer = %ends.peer, "A connection was quiet for too long"),
        () = stop.cancelled() => {}
    }
    // What is under way is finished; nothing new is begun.
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(LAST_WORDS, connection).await;
}

async fn answer<E>(
    request: http::Request<Incoming>,
    ends: Ends,
    endpoint: Arc<E>,
    household: Household,
) -> http::Response<impl Body<Data = Bytes, Error = io::Error> + Unpin + use<E>>
where
    E: Endpoint<Output = Response>,
{
    let local = LocalAddr(Addr::SocketAddr(ends.local));
    let peer = RemoteAddr(Addr::SocketAddr(ends.peer));
    let is_get = request.method() == http::Method::GET;
    let request = poem::Request::from((request, local, peer, Scheme::HTTPS));
    let mut response = endpoint.get_response(request).await;
    if let Some(takeover) = response.extensions_mut().remove::<Takeover>()
        && is_get
    {
        response.set_body(household.streams(&takeover));
    }
    response.into()
}

impl Household {
    /// The body that a stream writes, as a task of its own: while hyper waits for the client, it does not look
    /// at the body, and the end of the right to listen is watched all the same.
    fn streams(&self, takeover: &Takeover) -> poem::Body {
        let (outlet, feed) = Outlet::body();
        if let Some(stream) = takeover.run(outlet, Bytes::new()) {
            self.tasks.spawn(self.kill.clone().run_until_cancelled_owned(stream));
        }
        poem::Body::from_bytes_stream(stream::poll_fn(move |cx| {
            feed.poll_next(cx).map(|batch| batch.map(Ok::<_, io::Error>))
        }))
    }
}

/// Runs the answers of one HTTP/2 connection, each as a task with a pace of its own: hyper waits for a client
/// that takes nothing without looking at the answer's body, so the deadline has to be outside of it.
#[derive(Clone, Debug)]
struct Answers {
    household: Household,
    // A std mutex: held to count.
    open: Arc<Mutex<usize>>,
    /// The connection's.
    pace: Pace,
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Answers {
    fn execute(&self, answer: F) {
        let (pace, open) = (Pace::new(), Open::count(self));
        pace.answering();
        let watched = pace.clone();
        let kill = self.household.kill.clone();
        self.household.tasks.spawn(PACE.scope(pace, async move {
            let _open = open;
            tokio::select! {
                () = answer => {}
                // Dropped, the answer is reset; the connection goes on.
                () = watched.expired() => tracing::debug!("An answer was reset: nobody took it"),
                () = kill.cancelled() => {}
            }
        }));
    }
}

/// One answer that is being given; the connection is quiet when there is none.
struct Open(Answers);

impl Open {
    fn count(answers: &Answers) -> Self {
        let mut open = answers.open.lock().unwrap_or_else(PoisonError::into_inner);
        *open += 1;
        answers.pace.answering();
        Self(answers.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        *open -= 1;
        if *open == 0 {
            self.0.pace.answered();
        }
    }
}
