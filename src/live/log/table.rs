//! The log's table: the truth. Written inside the transaction of whatever happened, read by the tail task,
//! and by streams that are further behind than memory reaches. Everything here fails as the database does.

use std::sync::Arc;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Func, Order, Query},
};

use crate::{
    db::Transaction,
    entities::{audiences, counter, events, posts as post_table},
    live::{
        audience::{Viewer, branches},
        cursor::{Check, Cursor, Epoch},
        event::Event,
        log::{kinds, related::Related},
    },
};

pub use crate::live::log::kinds::NewEvent;

/// A number of the log that was taken for an event.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The event's id.
    pub id: i64,
    nonce: i64,
    epoch: Option<Epoch>,
}

impl Slot {
    /// A reader's cursor after the event; none before the first opening of the log.
    pub fn cursor(&self) -> Option<Cursor> {
        self.epoch.map(|epoch| Cursor::at(epoch, self.id, self.nonce))
    }
}

/// Takes the next numbers. Only what is written with them may follow in the transaction: the counter's row stays locked
/// until the commit, so that ids are dense and become visible in their order, and nobody waits for it longer than need be.
pub async fn take_numbers(tx: &Transaction, count: usize) -> Result<Vec<Slot>, DbErr> {
    let count = i64::try_from(count).map_err(|error| DbErr::Custom(error.to_string()))?;
    let next = Query::update()
        .table(counter::Entity)
        .value(counter::Column::LastId, Expr::col(counter::Column::LastId).add(count))
        .returning(Query::returning().columns([counter::Column::LastId, counter::Column::Epoch]))
        .to_owned();
    let row = tx.query_one(&next).await?.ok_or_else(no_counter)?;
    let last: i64 = row.try_get_by_index(0)?;
    let epoch: Option<Epoch> = row.try_get_by_index::<String>(1)?.parse().ok();
    Ok((last - count + 1..=last).map(|id| Slot { id, nonce: rand::random(), epoch }).collect())
}

/// Writes events under numbers that were taken for them, each of which is to be used.
pub async fn append(tx: &Transaction, events: Vec<(Slot, NewEvent)>) -> Result<(), DbErr> {
    let mut rows = Vec::with_capacity(events.len());
    for (slot, event) in events {
        if let NewEvent::Change { post, number, again, .. } = event {
            stamp(tx, post, number, slot.id, again).await?;
        }
        rows.push(kinds::row(slot.id, slot.nonce, event));
    }
    events::Entity::insert_many(rows).exec_without_returning(tx).await.map(|_| ())
}

/// Notes with a post, and with whom it is for, which event its last change is, and whether that told of it again.
async fn stamp(tx: &Transaction, post: i64, number: i64, event: i64, again: bool) -> Result<(), DbErr> {
    let changed = Expr::value(event);
    let this = post_table::Column::Id.eq(post);
    let mut posts = post_table::Entity::update_many().col_expr(post_table::Column::Changed, changed.clone());
    if again {
        posts = posts.col_expr(post_table::Column::Told, changed.clone());
    }
    posts.filter(this).exec(tx).await?;
    let audiences = audiences::Entity::update_many().col_expr(audiences::Column::Changed, changed);
    audiences.filter(audiences::Column::Number.eq(number)).exec(tx).await.map(|_| ())
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

/// The cursor after an event, whomever it is for.
pub async fn cursor_at(db: &impl ConnectionTrait, epoch: Epoch, id: i64) -> Result<Cursor, DbErr> {
    let nonce = events::Entity::find_by_id(id).select_only().column(events::Column::Nonce);
    let nonce: Option<i64> = nonce.into_tuple().one(db).await?;
    // What was trimmed is not checked.
    Ok(Cursor::at(epoch, id, nonce.unwrap_or_default()))
}

/// Whether the cursor's event is the one that is kept under its id, or none is: the log was trimmed.
pub async fn vouches_for(db: &impl ConnectionTrait, cursor: &Cursor) -> Result<bool, DbErr> {
    let Some(check) = cursor.check else { return Ok(true) };
    let nonce = events::Entity::find_by_id(cursor.id).select_only().column(events::Column::Nonce);
    let nonce: Option<i64> = nonce.into_tuple().one(db).await?;
    Ok(nonce.is_none_or(|nonce| Check::of(nonce) == check))
}

/// The events after `id`, up to `head`, that the viewer is told of: of at most `count` that may concern them, and no more
/// than `bytes` of these, or one. Also the id up to which all were looked at; none, if that is `head`. Sizes are read
/// before texts, so that a pull reads what it delivers.
pub async fn page_for(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: i64,
    head: i64,
    count: u64,
    bytes: usize,
) -> Result<(Vec<Arc<Event>>, Option<i64>), DbErr> {
    let found = candidates(db, viewer, id, head, count).await?;
    let may_have_more = found.len() as u64 >= count;
    let mut through = found.last().copied().filter(|_| may_have_more);
    let (mut ids, mut size) = (Vec::new(), 0);
    for (id, weight) in sizes(db, &found).await? {
        size += weight;
        if size > bytes && !ids.is_empty() {
            through = ids.last().copied();
            break;
        }
        ids.push(id);
    }
    let rows = events::Entity::find()
        .filter(events::Column::Id.is_in(ids))
        .order_by_asc(events::Column::Id)
        .all(db)
        .await?;
    let events = load(db, rows).await?.into_iter().filter(|event| event.variant_for(viewer, id).is_some());
    Ok((events.map(Arc::new).collect(), through))
}

/// Whether more than `count` events after `id` may concern the viewer.
pub async fn has_more_for(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: i64,
    count: u64,
) -> Result<bool, DbErr> {
    Ok(candidates(db, viewer, id, i64::MAX, count + 1).await?.len() as u64 > count)
}

/// The ids of the events after `after`, up to `head`, that may concern the viewer, in their order, at most `count`; those
/// of kinds that are not known here concern everybody. What was trimmed is passed over later.
async fn candidates(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    after: i64,
    head: i64,
    count: u64,
) -> Result<Vec<i64>, DbErr> {
    let mut found = branches::next_events(db, viewer, after, head, count).await?;
    let unknown = events::Entity::find()
        .select_only()
        .column(events::Column::Id)
        .filter(events::Column::Id.gt(after).and(events::Column::Id.lte(head)))
        // As the index of these rows says it.
        .filter(Expr::cust(kinds::IS_UNKNOWN))
        .order_by_asc(events::Column::Id)
        .limit(count);
    found.extend(unknown.into_tuple::<i64>().all(db).await?);
    found.sort_unstable();
    found.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    Ok(found)
}

/// The ids of those of these events that are there, each with about how many bytes of text it has, in their order.
async fn sizes(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<(i64, usize)>, DbErr> {
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
        .and_where(Expr::col(event(events::Column::Id)).is_in(ids.iter().copied()))
        .order_by(event(events::Column::Id), Order::Asc)
        .to_owned();
    let mut found = Vec::with_capacity(ids.len());
    for row in db.query_all(&sizes).await? {
        let size = row.try_get_by_index::<Option<i64>>(1)?.unwrap_or(0);
        found.push((row.try_get_by_index(0)?, usize::try_from(size).unwrap_or(usize::MAX)));
    }
    Ok(found)
}

/// When the oldest event that is kept was written.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    Ok(events::Entity::find().order_by_asc(events::Column::Id).one(db).await?.map(|row| row.created_ms))
}

async fn load(db: &impl ConnectionTrait, rows: Vec<events::Model>) -> Result<Vec<Event>, DbErr> {
    let posts = rows.iter().filter_map(kinds::post_of).collect();
    let told = rows.iter().filter(|row| kinds::tells_memberships(row)).map(|row| row.id).collect();
    let related = Related::load(db, posts, told).await?;
    rows.into_iter().map(|row| kinds::event(row, &related)).collect()
}

fn no_counter() -> DbErr {
    DbErr::RecordNotFound("the log's counter".into())
}
