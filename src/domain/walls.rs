//! Walls: screens that nobody touches, each of which shows one board by a link, without an account. The secret in the
//! link's address is good for one screen: the first that opens it gets a cookie of its own, and from then on the address
//! leads to the wall on that screen alone. Of secret and cookie only hashes are kept. Whatever takes a `db` or `changes`
//! fails as the database does.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::Expr,
};
use tower_sessions::session::Id;

use crate::{
    clock, digest,
    domain::{
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        groups::Group,
        reveals::{self, SecretKind},
    },
    entities::{groups, wall_groups, walls},
    ids::{ListenerId, WallId},
    live::{event::LostRight, log::table::NewEvent, right::Right, sse::Farewell, state::Board},
    text::{self, Text},
};

pub use self::opening::{Opening, open};
pub use crate::entities::walls::Model as Wall;

mod opening;

/// So many links a board may have.
pub const MAX_OF_BOARD: u64 = 20;

/// So many groups may take over one screen.
pub const MAX_GROUPS: usize = 20;

/// A link to be.
#[derive(Clone, Debug)]
pub struct NewWall {
    /// Which screen it is for, in the words of whoever makes it.
    pub name: String,
    /// Whether it is dark or light.
    pub look: Look,
    /// Whether critical posts for everyone take the screen over.
    pub posts_for_everyone: bool,
    /// The groups whose critical posts do.
    pub groups: Vec<Group>,
}

/// How a wall looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// As the screen is set.
    #[default]
    Own,
    Dark,
    Light,
}

impl Look {
    /// As it is stored, and sent by the form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// The look of this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Own, Self::Dark, Self::Light].into_iter().find(|look| look.as_str() == text)
    }
}

/// Why no link was made.
#[derive(Debug, thiserror::Error)]
pub enum WallError {
    /// The board has as many as it may have.
    #[error("{}", text::of("wall-links-full").with("most", MAX_OF_BOARD))]
    TooMany,
    /// It was ended in the meantime.
    #[error("{}", text::say("wall-link-ended"))]
    Gone,
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Makes a link, whose secret is kept for the page that shows it to this session; its reference.
///
/// # Errors
/// When there are too many, and those of the database.
pub async fn add_to_show(
    changes: &Changes,
    by: &Actor,
    board: &Board,
    new: &NewWall,
    session: &Id,
) -> Result<String, WallError> {
    let mut change = changes.begin().await?;
    if count(&change.tx, board).await? >= MAX_OF_BOARD {
        return Err(WallError::TooMany);
    }
    let row = walls::ActiveModel {
        board_id: Set(board.id.0),
        name: Set(new.name.clone()),
        look: Set(new.look.as_str().to_owned()),
        // Whoever makes it has typed their password, if it is not.
        is_confirmed: Set(!board.audience.is_for_everyone()),
        posts_for_everyone: Set(new.posts_for_everyone),
        ..Default::default()
    };
    let groups: Vec<_> = new.groups.iter().map(|group| group.id).collect();
    let reference = insert(&mut change, by, board, row, &groups, session).await?;
    change.commit().await?;
    Ok(reference)
}

/// Makes another link in the place of one, which ends: for a screen that has lost its cookie. The reference of its secret.
///
/// # Errors
/// When there is no such link, and those of the database.
pub async fn replace_to_show(
    changes: &Changes,
    by: &Actor,
    board: &Board,
    wall: WallId,
    session: &Id,
) -> Result<String, WallError> {
    let mut change = changes.begin().await?;
    let groups = group_ids(&change.tx, wall).await?;
    let Some(old) = end_one(&mut change, by, board, wall).await? else { return Err(WallError::Gone) };
    change.append(NewEvent::Rights(lost(&old)));
    let row = walls::ActiveModel {
        board_id: Set(old.board_id),
        name: Set(old.name),
        look: Set(old.look),
        is_confirmed: Set(!board.audience.is_for_everyone()),
        posts_for_everyone: Set(old.posts_for_everyone),
        ..Default::default()
    };
    let reference = insert(&mut change, by, board, row, &groups, session).await?;
    change.commit().await?;
    Ok(reference)
}

/// Ends a link: its screen shows nothing from then on.
pub async fn end(changes: &Changes, by: &Actor, board: &Board, wall: WallId) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let Some(old) = end_one(&mut change, by, board, wall).await? else { return Ok(()) };
    change.append(NewEvent::Rights(lost(&old)));
    change.commit().await
}

/// Ends all links of a board, which is removed.
pub(in crate::domain) async fn end_all_of(
    change: &mut Change,
    by: &Actor,
    board: &Board,
) -> Result<(), DbErr> {
    for wall in list(&change.tx, board).await? {
        if let Some(lost) = end_one(change, by, board, wall.wall_id()).await?.map(|wall| lost(&wall)) {
            // Now, not at the commit: the state's counter is taken after the log's.
            change.write_event(NewEvent::Rights(lost)).await?;
        }
    }
    Ok(())
}

/// The wall that a screen has this cookie for.
pub async fn find(db: &impl ConnectionTrait, id: WallId, cookie: &str) -> Result<Option<Wall>, DbErr> {
    let of_screen = walls::Entity::find_by_id(id.0);
    of_screen.filter(walls::Column::CookieHash.eq(key(cookie))).one(db).await
}

/// The link of this number, if it is this board's.
pub async fn find_of(db: &impl ConnectionTrait, board: &Board, id: WallId) -> Result<Option<Wall>, DbErr> {
    walls::Entity::find_by_id(id.0).filter(walls::Column::BoardId.eq(board.id.0)).one(db).await
}

/// The links of a board, the oldest first.
pub async fn list(db: &impl ConnectionTrait, board: &Board) -> Result<Vec<Wall>, DbErr> {
    let of_board = walls::Entity::find().filter(walls::Column::BoardId.eq(board.id.0));
    of_board.order_by_asc(walls::Column::Id).all(db).await
}

/// The names of the groups whose critical posts take a screen over.
pub async fn group_names(db: &impl ConnectionTrait, wall: WallId) -> Result<Vec<String>, DbErr> {
    let ids = group_ids(db, wall).await?;
    groups::Entity::find()
        .select_only()
        .column(groups::Column::Name)
        .filter(groups::Column::Id.is_in(ids))
        .filter(groups::Column::RemovedNumber.is_null())
        .order_by_asc(groups::Column::SortKey)
        .into_tuple()
        .all(db)
        .await
}

/// The link of this number.
pub async fn find_by_id(db: &impl ConnectionTrait, id: WallId) -> Result<Option<Wall>, DbErr> {
    walls::Entity::find_by_id(id.0).one(db).await
}

/// When a link ends, in Unix milliseconds: never, as long as it is there.
pub async fn expiry(db: &impl ConnectionTrait, id: WallId) -> Result<Option<i64>, DbErr> {
    Ok(find_by_id(db, id).await?.map(|_| i64::MAX))
}

/// Stores that the screen was seen now.
pub async fn seen(db: &impl ConnectionTrait, id: WallId) -> Result<(), DbErr> {
    let earlier = walls::Column::SeenMs.is_null().or(walls::Column::SeenMs.lt(clock::last_minute()));
    walls::Entity::update_many()
        .col_expr(walls::Column::SeenMs, Expr::value(clock::now_ms()))
        .filter(walls::Column::Id.eq(id.0))
        .filter(earlier)
        .exec(db)
        .await
        .map(|_| ())
}

/// What a screen's cookie is known by inside: its SHA-256, in hexadecimal.
pub fn key(cookie: &str) -> String {
    digest::sha256_hex(cookie)
}

async fn insert(
    change: &mut Change,
    by: &Actor,
    board: &Board,
    row: walls::ActiveModel,
    groups: &[i64],
    session: &Id,
) -> Result<String, DbErr> {
    let secret = new_secret();
    let row = walls::ActiveModel {
        id: NotSet,
        secret_hash: Set(digest::sha256_hex(&secret)),
        cookie_hash: Set(None),
        made_by: Set(by.name().to_owned()),
        made_ms: Set(clock::now_ms()),
        seen_ms: Set(None),
        ..row
    };
    let wall = walls::Entity::insert(row).exec_with_returning(&change.tx).await?;
    for group in groups {
        let row = wall_groups::ActiveModel { wall_id: Set(wall.id), group_id: Set(*group) };
        wall_groups::Entity::insert(row).exec_without_returning(&change.tx).await?;
    }
    let entry = Entry::done(by, Action::AddWall, about(&wall.name));
    change.record(entry.detail(wall_on(wall.id, board))).await?;
    reveals::keep(&change.tx, SecretKind::Wall, session, &secret).await
}

/// Ends a link of this board; the link, if there was one.
async fn end_one(change: &mut Change, by: &Actor, board: &Board, id: WallId) -> Result<Option<Wall>, DbErr> {
    let Some(wall) = find_of(&change.tx, board, id).await? else { return Ok(None) };
    let of_wall = wall_groups::Entity::delete_many().filter(wall_groups::Column::WallId.eq(id.0));
    of_wall.exec(&change.tx).await?;
    if walls::Entity::delete_by_id(id.0).exec(&change.tx).await?.rows_affected == 0 {
        return Ok(None);
    }
    let entry = Entry::done(by, Action::EndWall, about(&wall.name));
    change.record(entry.detail(wall_on(id.0, board))).await?;
    Ok(Some(wall))
}

fn wall_on(id: i64, board: &Board) -> Text {
    text::of("audit-wall").with("wall", id.to_string()).with("board", &*board.slug)
}

fn lost(wall: &Wall) -> LostRight {
    let id = wall.wall_id();
    let (whose, right) = (ListenerId::Wall(id), Some(Right::Wall(id)));
    LostRight { whose, right, farewell: Farewell::Revoked }
}

async fn count(db: &impl ConnectionTrait, board: &Board) -> Result<u64, DbErr> {
    walls::Entity::find().filter(walls::Column::BoardId.eq(board.id.0)).count(db).await
}

async fn group_ids(db: &impl ConnectionTrait, wall: WallId) -> Result<Vec<i64>, DbErr> {
    let of_wall = wall_groups::Entity::find().filter(wall_groups::Column::WallId.eq(wall.0));
    of_wall.select_only().column(wall_groups::Column::GroupId).into_tuple().all(db).await
}

fn about(name: &str) -> String {
    format!("wall {name}")
}

fn new_secret() -> String {
    let random: [u8; 32] = rand::random();
    digest::hex(&random)
}
