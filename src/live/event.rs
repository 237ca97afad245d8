//! An event of the log as it is kept in memory: what happened, and who is told what of it. What each kind of event
//! means is said in `log::kinds`.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::{
    ids::ListenerId,
    live::{
        audience::{Audience, Standing, Viewer},
        cursor::{Cursor, Epoch},
        log::posts::Published,
        right::Right,
        sse::{Farewell, Name},
        viewers::MembershipChange,
    },
    text::Language,
};

/// One numbered entry of the log.
#[derive(Debug)]
pub struct Event {
    /// Dense, in the order of the commits.
    pub id: i64,
    /// Tells this event from one of the same id on another timeline.
    pub nonce: i64,
    /// What happened.
    pub content: Content,
    /// Whom it concerns; nobody, if it is never delivered.
    pub audience: Audience,
    /// What they are told, one for each standing that is told something.
    pub variants: Box<[Variant]>,
    /// About what one delivery of it takes, in bytes.
    pub weight: usize,
}

/// What happened.
#[derive(Debug)]
pub enum Content {
    /// Something to a post, which is as it was when the event was loaded.
    Post(Arc<Published>),
    /// Somebody lost the right to listen. Never delivered.
    LostRight(LostRight),
    /// People joined or left a group. Never delivered.
    Memberships(Box<[MembershipChange]>),
    /// Something to a post of which a later event says more. Never delivered.
    Superseded,
    /// Something that only a newer build knows. Clients are told to make their lists anew.
    Unknown,
}

/// What some viewers are told. Who gains a post, who keeps it and who loses it may each be told another change.
#[derive(Debug)]
pub struct Variant {
    /// Who is told.
    pub standing: Standing,
    /// What they are told.
    pub change: Change,
    frames: Frames,
}

/// What an event says of its post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is there, and new to the viewer.
    Published,
    /// It is told again to the viewer, who has it.
    ToldAgain,
    /// Something of it is another: its title, text or severity.
    Edited,
    /// The alert is over.
    Resolved,
    /// The alert is not over after all.
    Reopened,
    /// It is for more people.
    Widened,
    /// It is for fewer people.
    Narrowed,
    /// Its author has taken it back.
    Withdrawn,
    /// Its time is over.
    Expired,
    /// It stands on top of the list.
    Pinned,
    /// It stands in its place of the list again.
    Unpinned,
    /// The viewer, who has it, may not see it any more.
    Gone(Loss),
    /// Nobody knows here: the list is to be made anew.
    Unknown,
}

/// Why somebody may not see a post any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It is for others now.
    Narrowed,
    /// It was taken back.
    Withdrawn,
    /// Its time is over.
    Expired,
}

/// How a kind of client gets its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// With the HTML of the feed's list, in a language.
    Page(Language),
    /// As it was typed, for programs.
    Api,
    /// For screens on walls: cards without links, and of posts what goes on. In a language.
    Wall(Language),
}

/// The event as it goes out, encoded by the first stream that sends it: by format, and by form of the cursor.
#[derive(Debug, Default)]
struct Frames([[OnceLock<Bytes>; Frames::CURSOR_FORMS]; Format::COUNT]);

/// That streams must end.
#[derive(Debug)]
pub struct LostRight {
    /// Whose streams must end.
    pub whose: ListenerId,
    /// Which; all of theirs, when none is named.
    pub right: Option<Right>,
    /// What their `bye` says.
    pub farewell: Farewell,
}

impl Event {
    /// A reader's cursor after it.
    pub fn cursor(&self, epoch: Epoch) -> Cursor {
        Cursor::at(epoch, self.id, self.nonce)
    }

    /// What one viewer is told, if anything, who has everything up to the event `since`. Who does not have the post yet
    /// gets it as it is now, by the event with which they may see it: to them, what has changed since is no news. Who has
    /// it is told of its last change, and told again if that was done since.
    pub fn variant_for(&self, viewer: &Viewer, since: i64) -> Option<&Variant> {
        let standing = self.audience.standing(viewer, self.id, since)?;
        let is_again = standing == Standing::Keeps
            && self.published().is_some_and(|published| published.post.told_by() > since);
        let is_theirs = |variant: &&Variant| {
            variant.standing == standing && (variant.change == Change::ToldAgain) == is_again
        };
        self.variants.iter().find(is_theirs)
    }

    /// The post that it is about.
    pub fn published(&self) -> Option<&Arc<Published>> {
        match &self.content {
            Content::Post(published) => Some(published),
            _ => None,
        }
    }

    /// About what memory it takes, in bytes, without what is encoded.
    pub fn size(&self) -> usize {
        let content = match &self.content {
            Content::Post(published) => published.post.body.len(),
            Content::Memberships(changes) => size_of_val(&**changes),
            Content::LostRight(_) | Content::Superseded | Content::Unknown => 0,
        };
        self.weight + content + size_of_val(self.audience.rows())
    }
}

impl Variant {
    /// Tells viewers of this standing of this change.
    pub fn new(standing: Standing, change: Change) -> Self {
        Self { standing, change, frames: Frames::default() }
    }

    /// The frame in this format, with this cursor's form.
    pub fn frame(&self, format: Format, cursor: &Cursor, encode: impl FnOnce() -> Bytes) -> Bytes {
        let Frames(by_format) = &self.frames;
        by_format[format.place()][usize::from(cursor.check.is_some())].get_or_init(encode).clone()
    }
}

impl Change {
    /// What can be written of a post that was there before.
    const OF_POSTS: [Self; 9] = [
        Self::Edited,
        Self::Resolved,
        Self::Reopened,
        Self::Widened,
        Self::Narrowed,
        Self::Withdrawn,
        Self::Expired,
        Self::Pinned,
        Self::Unpinned,
    ];

    /// Under which name streams tell of it.
    pub fn event_name(self) -> Name {
        match self {
            Self::Published | Self::ToldAgain => Name::Post,
            Self::Unknown => Name::Reset,
            _ => Name::Change,
        }
    }

    /// What it is called, in the log and on the wire, if it is a change of a post that was there before.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Edited => Some("edited"),
            Self::Resolved => Some("resolved"),
            Self::Reopened => Some("reopened"),
            Self::Widened => Some("widened"),
            Self::Narrowed | Self::Gone(Loss::Narrowed) => Some("narrowed"),
            Self::Withdrawn | Self::Gone(Loss::Withdrawn) => Some("withdrawn"),
            Self::Expired | Self::Gone(Loss::Expired) => Some("expired"),
            Self::Pinned => Some("pinned"),
            Self::Unpinned => Some("unpinned"),
            Self::Published | Self::ToldAgain | Self::Unknown => None,
        }
    }

    /// The change of this name, if it is known here.
    pub fn called(word: &str) -> Option<Self> {
        Self::OF_POSTS.into_iter().find(|change| change.word() == Some(word))
    }

    /// That a post stands on top from now on, or does not.
    pub fn of_pin(is_pinned: bool) -> Self {
        if is_pinned { Self::Pinned } else { Self::Unpinned }
    }

    /// What they are told who may still see the post: of whom else it is for now, no more than that something changed.
    pub fn for_who_keeps(self) -> Self {
        match self {
            Self::Widened | Self::Narrowed => Self::Edited,
            other => other,
        }
    }

    /// What they are told who may not see the post any more.
    pub fn for_who_loses(self) -> Self {
        Self::Gone(match self {
            Self::Withdrawn => Loss::Withdrawn,
            Self::Expired => Loss::Expired,
            Self::Gone(loss) => loss,
            _ => Loss::Narrowed,
        })
    }
}

impl Format {
    const COUNT: usize = 2 * Language::COUNT + 1;

    fn place(self) -> usize {
        match self {
            Self::Api => 0,
            Self::Page(language) => 1 + language as usize,
            Self::Wall(language) => 1 + Language::COUNT + language as usize,
        }
    }
}

impl Frames {
    /// A cursor is written in two forms, short and long.
    const CURSOR_FORMS: usize = 2;
}

impl LostRight {
    /// Whether it is this right of this listener's that was lost.
    pub fn concerns(&self, listener: ListenerId, right: &Right) -> bool {
        self.whose == listener && self.right.as_ref().is_none_or(|lost| lost == right)
    }
}
