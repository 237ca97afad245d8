//! One connection: HTTP/1.1 by hyper, poem behind it, and our deadlines around both.

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
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    live::stream::sink::Outlet,
    server::{
        deadlines::{Pace, Paced},
        takeover::Takeover,
        tune, tune_stream,
    },
};

/// hyper's buffers; a request's head has to fit.
pub(super) const BUFFER: usize = 16 * 1024;

/// What is still read after the last answer, so that the client gets to see it: closing a socket with unread
/// data makes the system throw away what the client has not read yet.
const LINGER_BYTES: u64 = 256 * 1024;

/// And for how long.
const LINGER: Duration = Duration::from_secs(1);

/// An answer that goes on without hyper.
struct Taken {
    head: Bytes,
    takeover: Takeover,
}

/// Serves requests until the connection ends; or, when one of them opens a stream, until then: what is left
/// to run is returned, so that this task, with hyper's buffers in it, can end.
pub(super) async fn serve<E>(
    socket: TcpStream,
    peer: SocketAddr,
    endpoint: Arc<E>,
    stop: CancellationToken,
) -> Option<impl Future<Output = ()> + use<E>>
where
    E: Endpoint<Output = Response> + 'static,
{
    if let Err(error) = tune(&socket) {
        tracing::debug!(%error, %peer, "A socket could not be tuned");
    }
    let local = socket.local_addr().ok()?;
    let pace = Pace::new();
    let (hand_over, mut handed_over) = mpsc::channel(1);
    let io = TokioIo::new(Paced::new(socket, pace.clone()));
    let service = service_fn(|request| {
        pace.answering();
        Box::pin(answer(request, local, peer, endpoint.clone(), pace.clone(), hand_over.clone()))
    });
    let mut connection = http1::Builder::new()
        // Ours is in `pace`: hyper's would end idle connections too.
        .header_read_timeout(None)
        .max_buf_size(BUFFER)
        .serve_connection(io, service);

    let mut stopping = false;
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
            Some(Taken { head, takeover }) = handed_over.recv() => {
                let parts = connection.into_parts();
                // A client that said more than its request did not mean to listen.
                let is_alone = parts.read_buf.is_empty();
                let socket = parts.io.into_inner().into_inner();
                if let Err(error) = tune_stream(&socket) {
                    tracing::debug!(%error, %peer, "A stream's socket could not be tuned");
                }
                return takeover.run(Outlet::Socket(socket), head).filter(|_| is_alone);
            }
            () = pace.expired() => {
                tracing::debug!(%peer, "A connection was closed at its deadline");
                return None;
            }
            () = stop.cancelled(), if !stopping => {
                if pace.is_quiet() {
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
    local: SocketAddr,
    peer: SocketAddr,
    endpoint: Arc<E>,
    pace: Pace,
    hand_over: mpsc::Sender<Taken>,
) -> Result<http::Response<Answer<impl Body<Data = Bytes, Error = io::Error> + Unpin>>, Infallible>
where
    E: Endpoint<Output = Response>,
{
    let is_get = request.method() == http::Method::GET;
    let local = LocalAddr(Addr::SocketAddr(local));
    let peer = RemoteAddr(Addr::SocketAddr(peer));
    let request = poem::Request::from((request, local, peer, Scheme::HTTP));
    let mut response = endpoint.get_response(request).await;
    if let Some(takeover) = response.extensions_mut().remove::<Takeover>()
        && is_get
    {
        let head = head(&response);
        if hand_over.send(Taken { head, takeover }).await.is_ok() {
            // Nothing was written yet, and hyper will not write: the connection is taken from it.
            std::future::pending::<()>().await;
        }
    }
    Ok(http::Response::from(response).map(|body| Answer { body, pace }))
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
pub(super) async fn linger(mut socket: impl AsyncRead + AsyncWrite + Unpin) {
    if socket.shutdown().await.is_err() {
        return;
    }
    let drain = async {
        let mut rest = socket.take(LINGER_BYTES);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    };
    // Whether it came to an end or not: it is closed now.
    let _ = tokio::time::timeout(LINGER, drain).await;
}

/// An answer's body that says when it is done with.
pub(super) struct Answer<B> {
    pub(super) body: B,
    pub(super) pace: Pace,
}

impl<B: Body<Data = Bytes, Error = io::Error> + Unpin> Body for Answer<B> {
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

impl<B> Drop for Answer<B> {
    fn drop(&mut self) {
        self.pace.answered();
    }
}
