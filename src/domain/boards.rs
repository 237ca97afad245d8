//! Boards: pages of cards. Programs make one by naming it; administrators give it its name, who sees it, and how it is
//! arranged. Whatever takes a `db` or `changes` fails as the database does.

use std::{collections::BTreeSet, fmt};

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{
    clock,
    domain::{
        alarms::rows,
        audit::{Action, Actor, Entry},
        change::Changes,
        walls,
    },
    entities::{boards, card_departures, cards},
    ids::BoardId,
    live::state::{Audience, Layout},
    text,
};

pub use self::audience::{Named, audience_of, names_of};
pub use crate::live::state::Board;

mod audience;

/// So many boards there may be.
pub const MAX_BOARDS: u64 = 100;

/// A board's name in addresses has at most so many characters.
const MAX_SLUG: usize = 60;

/// Characters of the name that people read.
const MAX_NAME: usize = 100;

/// Bytes of how a board is arranged.
const MAX_LAYOUT: usize = 64 * 1024;

/// The name of a board in addresses and for programs: 1 to 60 of `[a-z0-9._-]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// How it is written.
    pub const RULE: &str =
        "A board is named by 1 to 60 small letters, digits, points, hyphens and underscores.";

    /// The name, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        let has_more = text.chars().any(|c| c != '.');
        ((1..=MAX_SLUG).contains(&text.len()) && text.chars().all(is_plain) && has_more)
            .then(|| Self(text.to_owned()))
    }

    /// That of a board.
    pub fn of(board: &Board) -> Self {
        Self(board.slug.to_string())
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an administrator says of a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The name that people read.
    pub name: String,
    /// Who may see it.
    pub audience: Audience,
    /// Its sections, and what stands in which.
    pub layout: String,
    /// Where it stands among the boards.
    pub place: i64,
    /// Whether it stands above the feed; no other one does then.
    pub above_feed: bool,
}

impl Settings {
    /// What is wrong with them, if anything is: the field, and a sentence.
    pub fn problem(&self) -> Option<(&'static str, String)> {
        let length = self.name.trim().chars().count();
        if length == 0 || length > MAX_NAME || self.name.chars().any(char::is_control) {
            return Some(("name", text::say("board-name")));
        }
        (self.layout.len() > MAX_LAYOUT).then(|| ("layout", text::say("board-order")))
    }
}

/// The board of this name.
pub async fn find(db: &impl ConnectionTrait, slug: &Slug) -> Result<Option<Board>, DbErr> {
    let row = boards::Entity::find().filter(boards::Column::Slug.eq(slug.as_str())).one(db).await?;
    Ok(row.map(Board::from))
}

/// The board of this number.
pub async fn find_by_id(db: &impl ConnectionTrait, id: BoardId) -> Result<Option<Board>, DbErr> {
    Ok(boards::Entity::find_by_id(id.0).one(db).await?.map(Board::from))
}

/// All boards, in their order.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Board>, DbErr> {
    let rows = boards::Entity::find()
        .order_by_asc(boards::Column::Place)
        .order_by_asc(boards::Column::Name)
        .order_by_asc(boards::Column::Id)
        .limit(MAX_BOARDS);
    Ok(rows.all(db).await?.into_iter().map(Board::from).collect())
}

/// Changes a board as an administrator wishes; whether it was there.
pub async fn change(changes: &Changes, by: &Actor, slug: &Slug, wanted: Settings) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    // That which stood above the feed, too, before the rev is taken: who writes cards takes them in this order.
    let mut those = Condition::any().add(boards::Column::Slug.eq(slug.as_str()));
    if wanted.above_feed {
        those = those.add(boards::Column::AboveFeed.eq(true));
    }
    let held = boards::Entity::find().filter(those).order_by_asc(boards::Column::Id).lock_exclusive();
    let held = held.all(&change.tx).await?;
    let Some(board) = held.into_iter().find(|board| board.slug == slug.as_str()) else { return Ok(false) };
    let entry = Entry::done(by, Action::ChangeBoard, format!("board {slug}"));
    change.record(entry.detail(wanted.name.trim())).await?;
    let rev = change.take_rev().await?;
    if wanted.above_feed {
        let others = boards::Entity::update_many()
            .set(boards::ActiveModel { above_feed: Set(false), rev: Set(rev), ..Default::default() })
            .filter(boards::Column::AboveFeed.eq(true))
            .filter(boards::Column::Id.ne(board.id));
        others.exec(&change.tx).await?;
    }
    let row = boards::ActiveModel {
        name: Set(wanted.name.trim().to_owned()),
        audience: Set(wanted.audience.stored()),
        layout: Set(wanted.layout),
        place: Set(wanted.place),
        above_feed: Set(wanted.above_feed),
        rev: Set(rev),
        ..Default::default()
    };
    boards::Entity::update_many().set(row).filter(boards::Column::Id.eq(board.id)).exec(&change.tx).await?;
    change.commit().await?;
    Ok(true)
}

/// Removes a board with its cards; whether it was there.
pub async fn remove(changes: &Changes, by: &Actor, slug: &Slug) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    let of_slug = || boards::Entity::find().filter(boards::Column::Slug.eq(slug.as_str()));
    let Some(board) = of_slug().one(&change.tx).await? else { return Ok(false) };
    // Cards before their board, as who writes cards does.
    let on_it = cards::Entity::find().select_only().column(cards::Column::Id);
    let on_it = on_it.filter(cards::Column::BoardId.eq(board.id)).order_by_asc(cards::Column::Key);
    on_it.lock_exclusive().into_tuple::<i64>().all(&change.tx).await?;
    let Some(board) = of_slug().lock_exclusive().one(&change.tx).await? else { return Ok(false) };
    change.record(Entry::done(by, Action::RemoveBoard, format!("board {slug}"))).await?;
    walls::end_all_of(&mut change, by, &Board::from(board.clone())).await?;
    let rev = change.take_rev().await?;
    rows::end_on_board(&change.tx, BoardId(board.id), clock::now_ms()).await?;
    cards::Entity::delete_many().filter(cards::Column::BoardId.eq(board.id)).exec(&change.tx).await?;
    boards::Entity::delete_by_id(board.id).exec(&change.tx).await?;
    let left = card_departures::ActiveModel {
        rev: Set(rev),
        board_id: Set(board.id),
        key: Set(String::new()),
        left_ms: Set(clock::now_ms()),
    };
    card_departures::Entity::insert(left).exec_without_returning(&change.tx).await?;
    change.commit().await?;
    Ok(true)
}

/// The boards of these names and these numbers.
pub(in crate::domain) async fn find_all(
    db: &impl ConnectionTrait,
    named: &BTreeSet<Slug>,
    numbered: BTreeSet<BoardId>,
) -> Result<Vec<Board>, DbErr> {
    if named.is_empty() && numbered.is_empty() {
        return Ok(Vec::new());
    }
    let either = Condition::any()
        .add(boards::Column::Slug.is_in(named.iter().map(Slug::as_str)))
        .add(boards::Column::Id.is_in(numbered.iter().map(|board| board.0)));
    // Nobody narrows it while a card comes to stand on it.
    let rows = boards::Entity::find().filter(either).order_by_asc(boards::Column::Id).lock_shared();
    Ok(rows.all(db).await?.into_iter().map(Board::from).collect())
}

/// How many there are.
pub(in crate::domain) async fn count(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    boards::Entity::find().count(db).await
}

/// A board that nobody has made yet.
pub(in crate::domain) fn new(id: BoardId, slug: &Slug, audience: Audience) -> Board {
    Board {
        id,
        slug: slug.as_str().into(),
        name: slug.as_str().into(),
        audience,
        layout: Layout::default(),
        place: 0,
        above_feed: false,
        rev: 0,
        pause: None,
    }
}

/// Writes a new board; its number.
pub(in crate::domain) async fn insert(
    db: &impl ConnectionTrait,
    board: &Board,
    rev: i64,
) -> Result<BoardId, DbErr> {
    let row = boards::ActiveModel {
        id: NotSet,
        slug: Set(board.slug.to_string()),
        name: Set(board.name.to_string()),
        audience: Set(board.audience.stored()),
        layout: Set(String::new()),
        place: Set(board.place),
        above_feed: Set(board.above_feed),
        made_ms: Set(clock::now_ms()),
        rev: Set(rev),
        ..Default::default()
    };
    let made = boards::Entity::insert(row).exec(db).await?;
    Ok(BoardId(made.last_insert_id))
}
