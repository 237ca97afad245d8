//! The tables of the state: the truth. A transaction that changes state holds its rows, takes one rev, and writes them
//! with it; whoever reads sees all of a transaction or nothing of it. Everything here fails as the database does.

use sea_orm::{
    AccessMode, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    EntityTrait, ExprTrait, IsolationLevel, QueryFilter, QueryOrder, TransactionTrait,
    sea_query::{Expr, Query},
};

use crate::{
    db::Transaction,
    entities::{boards, card_departures, cards, counter, readers, state_counter},
    ids::{BoardId, UserId},
    live::state::{Board, Card},
};

/// What changed after some rev, or everything there is.
#[derive(Debug, Default)]
pub struct Changes {
    /// The timeline of the database.
    pub(super) epoch: String,
    /// The newest rev.
    pub(super) rev: i64,
    pub(super) boards: Vec<Board>,
    pub(super) cards: Vec<Card>,
    pub(super) departures: Vec<Departure>,
    /// Whose receipts changed.
    pub(super) readers: Vec<UserId>,
}

/// A card that was removed, or a board.
#[derive(Debug)]
pub(super) struct Departure {
    pub(super) rev: i64,
    pub(super) board: BoardId,
    /// Empty: the board itself.
    pub(super) key: Box<str>,
}

/// Takes the next rev. Only what is written with it may follow in the transaction: the counter's row stays locked until the
/// commit.
pub async fn take_rev(tx: &Transaction) -> Result<i64, DbErr> {
    let next = Query::update()
        .table(state_counter::Entity)
        .value(state_counter::Column::LastRev, Expr::col(state_counter::Column::LastRev).add(1))
        .returning_col(state_counter::Column::LastRev)
        .to_owned();
    tx.query_one(&next).await?.ok_or_else(no_counter)?.try_get_by_index(0)
}

/// The timeline, and the newest rev.
pub(super) async fn head(db: &impl ConnectionTrait) -> Result<(String, i64), DbErr> {
    let both = Query::select()
        .column((counter::Entity, counter::Column::Epoch))
        .column((state_counter::Entity, state_counter::Column::LastRev))
        .from(counter::Entity)
        .from(state_counter::Entity)
        .to_owned();
    let row = db.query_one(&both).await?.ok_or_else(no_counter)?;
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}

/// All boards and cards.
pub(super) async fn everything(db: &DatabaseConnection) -> Result<Changes, DbErr> {
    let tx = snapshot(db).await?;
    let (epoch, rev) = head(&tx).await?;
    let boards = boards::Entity::find().all(&tx).await?;
    let cards = cards::Entity::find().all(&tx).await?;
    tx.commit().await?;
    Ok(changes(epoch, rev, boards, cards, Vec::new()))
}

/// What was written after this rev.
pub(super) async fn after(db: &DatabaseConnection, rev: i64) -> Result<Changes, DbErr> {
    let tx = snapshot(db).await?;
    let (epoch, head) = head(&tx).await?;
    let left = card_departures::Entity::find()
        .filter(card_departures::Column::Rev.gt(rev))
        .order_by_asc(card_departures::Column::Rev);
    let left = left.all(&tx).await?;
    let boards = boards::Entity::find().filter(boards::Column::Rev.gt(rev)).all(&tx).await?;
    let cards = cards::Entity::find().filter(cards::Column::Rev.gt(rev)).order_by_asc(cards::Column::Rev);
    let cards = cards.all(&tx).await?;
    let readers = readers(&tx, rev).await?;
    tx.commit().await?;
    Ok(Changes { readers, ..changes(epoch, head, boards, cards, left) })
}

/// Whose receipts changed after this rev.
pub(super) async fn readers(db: &impl ConnectionTrait, rev: i64) -> Result<Vec<UserId>, DbErr> {
    // In order, so that the index is used, however many have done nothing yet.
    let changed = readers::Entity::find().filter(readers::Column::Rev.gt(rev));
    let changed = changed.order_by_asc(readers::Column::Rev).all(db).await?;
    Ok(changed.into_iter().map(|reader| UserId(reader.user_id)).collect())
}

/// A transaction whose statements all see the database as it was at one moment.
async fn snapshot(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    match db.get_database_backend() {
        DbBackend::Postgres => {
            db.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await
        }
        _ => db.begin().await,
    }
}

fn changes(
    epoch: String,
    rev: i64,
    boards: Vec<boards::Model>,
    cards: Vec<cards::Model>,
    left: Vec<card_departures::Model>,
) -> Changes {
    let departure = |row: card_departures::Model| Departure {
        rev: row.rev,
        board: BoardId(row.board_id),
        key: row.key.into(),
    };
    Changes {
        epoch,
        rev,
        boards: boards.into_iter().map(Board::from).collect(),
        cards: cards.into_iter().map(Card::from).collect(),
        departures: left.into_iter().map(departure).collect(),
        readers: Vec::new(),
    }
}

fn no_counter() -> DbErr {
    DbErr::Custom("the counter of the state has no row".into())
}
