//! Cards: named values that programs keep, shown as they are now. A card belongs to the owner of the token that made it;
//! others' keys look as if they were not there. Whatever takes a `db` fails as the database does.

use std::{collections::BTreeMap, fmt, time::Duration};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    db,
    entities::{card_departures, cards},
    ids::{BoardId, UserId},
};

pub use self::{
    fields::Fields,
    history::History,
    keeper::Keeper,
    ping::{Ping, Signal},
    writing::{CardQueue, Edit, KeptCard, What},
};
pub use crate::live::state::{
    About, Board, Card, Concern, Condition, Flapping, Pause, Place, Progress, Raised, Reading, Recent, Rules,
    Since, Stage, Status, Threshold, Trend, Value, ValueKind,
};

pub(in crate::domain) mod addressees;
mod fields;
pub mod history;
mod keeper;
pub mod output;
pub mod ping;
pub(in crate::domain) mod writing;

/// So many cards there may be.
pub const MAX_CARDS: u64 = 10_000;

/// So many there may be on one board.
pub const MAX_ON_BOARD: u64 = 500;

/// A program may send so many at once.
pub const MAX_TOGETHER: usize = 500;

/// What left is remembered for so long: a node that has not looked for longer reads everything anew.
pub const KEEP_DEPARTURES: Duration = Duration::from_secs(24 * 60 * 60);

/// A key has at most so many characters.
const MAX_KEY: usize = 100;

/// Why a card was not kept as it was sent.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CardError {
    /// There is no such card, or none that is the program's.
    #[error("there is no such card of yours")]
    NotFound,
    /// There is such a board, but the token's owner may not see it.
    #[error("the board is not one that the token's owner may see")]
    OtherBoard,
    /// Something in it is not right: a sentence for each field.
    #[error("something in the card is not right")]
    Invalid(BTreeMap<&'static str, String>),
    /// A newer version was there first.
    #[error("the card is at version {0} already")]
    OldVersion(i64),
    /// There are as many as there may be.
    #[error("{0}")]
    TooMany(&'static str),
    /// The card would be shown to others than the token may post to.
    #[error("the token may only post to certain groups, and the card would be for others")]
    OtherGroups,
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// The name of a card for programs: 1 to 100 of `[a-z0-9._:-]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardKey(Box<str>);

impl CardKey {
    /// The key, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._:-".contains(c);
        ((1..=MAX_KEY).contains(&text.len()) && text.chars().all(is_key)).then(|| Self(text.into()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The card of this key.
pub async fn find(db: &impl ConnectionTrait, key: &CardKey) -> Result<Option<Card>, DbErr> {
    let row = cards::Entity::find().filter(cards::Column::Key.eq(key.as_str())).one(db).await?;
    Ok(row.map(Card::from))
}

/// The cards of a board, by key.
pub async fn on_board(db: &impl ConnectionTrait, board: BoardId) -> Result<Vec<Card>, DbErr> {
    let rows = cards::Entity::find()
        .filter(cards::Column::BoardId.eq(board.0))
        .order_by_asc(cards::Column::Key)
        .limit(MAX_ON_BOARD)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// The first `count` cards after a key, by key: of one owner, or of all.
pub async fn list(
    db: &impl ConnectionTrait,
    owner: Option<UserId>,
    after: Option<&CardKey>,
    count: u64,
) -> Result<Vec<Card>, DbErr> {
    let mut rows = cards::Entity::find();
    if let Some(owner) = owner {
        rows = rows.filter(cards::Column::OwnerId.eq(owner.0));
    }
    if let Some(after) = after {
        rows = rows.filter(cards::Column::Key.gt(after.as_str()));
    }
    let rows = rows.order_by_asc(cards::Column::Key).limit(count).all(db).await?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// How many cards there are: on one board, or in all.
pub(in crate::domain) async fn count(
    db: &impl ConnectionTrait,
    board: Option<BoardId>,
) -> Result<u64, DbErr> {
    let rows = cards::Entity::find();
    match board {
        Some(board) => rows.filter(cards::Column::BoardId.eq(board.0)).count(db).await,
        None => rows.count(db).await,
    }
}

/// When the oldest card that left did so, of those that are remembered; Unix time in milliseconds.
pub(in crate::domain) async fn oldest_departure_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let oldest =
        card_departures::Entity::find().order_by_asc(card_departures::Column::LeftMs).one(db).await?;
    Ok(oldest.map(|row| row.left_ms))
}

/// Forgets what left before `cut`, at most `count`; how many they were.
pub(in crate::domain) async fn sweep_departures(
    db: &impl ConnectionTrait,
    cut: i64,
    count: u64,
) -> Result<u64, DbErr> {
    let left = card_departures::Column::LeftMs;
    db::delete_first::<card_departures::Entity>(db, left, left.lt(cut), count).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_plain() {
        for key in ["a", "boiler.temp", "host:1_".trim_end_matches('_'), &"x".repeat(100)] {
            assert!(CardKey::parse(key).is_some(), "{key}");
        }
        for key in ["", "A", "a b", "ä", "a/b", "a,b", &"x".repeat(101)] {
            assert!(CardKey::parse(key).is_none(), "{key}");
        }
    }
}
