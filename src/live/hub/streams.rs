//! The open streams of this process, found by who listens, by what they watch, and by where they come from.

use std::{collections::HashMap, hash::Hash, net::IpAddr, sync::Arc};

use slab::Slab;

use crate::{
    ids::ListenerId,
    live::{
        hub::{StreamId, subscription::Stream},
        right::Right,
    },
};

/// All streams, and by what they are found.
#[derive(Debug, Default)]
pub(super) struct Streams {
    pub(super) all: Slab<OpenStream>,
    pub(super) by_listener: HashMap<ListenerId, Vec<Arc<Stream>>>,
    pub(super) by_board: HashMap<Box<str>, Vec<Arc<Stream>>>,
    pub(super) by_address: HashMap<IpAddr, usize>,
}

/// One stream, and when the clock has something for it: here, so that looking at all of them does not fetch each.
#[derive(Debug)]
pub(super) struct OpenStream {
    /// When the next heartbeat is due, in milliseconds since the hub was made.
    pub(super) beat_at: u64,
    /// When the right ends unless it was used meanwhile, in Unix milliseconds.
    pub(super) ends_ms: i64,
    pub(super) stream: Arc<Stream>,
}

impl Streams {
    /// Takes it in; its number, by which it is taken out.
    pub(super) fn add(&mut self, opened: OpenStream) -> usize {
        let stream = opened.stream.clone();
        *self.by_address.entry(stream.address).or_default() += 1;
        for board in &stream.boards {
            self.by_board.entry(board.clone()).or_default().push(stream.clone());
        }
        self.by_listener.entry(stream.listener()).or_default().push(stream);
        self.all.insert(opened)
    }

    /// Takes the stream of this number out.
    pub(super) fn remove(&mut self, number: usize) {
        let stream = &self.all.remove(number).stream;
        take_out(&mut self.by_listener, &stream.listener(), stream);
        for board in &stream.boards {
            take_out(&mut self.by_board, board, stream);
        }
        if let Some(count) = self.by_address.get_mut(&stream.address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&stream.address);
            }
        }
    }

    /// The stream of this id, if it is this listener's, by the same right.
    pub(super) fn find(&self, listener: ListenerId, right: &Right, id: StreamId) -> Option<Arc<Stream>> {
        let mut theirs = self.by_listener.get(&listener)?.iter();
        theirs.find(|stream| stream.id == id && stream.right == *right).cloned()
    }
}

/// Takes a stream out of those under this key.
fn take_out<K: Hash + Eq>(streams: &mut HashMap<K, Vec<Arc<Stream>>>, key: &K, stream: &Arc<Stream>) {
    if let Some(theirs) = streams.get_mut(key) {
        theirs.retain(|other| !Arc::ptr_eq(other, stream));
        if theirs.is_empty() {
            streams.remove(key);
        }
    }
}
