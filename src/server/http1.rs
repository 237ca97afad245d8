//! One connection that speaks HTTP/1.1, with or without TLS: hyper, poem behind it, and our deadlines around both.

use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use hyper::{
    body::{Body, Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use poem::{
    Addr, Endpoint, Response,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    live::stream::sink::{Sink, TlsSocket},
    server::{
        deadlines::Deadlines,
        socket::tune_stream,
        takeover::{Running, Takeover},
        timed_socket::TimedSocket,
    },
};

/// hyper's buffers; a request's head has to fit.
const MAX_BUFFER_BYTES: usize = 16 * 1024;

/// What is still read after the last answer, so that the client gets to see it: closing a socket with unread
/// data makes the system throw away what the client has not read yet.
const MAX_LINGER_BYTES: u64 = 256 * 1024;

/// How long it is still read.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);

/// What HTTP is spoken over.
pub(super) trait Transport: AsyncRead + AsyncWrite + Unpin {
    /// What a client asks for then.
    const SCHEME: Scheme;

    /// The way to the client for a stream, which goes on without HTTP.
    fn into_sink(self) -> Sink;
}

impl Transport for TcpStream {
    const SCHEME: Scheme = Scheme::HTTP;

    fn into_sink(self) -> Sink {
        tune_stream(&self);
        Sink::Socket(self)
    }
}

impl Transport for TlsStream<TcpStream> {
    const SCHEME: Scheme = Scheme::HTTPS;

    fn into_sink(self) -> Sink {
        let (socket, connection) = self.into_inner();
        tune_stream(&socket);
        Sink::Tls(Box::new(TlsSocket::new(socket, connection)))
    }
}

/// The two ends of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addresses {
    pub(super) local: SocketAddr,
    pub(super) peer: SocketAddr,
}

impl Addresses {
    /// Of a request that came over this connection.
    pub(super) fn of(&self) -> (LocalAddr, RemoteAddr) {
        (LocalAddr(Addr::SocketAddr(self.local)), RemoteAddr(Addr::SocketAddr(self.peer)))
    }
}

/// A connection whose requests are answered, until it ends or one of them opens a stream, which is returned.
pub(super) type Serving = Pin<Box<dyn Future<Output = Option<Running>> + Send>>;

/// An answer that goes on without hyper.
struct HandOver {
    head: Bytes,
    takeover: Takeover,
}

/// Serves requests until the connection ends, or until one of them opens a stream. The stream is returned as a future, so
/// that this task, with hyper's buffers in it, can end.
pub(super) async fn serve<S, E>(
    transport: S,
    addresses: Addresses,
    endpoint: Arc<E>,
    stop: CancellationToken,
) -> Option<Running>
where
    S: Transport,
    E: Endpoint<Output = Response> + 'static,
{
    let peer = addresses.peer;
    let deadlines = Deadlines::new();
    let (hand_over, mut handed_over) = mpsc::channel(1);
    let io = TokioIo::new(TimedSocket::new(transport, deadlines.clone()));
    let service = service_fn(|request| {
        deadlines.start_answer();
        let (endpoint, deadlines, hand_over) = (endpoint.clone(), deadlines.clone(), hand_over.clone());
        Box::pin(answer::<E>(request, addresses, S::SCHEME, endpoint, deadlines, hand_over))
    });
    let mut connection = http1::Builder::new()
        // Ours is among the deadlines: hyper's would end idle connections too.
        .header_read_timeout(None)
        .max_buf_size(MAX_BUFFER_BYTES)
        .serve_connection(io, service);

    let mut stopping = false;
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
            Some(HandOver { head, takeover }) = handed_over.recv() => {
                let parts = connection.into_parts();
                // A client that said more than its request did not mean to listen.
                let is_alone = parts.read_buf.is_empty();
                let sink = parts.io.into_inner().into_inner().into_sink();
                return takeover.run(sink, head).filter(|_| is_alone);
            }
            () = deadlines.expired() => {
                tracing::debug!(%peer, "A connection was closed at its deadline");
                return None;
            }
            () = stop.cancelled(), if !stopping => {
                if deadlines.is_idle() {
                    return None;
                }
                stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    match ended {
        Ok(()) => linger(connection.into_parts().io.into_inner()).await,
        Err(error) => tracing::debug!(%error, %peer, "A connection broke"),
    }
    None
}

async fn answer<E>(
    request: http::Request<Incoming>,
    addresses: Addresses,
    scheme: Scheme,
    endpoint: Arc<E>,
    deadlines: Deadlines,
    hand_over: mpsc::Sender<HandOver>,
) -> Result<http::Response<AnswerBody<impl Body<Data = Bytes, Error = io::Error> + Unpin>>, Infallible>
where
    E: Endpoint<Output = Response>,
{
    let is_get = request.method() == http::Method::GET;
    let (local, peer) = addresses.of();
    let request = poem::Request::from((request, local, peer, scheme));
    let mut response = endpoint.get_response(request).await;
    if let Some(takeover) = response.extensions_mut().remove::<Takeover>()
        && is_get
    {
        let head = head(&response);
        if hand_over.send(HandOver { head, takeover }).await.is_ok() {
            // Nothing was written yet, and hyper will not write: the connection is taken from it.
            std::future::pending::<()>().await;
        }
    }
    Ok(http::Response::from(response).map(|body| AnswerBody { body, deadlines }))
}

/// The answer's head as it goes over the wire (RFC 9112). The body ends with the connection.
fn head(response: &Response) -> Bytes {
    let mut head = format!("HTTP/1.1 {}\r\ndate: {}\r\n", response.status(), clock::http_date()).into_bytes();
    for (name, value) in response.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        // A header's value holds no line break: the type sees to it.
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head.into()
}

/// Reads on for a moment, so that a refusal reaches a client that is still sending.
async fn linger(mut socket: impl AsyncRead + AsyncWrite + Unpin) {
    if socket.shutdown().await.is_err() {
        return;
    }
    let drain = async {
        let mut rest = socket.take(MAX_LINGER_BYTES);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    };
    // Whether it came to an end or not: it is closed now.
    let _ = tokio::time::timeout(LINGER_TIMEOUT, drain).await;
}

/// An answer's body that ends the deadline of its answer when it is dropped.
struct AnswerBody<B> {
    body: B,
    deadlines: Deadlines,
}

impl<B: Body<Data = Bytes, Error = io::Error> + Unpin> Body for AnswerBody<B> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B> Drop for AnswerBody<B> {
    fn drop(&mut self) {
        self.deadlines.end_answer();
    }
}
