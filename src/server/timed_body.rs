//! An answer's body that is handed to hyper in pieces, and tells its deadlines when one of them waits.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use crate::server::deadlines::Deadlines;

/// Larger pieces would wait in h2's buffers, where nobody sees them wait.
const MAX_PIECE_BYTES: usize = 16 * 1024;

/// A body whose pieces are taken within the deadline of a write.
#[derive(Debug)]
pub(super) struct TimedBody<B> {
    body: B,
    rest: Bytes,
    deadlines: Deadlines,
}

impl<B> TimedBody<B> {
    pub(super) fn new(body: B, deadlines: Deadlines) -> Self {
        Self { body, rest: Bytes::new(), deadlines }
    }
}

impl<B: Body<Data = Bytes, Error = io::Error> + Unpin> Body for TimedBody<B> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        // Asked for more: the piece before was taken.
        self.deadlines.record_write(false);
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                ended => return Poll::Ready(ended),
            }
        }
        let length = self.rest.len().min(MAX_PIECE_BYTES);
        let piece = self.rest.split_to(length);
        self.deadlines.record_write(true);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        // Asked before anything was taken; afterwards only the first pieces are missing from it.
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn next(body: &mut (impl Body<Data = Bytes, Error = io::Error> + Unpin)) -> Option<usize> {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?;
        Some(frame.expect("nothing breaks").into_data().expect("data").len())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_handed_out_in_pieces_each_with_a_deadline() {
        let deadlines = Deadlines::new();
        deadlines.start_answer();
        let page = poem::Body::from(vec![b'x'; MAX_PIECE_BYTES + 1]);
        let mut body =
            TimedBody::new(http::Response::from(poem::Response::from(page)).into_body(), deadlines.clone());

        assert_eq!(next(&mut body).await, Some(MAX_PIECE_BYTES));
        assert!(!body.is_end_stream());
        let waits = tokio::time::timeout(Duration::from_secs(31), deadlines.expired());
        assert!(waits.await.is_ok(), "nobody takes it");

        assert_eq!(next(&mut body).await, Some(1));
        assert!(body.is_end_stream());
        assert_eq!(next(&mut body).await, None);
        let waits = tokio::time::timeout(Duration::from_secs(3600), deadlines.expired());
        assert!(waits.await.is_err(), "all of it is taken");
    }
}
