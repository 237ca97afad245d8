//! What all streams of one kind have in common: where their events come from, and how they look.

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use sea_orm::DbErr;

use crate::{
    ids::ListenerId,
    live::{
        Cursor, Log, State,
        audience::Viewer,
        event::{Change, Format},
        log::posts::Published,
        right::Right,
        state::{frame::Frame, watch::RosterTold},
    },
};

/// Writes a whole event that tells of a post, its id included, or nothing. What it returns is kept by
/// `Source::format`.
pub type Encode = Box<dyn Fn(&Cursor, &Published, Change) -> Bytes + Send + Sync>;

/// Writes a whole event that tells of a board.
pub type EncodeCards = Box<dyn Fn(&Frame<'_>) -> Bytes + Send + Sync>;

/// When a right to listen ends unless it is used, in Unix milliseconds; `None` when it has ended.
pub type RightEnd = Box<dyn Fn(&Right) -> BoxFuture<'static, Result<Option<i64>, DbErr>> + Send + Sync>;

/// What a person's receipts are, as a whole event, and up to which rev that is: what changed after the rev that they were told
/// up to, or all of it. The count is as of this cursor.
pub type ReadReceipts =
    Box<dyn Fn(Viewer, Cursor, Option<i64>) -> BoxFuture<'static, Result<(Bytes, i64), DbErr>> + Send + Sync>;

/// A look at the roster of this post for a listener, who listens by this right, and was told of it before.
pub type ReadRoster = Box<
    dyn Fn(ListenerId, Right, i64, Option<RosterTold>) -> BoxFuture<'static, Result<RosterLook, DbErr>>
        + Send
        + Sync,
>;

/// What there is to tell of a roster.
pub enum RosterLook {
    /// Nothing changed at all.
    Same,
    /// What changed since, as a whole event, which is empty if nothing changed that they see.
    Changed(Bytes, RosterTold),
    /// They may not see it, as a whole event: it is not there, or not theirs.
    Gone(Bytes),
}

/// What all streams of one kind have in common.
pub struct Source {
    /// Where the events are.
    pub log: Log,
    /// Where the cards are.
    pub state: State,
    /// Whether a right still stands.
    pub right_end: RightEnd,
    /// Names the program that made the pages.
    pub build: &'static str,
    /// A client with more events to come than this is told to start over.
    pub max_backlog: Option<usize>,
    /// Under which what was encoded is shared with other streams.
    pub format: Format,
    /// How an event looks in that format.
    pub encode: Encode,
    /// How a board's cards look in that format.
    pub encode_cards: EncodeCards,
    /// What its person has read, if they are told.
    pub read_receipts: Option<ReadReceipts>,
    /// Who has seen a post, if they are told.
    pub read_roster: Option<ReadRoster>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("format", &self.format).finish_non_exhaustive()
    }
}
