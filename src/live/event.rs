//! An event of the log as it is kept in memory.

use std::sync::OnceLock;

use bytes::Bytes;

use crate::{
    entities::posts::Audience,
    ids::UserId,
    live::{
        cursor::{Cursor, Epoch},
        log::posts::Published,
        right::Right,
        sse::Farewell,
    },
};

/// What an event weighs beside its texts, in bytes: keys, times, addresses, the markup around them.
const FRAME: usize = 1024;

/// One numbered entry of the log.
#[derive(Debug)]
pub struct Event {
    /// Dense, in the order of the commits.
    pub id: i64,
    /// Tells this event from one of the same id on another timeline.
    pub nonce: i64,
    /// What happened.
    pub what: What,
}

/// What an event says.
#[derive(Debug)]
pub enum What {
    /// A post was published.
    Post(Box<PostEvent>),
    /// Somebody lost the right to listen. Never delivered.
    Rights(LostRight),
}

/// That a post was published.
#[derive(Debug)]
pub struct PostEvent {
    /// The post.
    pub published: Published,
    /// Whom it was resolved to; nobody when it is for everyone.
    pub recipients: Vec<UserId>,
    /// The event as pages get it, encoded by the first stream that delivers it.
    pub page: Encoded,
    /// The event as programs get it, likewise.
    pub api: Encoded,
}

/// An event in one format, for each form of the cursor.
#[derive(Debug, Default)]
pub struct Encoded {
    long: OnceLock<Bytes>,
    short: OnceLock<Bytes>,
}

/// That streams must end.
#[derive(Debug)]
pub struct LostRight {
    /// Whose.
    pub user: UserId,
    /// Which; all of the person's, when none is named.
    pub right: Option<Right>,
    /// What their `bye` says.
    pub farewell: Farewell,
}

impl Event {
    /// A reader's place after it.
    pub fn cursor(&self, epoch: Epoch) -> Cursor {
        Cursor::at(epoch, self.id, self.nonce)
    }
}

impl Encoded {
    /// With this cursor's form; encoded by the first who asks.
    pub fn get_or_init(&self, cursor: &Cursor, encode: impl FnOnce() -> Bytes) -> Bytes {
        let form = if cursor.check.is_some() { &self.long } else { &self.short };
        form.get_or_init(encode).clone()
    }
}

impl LostRight {
    /// Whether it is this right of this person's that was lost.
    pub fn concerns(&self, user: UserId, right: &Right) -> bool {
        self.user == user && self.right.as_ref().is_none_or(|lost| lost == right)
    }
}

impl PostEvent {
    /// Whether it is for everybody.
    pub fn is_broadcast(&self) -> bool {
        self.published.post.audience == Audience::Everyone
    }

    /// Who may see a post that is not for everybody: `audience::visible_to`, in memory.
    pub fn viewers(&self) -> impl Iterator<Item = UserId> {
        let author = UserId(self.published.post.author_id);
        let others = self.recipients.iter().copied().filter(move |user| *user != author);
        std::iter::once(author).chain(others)
    }

    /// About what one delivery of it takes, in bytes.
    pub fn weight(&self) -> usize {
        self.published.post.title.len() + self.published.post.html.len() + FRAME
    }
}
