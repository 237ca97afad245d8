//! How a stream leaves HTTP: an answer that carries a `Takeover` has its head written by the server, and then
//! the bare socket is the stream's. hyper's buffers, several times what an idle stream needs, are dropped.
//! Where hyper is needed (HTTP/2), what would be written becomes the answer's body instead.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;

use crate::live::stream::sink::Sink;

/// A stream that goes on.
pub(super) type Running = Pin<Box<dyn Future<Output = ()> + Send>>;
type Run = Box<dyn FnOnce(Sink, Bytes) -> Running + Send>;

/// What to do with the sink; an extension of an answer (which is why it can be cloned, though not used
/// twice). Dropped unused, it opens nothing.
#[derive(Clone)]
pub struct Takeover(Arc<Mutex<Option<Run>>>);

impl Takeover {
    /// `run` gets the sink, and the answer's head, which it writes first.
    pub fn new<F: Future<Output = ()> + Send + 'static>(
        run: impl FnOnce(Sink, Bytes) -> F + Send + 'static,
    ) -> Self {
        let run: Run = Box::new(move |sink, head| Box::pin(run(sink, head)));
        Self(Arc::new(Mutex::new(Some(run))))
    }

    /// Runs it, once.
    pub fn run(&self, sink: Sink, head: Bytes) -> Option<Running> {
        let run = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(run(sink, head))
    }
}

impl fmt::Debug for Takeover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Takeover")
    }
}
