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
    /// Its title, text or severity is another.
    Edited,
    /// The alert is over.
    Resolved,
    /// The alert is not over after all.
    Reopened,
    /// Nobody knows here: the list is to be made anew.
    Unknown,
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
    /// Whose.
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

    /// What one viewer is told, if anything, who has everything up to the event `since`. Who is still to be told of the
    /// post gets it as it is now, by the event that told of it: to them, what has changed since is no news.
    pub fn variant_for(&self, viewer: &Viewer, since: i64) -> Option<&Variant> {
        let standing = self.audience.standing(viewer, self.id)?;
        let variant = self.variants.iter().find(|variant| variant.standing == standing)?;
        let is_told_by_another =
            |published: &Published| published.post.told_by() > since && published.post.told_by() != self.id;
        let published = self.published();
        (!published.is_some_and(|published| is_told_by_another(published))).then_some(variant)
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
    /// Under which name streams tell of it.
    pub fn event_name(self) -> Name {
        match self {
            Self::Published => Name::Post,
            Self::Edited | Self::Resolved | Self::Reopened => Name::Change,
            Self::Unknown => Name::Reset,
        }
    }

    /// What it is called, in the log and on the wire, if it is a change of a post that was there before.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Edited => Some("edited"),
            Self::Resolved => Some("resolved"),
            Self::Reopened => Some("reopened"),
            Self::Published | Self::Unknown => None,
        }
    }

    /// The change of this name, if it is known here.
    pub fn called(word: &str) -> Option<Self> {
        [Self::Edited, Self::Resolved, Self::Reopened].into_iter().find(|change| change.word() == Some(word))
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
    /// Short and long.
    const CURSOR_FORMS: usize = 2;
}

impl LostRight {
    /// Whether it is this right of this listener's that was lost.
    pub fn concerns(&self, listener: ListenerId, right: &Right) -> bool {
        self.whose == listener && self.right.as_ref().is_none_or(|lost| lost == right)
    }
}
