//! The last broadcast that each thread delivered, as thousands of streams send it one after the other: without it they
//! would all meet at the log to pull the same.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
};

use bytes::Bytes;

use crate::live::{Cursor, stream::source::Source};

/// What every stream of a source is sent at one cursor: nothing of it is for some people alone.
#[derive(Clone)]
pub(super) struct Broadcast {
    /// Empty if there was nothing for anybody.
    pub(super) frames: Bytes,
    /// The last of its events.
    pub(super) last_id: i64,
    /// Up to where the log was looked at.
    pub(super) through: Cursor,
}

/// Streams of this source, at this cursor, while the log in memory is of this generation.
pub(super) struct Key {
    source: Weak<Source>,
    cursor: Cursor,
    generation: u64,
}

thread_local! {
    static LAST: RefCell<Option<(Key, Broadcast)>> = const { RefCell::new(None) };
}

impl Key {
    pub(super) fn new(source: &Arc<Source>, cursor: &Cursor, generation: u64) -> Self {
        Self { source: Arc::downgrade(source), cursor: cursor.clone(), generation }
    }
}

/// What is sent there, if this thread sent it last.
pub(super) fn find(source: &Arc<Source>, cursor: &Cursor, generation: u64) -> Option<Broadcast> {
    LAST.with_borrow(|last| {
        let (key, broadcast) = last.as_ref()?;
        let is_here = key.generation == generation && key.cursor == *cursor;
        (is_here && Weak::as_ptr(&key.source) == Arc::as_ptr(source)).then(|| broadcast.clone())
    })
}

/// Keeps a copy: threads that shared the bytes would meet at their count of references.
pub(super) fn keep(key: Key, broadcast: Broadcast) {
    let frames = Bytes::copy_from_slice(&broadcast.frames);
    LAST.set(Some((key, Broadcast { frames, ..broadcast })));
}
