//! One connection over TLS: HTTP/2 or HTTP/1.1, as the client chooses (ALPN). Over HTTP/2 every answer goes through
//! hyper, streams too.
//!
//! What is held while it goes on is kept small: the handshake is over by then, and what goes on is boxed once, where it is
//! made.

use std::{
    convert::Infallible,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderMap,
    header::{self, HeaderValue},
};
use hyper::{
    body::{Body, Incoming},
    rt::Executor,
    server::conn::http2,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::{Endpoint, Response, http::uri::Scheme};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    live::stream::sink::Sink,
    server::{
        STOP_TIMEOUT,
        connection_tasks::ConnectionTasks,
        deadlines::Deadlines,
        http1::{self, Addresses, Serving},
        takeover::Takeover,
        timed_body::TimedBody,
        tls::Tls,
    },
};

/// Requests of one connection that are answered side by side; RFC 9113, 6.5.2, wants no fewer.
const MAX_CONCURRENT_ANSWERS: u32 = 100;

/// What one request's body, or the connection's bodies together, may send ahead of our reading.
const WINDOW_BYTES: u32 = 64 * 1024;

/// How often a client is asked whether it is still there, and how long it has to say so.
const PING_INTERVAL: Duration = Duration::from_secs(20);

tokio::task_local! {
    /// The deadlines of the HTTP/2 request that the task answers.
    static DEADLINES: Deadlines;
}

/// Shakes hands. What is returned serves requests until the connection ends, or until one of them opens a stream that goes
/// on without hyper.
pub(super) async fn accept<E>(
    tls: Tls,
    socket: TcpStream,
    addresses: Addresses,
    endpoint: Arc<E>,
    stop: CancellationToken,
    tasks: ConnectionTasks,
) -> Option<Serving>
where
    E: Endpoint<Output = Response> + 'static,
{
    let accepted = tokio::select! {
        accepted = tls.accept(socket) => accepted,
        () = stop.cancelled() => return None,
    };
    match accepted {
        Ok(stream) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
            Some(serve_http2(stream, addresses, endpoint, stop, tasks))
        }
        Ok(stream) => Some(Box::pin(http1::serve(stream, addresses, endpoint, stop))),
        Err(error) => {
            tracing::debug!(%error, peer = %addresses.peer, "A TLS handshake failed");
            None
        }
    }
}

/// What a client may make us hold is bounded by hyper's and h2's defaults where nothing is set here; among
/// them, streams that are opened to be reset at once (CVE-2023-44487) end the connection.
fn serve_http2<E>(
    stream: TlsStream<TcpStream>,
    addresses: Addresses,
    endpoint: Arc<E>,
    stop: CancellationToken,
    tasks: ConnectionTasks,
) -> Serving
where
    E: Endpoint<Output = Response> + 'static,
{
    let deadlines = Deadlines::new();
    let answers = AnswerExecutor { tasks: tasks.clone(), open: Arc::default(), deadlines: deadlines.clone() };
    let service = service_fn(move |request| {
        let (endpoint, tasks) = (endpoint.clone(), tasks.clone());
        Box::pin(async move {
            let response = answer(request, addresses, endpoint, tasks).await;
            Ok::<_, Infallible>(response.map(|body| TimedBody::new(body, DEADLINES.get())))
        })
    });
    let connection = http2::Builder::new(answers)
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_CONCURRENT_ANSWERS)
        .max_header_list_size(16 * 1024)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES * 4)
        .max_send_buf_size(WINDOW_BYTES as usize)
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_INTERVAL)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = Box::pin(connection);
    Box::pin(async move {
        tokio::select! {
            ended = connection.as_mut() => {
                tracing::debug!(?ended, peer = %addresses.peer, "A connection ended");
                return None;
            }
            () = deadlines.expired() => {
                tracing::debug!(peer = %addresses.peer, "A connection was quiet for too long");
            }
            () = stop.cancelled() => {}
        }
        // What is under way is finished, or cut when the time is over; nothing new is begun.
        connection.as_mut().graceful_shutdown();
        let _ = tokio::time::timeout(STOP_TIMEOUT, connection).await;
        None
    })
}

async fn answer<E>(
    request: http::Request<Incoming>,
    addresses: Addresses,
    endpoint: Arc<E>,
    tasks: ConnectionTasks,
) -> http::Response<impl Body<Data = Bytes, Error = io::Error> + Unpin + use<E>>
where
    E: Endpoint<Output = Response>,
{
    let is_get = request.method() == http::Method::GET;
    let (local, peer) = addresses.of();
    let request = poem::Request::from((request, local, peer, Scheme::HTTPS));
    let mut response = endpoint.get_response(request).await;
    if let Some(takeover) = response.extensions_mut().remove::<Takeover>()
        && is_get
    {
        response.set_body(stream_body(&takeover, &tasks));
        keep_out_of_table(response.headers_mut());
    }
    response.into()
}

/// Has the fields sent as they are, and not remembered for the connection's next answer (RFC 7541, 6.2.3): a stream is often
/// the only answer of its connection, for as long as both last, and what is remembered takes 2 kB.
fn keep_out_of_table(headers: &mut HeaderMap) {
    if let Ok(date) = HeaderValue::from_str(&clock::http_date()) {
        headers.insert(header::DATE, date);
    }
    headers.values_mut().for_each(|value| value.set_sensitive(true));
}

/// The body that a stream writes, in a task of its own: while hyper waits for the client, it does not look at
/// the body, and the end of the right to listen is watched all the same.
fn stream_body(takeover: &Takeover, tasks: &ConnectionTasks) -> poem::Body {
    let (sink, feed) = Sink::body();
    if let Some(stream) = takeover.run(sink, Bytes::new()) {
        tasks.spawn(stream);
    }
    poem::Body::from_bytes_stream(stream::poll_fn(move |cx| {
        feed.poll_next(cx).map(|batch| batch.map(Ok::<_, io::Error>))
    }))
}

/// Runs the answers of one HTTP/2 connection, each as a task with deadlines of its own: hyper waits for a client
/// that takes nothing without looking at the answer's body, so the deadline has to be outside of it.
#[derive(Clone, Debug)]
struct AnswerExecutor {
    tasks: ConnectionTasks,
    // A std mutex: held to count.
    open: Arc<Mutex<usize>>,
    /// The deadlines of the connection itself.
    deadlines: Deadlines,
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for AnswerExecutor {
    fn execute(&self, answer: F) {
        let (deadlines, open) = (Deadlines::new(), OpenAnswer::count(self));
        deadlines.start_answer();
        let watched = deadlines.clone();
        // Moved into what waits for it, it would be held once more.
        let answer = Box::pin(answer);
        self.tasks.spawn(DEADLINES.scope(deadlines, async move {
            let _open = open;
            tokio::select! {
                () = answer => {}
                // Dropped, the answer is reset; the connection goes on.
                () = watched.expired() => tracing::debug!("An answer was reset: nobody took it"),
            }
        }));
    }
}

/// One answer that is being given; the connection is idle when there is none.
struct OpenAnswer(AnswerExecutor);

impl OpenAnswer {
    fn count(answers: &AnswerExecutor) -> Self {
        let mut open = answers.open.lock().unwrap_or_else(PoisonError::into_inner);
        *open += 1;
        answers.deadlines.start_answer();
        Self(answers.clone())
    }
}

impl Drop for OpenAnswer {
    fn drop(&mut self) {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        *open -= 1;
        if *open == 0 {
            self.0.deadlines.end_answer();
        }
    }
}
