//! What thousands of streams are given at once.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
};

use bytes::Bytes;

use crate::live::{Cursor, stream::reader::Source};

/// What a stream was given that every stream at the same place is given: nothing of it is for some people alone.
/// Each thread keeps the last one, so that after a broadcast thousands of streams do not meet at the log, one
/// after the other, to fetch the same.
#[derive(Clone)]
pub(in crate::live) struct Given {
    /// Empty if there was nothing for anybody.
    pub(in crate::live) frames: Bytes,
    /// The last of its events, and how far was looked.
    pub(in crate::live) told: i64,
    pub(in crate::live) through: Cursor,
}

/// Streams of this source, at this cursor, while the log's count of changes is this.
pub(in crate::live) struct Spot {
    source: Weak<Source>,
    cursor: Cursor,
    changes: u64,
}

thread_local! {
    static GIVEN: RefCell<Option<(Spot, Given)>> = const { RefCell::new(None) };
}

impl Spot {
    pub(in crate::live) fn new(source: &Arc<Source>, cursor: &Cursor, changes: u64) -> Self {
        Self { source: Arc::downgrade(source), cursor: cursor.clone(), changes }
    }
}

impl Given {
    /// What was given there, if this thread gave it last.
    pub(in crate::live) fn find(source: &Arc<Source>, cursor: &Cursor, changes: u64) -> Option<Self> {
        GIVEN.with_borrow(|kept| {
            let (spot, given) = kept.as_ref()?;
            let is_here = spot.changes == changes && spot.cursor == *cursor;
            (is_here && Weak::as_ptr(&spot.source) == Arc::as_ptr(source)).then(|| given.clone())
        })
    }

    /// Keeps a copy: threads that shared the bytes would meet at their count of references.
    pub(in crate::live) fn keep(self, spot: Spot) {
        let frames = Bytes::copy_from_slice(&self.frames);
        GIVEN.set(Some((spot, Self { frames, ..self })));
    }
}
