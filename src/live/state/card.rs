//! A board and a card as they are kept in memory, and shown.

use crate::{
    entities::{boards, cards, posts::Severity},
    ids::{BoardId, CardId, UserId},
    live::{
        audience::Viewer,
        state::{Audience, Condition, Layout, Pause, Raised, Reading, Rules, Stage},
    },
};

/// A board, without its cards.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// Its name in the database, never used again.
    pub id: BoardId,
    /// Its name in addresses and for programs.
    pub slug: Box<str>,
    /// The name that people read.
    pub name: Box<str>,
    /// Who may see it.
    pub audience: Audience,
    /// Its sections, and what stands in which.
    pub layout: Layout,
    /// Boards are listed in this order, then by name.
    pub place: i64,
    /// Whether it stands above the feed.
    pub above_feed: bool,
    /// The rev of its last change.
    pub rev: i64,
    /// Until when no card on it raises alarms.
    pub pause: Option<Box<Pause>>,
}

/// A card.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Its name in the database, never used again.
    pub id: CardId,
    /// By which programs name it.
    pub key: Box<str>,
    /// The board that it stands on.
    pub board: BoardId,
    /// Who owns it.
    pub owner: UserId,
    /// What people read above the value.
    pub title: Box<str>,
    /// Who of those who see the board may see it; none, if all of them may.
    pub audience: Option<Box<Audience>>,
    /// What is said of it besides; none, if nothing is.
    pub details: Option<Box<Details>>,
    /// The newest version that was reported, if reports have versions.
    pub version: Option<i64>,
    /// What was reported last.
    pub reading: Reading,
    /// When that was; Unix time in milliseconds.
    pub reported_ms: i64,
    /// Unix time in milliseconds.
    pub made_ms: i64,
    /// The rev of its last change.
    pub rev: i64,
    /// What it raises alarms for.
    pub rules: Option<Box<Rules>>,
    /// The worst alarm that is raised.
    pub raised: Option<Raised>,
    /// From when on it is silent, unless there is a report; Unix time in milliseconds. None if nobody looks, or if it is.
    pub silent_ms: Option<i64>,
    /// Until when it raises no alarms.
    pub pause: Option<Box<Pause>>,
}

/// What is said of a card besides. Most of many cards have none of it, and so do not have the room for it either.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    /// Where more is to be found.
    pub url: Option<Box<str>>,
    /// A line of text below the value.
    pub note: Option<Box<str>>,
    /// After so many seconds without a report it is old.
    pub ttl_s: Option<i64>,
}

impl Card {
    /// Where more is to be found.
    pub fn url(&self) -> Option<&str> {
        self.details.as_ref()?.url.as_deref()
    }

    /// A line of text below the value.
    pub fn note(&self) -> Option<&str> {
        self.details.as_ref()?.note.as_deref()
    }

    /// After so many seconds without a report it is old.
    pub fn ttl_s(&self) -> Option<i64> {
        self.details.as_ref()?.ttl_s
    }

    /// Changes what is said of it besides.
    pub fn set_details(&mut self, change: impl FnOnce(&mut Details)) {
        let mut details = self.details.take().map(|details| *details).unwrap_or_default();
        change(&mut details);
        self.details = (details != Details::default()).then(|| Box::new(details));
    }

    /// From when on it is old unless there is a report; Unix time in milliseconds.
    pub fn old_from_ms(&self) -> Option<i64> {
        self.ttl_s().map(|ttl| self.reported_ms.saturating_add(ttl.saturating_mul(1000)))
    }
}

impl Card {
    /// Whether it is work that goes on, as far as is known, and has not been heard of for longer than it should; at this time
    /// in Unix milliseconds.
    pub fn is_stalled(&self, now_ms: i64) -> bool {
        self.can_stall() && self.old_from_ms().is_some_and(|from| from <= now_ms)
    }

    /// Whether it is stalled when it is old.
    pub fn can_stall(&self) -> bool {
        matches!(&self.reading, Reading::Progress(progress) if progress.state == Stage::Running)
    }

    /// Whether the viewer may see it on this board, which is its own.
    pub fn is_seen_by(&self, board: &Board, viewer: &Viewer) -> bool {
        let is_for = |audience: &Audience| audience.includes(viewer);
        board.is_seen_by(viewer) && self.audience.as_deref().is_none_or(is_for)
    }

    /// Whom it is for: whoever is meant by all of these, of which its board's is one.
    pub fn audiences(&self, board: &Board) -> Vec<Audience> {
        let own = self.audience.as_deref().filter(|own| **own != board.audience);
        own.into_iter().chain([&board.audience]).cloned().collect()
    }
}

impl Board {
    /// Whether the viewer may see it, as they are now. A screen sees the one that its link is for.
    pub fn is_seen_by(&self, viewer: &Viewer) -> bool {
        match &viewer.screen {
            Some(screen) => {
                screen.board == self.id && (screen.is_confirmed || self.audience.is_for_everyone())
            }
            None => self.audience.includes(viewer),
        }
    }
}

/// How much somebody should look at a card; more is worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Concern {
    /// Nobody need look.
    #[default]
    None,
    /// It has not been heard of for longer than it should.
    Old,
    /// It is work that goes on, and has not been heard of for longer than it should.
    Stalled,
    /// Somebody should look soon.
    Warning,
    /// Somebody should look now.
    Critical,
}

impl Card {
    /// How much somebody should look at it, at this time in Unix milliseconds.
    pub fn concern(&self, now_ms: i64) -> Concern {
        let is_old = self.old_from_ms().is_some_and(|from| from <= now_ms);
        let by_alarm = match self.raised {
            Some(Raised { severity: Severity::Critical, .. }) => Concern::Critical,
            Some(_) => Concern::Warning,
            None => Concern::None,
        };
        let by_itself = match &self.reading {
            Reading::Status(status) if status.state == Condition::Critical => Concern::Critical,
            Reading::Progress(progress) if progress.state == Stage::Failed => Concern::Critical,
            Reading::Status(status) if status.state == Condition::Warning => Concern::Warning,
            _ if self.is_stalled(now_ms) => Concern::Stalled,
            _ if is_old => Concern::Old,
            _ => Concern::None,
        };
        by_alarm.max(by_itself)
    }
}

impl From<boards::Model> for Board {
    fn from(row: boards::Model) -> Self {
        Self {
            id: BoardId(row.id),
            slug: row.slug.into(),
            name: row.name.into(),
            audience: Audience::read(&row.audience),
            layout: Layout::read(&row.layout),
            place: row.place,
            above_feed: row.above_feed,
            rev: row.rev,
            pause: Pause::read(row.paused_until_ms, row.paused_by).map(Box::new),
        }
    }
}

impl From<cards::Model> for Card {
    fn from(row: cards::Model) -> Self {
        let mut card = Self {
            id: CardId(row.id),
            key: row.key.into(),
            board: BoardId(row.board_id),
            owner: UserId(row.owner_id),
            title: row.title.into(),
            audience: row.audience.map(|stored| Box::new(Audience::read(&stored))),
            details: None,
            version: row.version,
            reading: Reading::read(&row.reading),
            reported_ms: row.reported_ms,
            made_ms: row.made_ms,
            rev: row.rev,
            rules: row.alarm.as_deref().and_then(Rules::read).map(Box::new),
            raised: row.raised.as_deref().and_then(|stored| serde_json::from_str(stored).ok()),
            silent_ms: row.silent_ms,
            pause: Pause::read(row.paused_until_ms, row.paused_by).map(Box::new),
        };
        card.set_details(|details| {
            let (url, note) = (row.url.map(Into::into), row.note.map(Into::into));
            *details = Details { url, note, ttl_s: row.ttl_s };
        });
        card
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_cards_have_no_more_than_a_quarter_of_a_kilobyte_each() {
        // With the two counts of an `Arc`, beside what is in boxes.
        assert!(size_of::<Card>() + 16 <= 256, "{}", size_of::<Card>());
    }
}
