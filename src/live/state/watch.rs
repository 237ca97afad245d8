//! What one stream watches, and up to where it was told.

/// A stream watches at most so many boards and rosters.
pub const MAX_WATCHED: usize = 20;

/// What the name of a roster begins with, among those of boards, which have no colon.
pub const ROSTER: &str = "roster:";

/// One board that a stream watches.
#[derive(Debug)]
pub struct Watch {
    board: Box<str>,
    /// Up to where the client was told; none as long as it shows nothing.
    pub(super) told: Option<Told>,
    /// Whether the client was told anything: until then it may show what an earlier stream told it.
    pub(super) is_told: bool,
}

/// The roster of one post that a stream watches.
#[derive(Clone, Copy, Debug)]
pub(in crate::live) struct RosterWatch {
    /// The id of the post.
    pub(in crate::live) post: i64,
    /// What the client was told; none as long as it shows nothing.
    pub(in crate::live) told: Option<RosterTold>,
    /// Whether the client was told anything: until then it may show what an earlier stream told it.
    pub(in crate::live) is_told: bool,
}

/// What a client was told of a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RosterTold {
    /// Everything that its people did up to here.
    pub rev: i64,
    /// Everything that anybody did up to here.
    pub all_through: i64,
    /// When it was looked at, in Unix milliseconds.
    pub at_ms: i64,
    /// Of how many changes beside (`Log::roster_changes`) it was told.
    pub changes: u64,
    /// What it shows beside its people, as a digest: what changes nothing of it is not told.
    pub shown: u64,
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

/// The boards and rosters that one stream watches.
#[derive(Debug, Default)]
pub struct Watching {
    watches: Vec<Watch>,
    /// The generations of the state, and of the viewer, of which this client has everything.
    pub(in crate::live) seen: (u64, u64),
    pub(in crate::live) rosters: Vec<RosterWatch>,
    /// The generation of rosters, and the changes beside it, of which this client has everything.
    pub(in crate::live) rosters_seen: (u64, u64),
}

impl Watch {
    /// The board's name for programs; it need not be there.
    pub fn board(&self) -> &str {
        &self.board
    }
}

impl Watching {
    /// These boards and rosters, each once, and no more than there may be; `None` if there are none.
    pub fn of<'a>(boards: impl IntoIterator<Item = &'a str>) -> Option<Box<Self>> {
        let (mut watches, mut rosters) = (Vec::<Watch>::new(), Vec::<RosterWatch>::new());
        for board in boards.into_iter().take(MAX_WATCHED) {
            if let Some(post) = board.strip_prefix(ROSTER) {
                let post = post.parse().ok().filter(|post| rosters.iter().all(|other| other.post != *post));
                rosters.extend(post.map(|post| RosterWatch { post, told: None, is_told: false }));
            } else if watches.len() < MAX_WATCHED && watches.iter().all(|other| &*other.board != board) {
                watches.push(Watch { board: board.into(), told: None, is_told: false });
            }
        }
        let is_empty = watches.is_empty() && rosters.is_empty();
        (!is_empty).then(|| Box::new(Self { watches, rosters, ..Self::default() }))
    }

    pub(in crate::live) fn watches(&mut self) -> &mut [Watch] {
        &mut self.watches
    }
}
