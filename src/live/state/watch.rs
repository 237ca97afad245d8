//! What one stream watches, and up to where it was told.

/// A stream watches at most so many boards.
pub const MAX_WATCHED: usize = 20;

/// One board that a stream watches.
#[derive(Debug)]
pub struct Watch {
    board: Box<str>,
    /// Up to where the client was told; none as long as it shows nothing.
    pub(super) told: Option<Told>,
}

/// Up to where a client was told of a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Of which memory: another one counts anew.
    pub(super) memory: u64,
    /// Everything up to here.
    pub(super) rev: i64,
    /// Of its viewer, then: who joins or leaves a group may see others.
    pub(super) viewer: u64,
}

/// The boards that one stream watches.
#[derive(Debug, Default)]
pub struct Watching {
    watches: Vec<Watch>,
    /// The generations of the state, and of the viewer, of which this client has everything.
    pub(in crate::live) seen: (u64, u64),
}

impl Watch {
    /// The board's name for programs; it need not be there.
    pub fn board(&self) -> &str {
        &self.board
    }
}

impl Watching {
    /// These boards, each once, and no more than there may be; `None` if there are none.
    pub fn of<'a>(boards: impl IntoIterator<Item = &'a str>) -> Option<Box<Self>> {
        let mut watches: Vec<Watch> = Vec::new();
        for board in boards {
            if watches.len() < MAX_WATCHED && watches.iter().all(|other| &*other.board != board) {
                watches.push(Watch { board: board.into(), told: None });
            }
        }
        (!watches.is_empty()).then(|| Box::new(Self { watches, seen: (0, 0) }))
    }

    pub(in crate::live) fn watches(&mut self) -> &mut [Watch] {
        &mut self.watches
    }
}
