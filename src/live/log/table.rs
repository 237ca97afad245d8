//! The log's table: the truth. Written inside the transaction of whatever happened, read by the tail task,
//! and by streams that are further behind than memory reaches. Everything here fails as the database does.

use std::sync::Arc;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Func, Order, Query},
};

use crate::{
    db::Transaction,
    entities::{counter, events, posts as post_table},
    ids::UserId,
    live::{
        audience::visible_to,
        cursor::{Check, Cursor, Epoch},
        event::Event,
        log::{kinds, posts::Posts},
    },
};

pub use crate::live::log::kinds::NewEvent;

/// Numbers entries and writes them; the cursor of each (none before the first opening of the log). The last two statements of a transaction, but for what
/// depends on the numbers: the counter's row stays locked until the commit, so that ids are dense and become
/// visible in their order, and nobody waits for it longer than need be.
pub async fn append_all(tx: &Transaction, entries: Vec<NewEvent>) -> Result<Vec<Option<Cursor>>, DbErr> {
    let count = i64::try_from(entries.len()).map_err(|error| DbErr::Custom(error.to_string()))?;
    let next = Query::update()
        .table(counter::Entity)
        .value(counter::Column::LastId, Expr::col(counter::Column::LastId).add(count))
        .returning(Query::returning().columns([counter::Column::LastId, counter::Column::Epoch]))
        .to_owned();
    let row = tx.query_one(&next).await?.ok_or_else(no_counter)?;
    let last: i64 = row.try_get_by_index(0)?;
    let epoch: Option<Epoch> = row.try_get_by_index::<String>(1)?.parse().ok();
    let ids = last - count + 1..=last;
    let nonces: Vec<i64> = entries.iter().map(|_| rand::random()).collect();
    let places = ids.zip(nonces);
    let rows = places.clone().zip(entries).map(|((id, nonce), entry)| kinds::row(id, nonce, entry));
    events::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(places.map(|(id, nonce)| epoch.map(|epoch| Cursor::at(epoch, id, nonce))).collect())
}

/// The epoch (none before the first opening) and the id of the newest event.
pub async fn head(db: &impl ConnectionTrait) -> Result<(Option<Epoch>, i64), DbErr> {
    let row = counter::Entity::find().one(db).await?.ok_or_else(no_counter)?;
    Ok((row.epoch.parse().ok(), row.last_id))
}

/// Starts a new timeline, unless somebody else did since `old` was read.
pub async fn renew_epoch(db: &impl ConnectionTrait, old: Option<&Epoch>) -> Result<(), DbErr> {
    counter::Entity::update_many()
        .col_expr(counter::Column::Epoch, Expr::value(Epoch::random().as_str()))
        .filter(counter::Column::Epoch.eq(old.map_or("", Epoch::as_str)))
        .exec(db)
        .await
        .map(|_| ())
}

/// The id of the oldest event that is kept.
pub async fn oldest(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    Ok(events::Entity::find().order_by_asc(events::Column::Id).one(db).await?.map(|row| row.id))
}

/// What follows an event.
#[derive(Debug)]
pub enum Following {
    /// These events, whomever they are for.
    Events(Vec<Event>),
    /// The event is not there, or another one is in its place: the log lost its end.
    Lost,
}

/// The `count` events after `id`. If the event's nonce is known, it is looked at in the same statement, so that
/// no change of the database falls between.
pub async fn page(
    db: &impl ConnectionTrait,
    id: i64,
    nonce: Option<i64>,
    count: u64,
) -> Result<Following, DbErr> {
    let first = if nonce.is_some() { id } else { id + 1 };
    let mut rows = events::Entity::find()
        .filter(events::Column::Id.gte(first))
        .order_by_asc(events::Column::Id)
        .limit(count)
        .all(db)
        .await?;
    if let Some(nonce) = nonce {
        match rows.first() {
            Some(row) if row.id == id && row.nonce == nonce => drop(rows.remove(0)),
            // Ids are dense: with later events there, it was only trimmed.
            Some(row) if row.id > id => {}
            _ => return Ok(Following::Lost),
        }
    }
    load(db, rows).await.map(Following::Events)
}

/// Whether the cursor's event is the one that is kept under its id, or none is: the log was trimmed.
pub async fn vouches_for(db: &impl ConnectionTrait, cursor: &Cursor) -> Result<bool, DbErr> {
    let Some(check) = cursor.check else { return Ok(true) };
    let nonce = events::Entity::find_by_id(cursor.id).select_only().column(events::Column::Nonce);
    let nonce: Option<i64> = nonce.into_tuple().one(db).await?;
    Ok(nonce.is_none_or(|nonce| Check::of(nonce) == check))
}

/// The events after `id`, up to `head`, that the viewer is told of: at most `count`, and no more than `bytes` of
/// them, or one. Also whether these are all. Sizes are read before texts, so that a pull reads what it delivers.
pub async fn page_for(
    db: &impl ConnectionTrait,
    viewer: UserId,
    id: i64,
    head: i64,
    count: u64,
    bytes: usize,
) -> Result<(Vec<Arc<Event>>, bool), DbErr> {
    let event = |column| (events::Entity, column);
    let post = |column| (post_table::Entity, column);
    let sizes = Query::select()
        .column(event(events::Column::Id))
        // PostgreSQL counts in 32 bits unless told.
        .expr(Func::char_length(Expr::col(post(post_table::Column::Html))).cast_as("bigint"))
        .from(events::Entity)
        // Not an inner join: an event need not have a post.
        .left_join(
            post_table::Entity,
            Expr::col(event(events::Column::PostId)).equals(post(post_table::Column::Id)),
        )
        .and_where(Expr::col(event(events::Column::Id)).gt(id))
        .and_where(Expr::col(event(events::Column::Id)).lte(head))
        .cond_where(visible_to(viewer).add(is_for_all()))
        .order_by(event(events::Column::Id), Order::Asc)
        .limit(count)
        .to_owned();
    let found = db.query_all(&sizes).await?;
    let (mut ids, mut size) = (Vec::new(), 0);
    for row in &found {
        size += usize::try_from(row.try_get_by_index::<Option<i64>>(1)?.unwrap_or(0)).unwrap_or(usize::MAX);
        if size > bytes && !ids.is_empty() {
            break;
        }
        ids.push(row.try_get_by_index::<i64>(0)?);
    }
    let is_all = ids.len() == found.len() && (found.len() as u64) < count;
    let rows = events::Entity::find()
        .filter(events::Column::Id.is_in(ids))
        .order_by_asc(events::Column::Id)
        .all(db)
        .await?;
    Ok((load(db, rows).await?.into_iter().map(Arc::new).collect(), is_all))
}

/// Whether the viewer is told of more than `count` events after `id`.
pub async fn has_more_for(
    db: &impl ConnectionTrait,
    viewer: UserId,
    id: i64,
    count: u64,
) -> Result<bool, DbErr> {
    let one_too_many = events::Entity::find()
        .filter(events::Column::Id.gt(id))
        .filter(is_for_all().add(events::Column::PostId.in_subquery(visible_posts(viewer))))
        .order_by_asc(events::Column::Id)
        .offset(count)
        .one(db)
        .await?;
    Ok(one_too_many.is_some())
}

/// When the oldest event that is kept was written.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    Ok(events::Entity::find().order_by_asc(events::Column::Id).one(db).await?.map(|row| row.created_ms))
}

/// What everybody is told of whatever it says; what a newer build wrote, too.
fn is_for_all() -> Condition {
    Condition::any().add(Expr::col((events::Entity, events::Column::Kind)).is_not_in(kinds::NOT_FOR_ALL))
}

fn visible_posts(viewer: UserId) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(post_table::Column::Id)
        .from(post_table::Entity)
        .cond_where(visible_to(viewer))
        .to_owned()
}

async fn load(db: &impl ConnectionTrait, rows: Vec<events::Model>) -> Result<Vec<Event>, DbErr> {
    let posts = Posts::load(db, rows.iter().filter_map(kinds::post_of).collect()).await?;
    rows.into_iter().map(|row| kinds::event(row, &posts)).collect()
}

fn no_counter() -> DbErr {
    DbErr::RecordNotFound("the log's counter".into())
}
