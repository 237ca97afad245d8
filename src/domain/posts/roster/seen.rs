//! What people did with a post without saying so: that it was sent to a page of theirs, that they have read it. Everything here
//! fails as the database does.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Query},
};

use super::{Told, sent, user_id};
use crate::{
    domain::{posts::Post, users::User},
    entities::{readers, receipts, users as user_table},
};

/// What somebody may not even know that they did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// It was sent to an open page of theirs.
    pub sent: bool,
    /// They have read it.
    pub read: bool,
}

/// What these users did without saying so.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    post: &Post,
    users: &[User],
) -> Result<HashMap<i64, Seen>, DbErr> {
    let ids = || users.iter().map(|user| user.id);
    let mut seen: HashMap<i64, Seen> = HashMap::new();
    let read = user_table::Entity::find().select_only().column(user_table::Column::Id);
    let read = read.filter(user_table::Column::Id.is_in(ids())).filter(has_read(post));
    for user in read.into_tuple::<i64>().all(db).await? {
        seen.entry(user).or_default().read = true;
    }
    for user in sent::among(db, post, ids()).await? {
        seen.entry(user).or_default().sent = true;
    }
    Ok(seen)
}

/// Who has read the post since then, or had it sent to a page of theirs, at most `limit` of each. What they did with other
/// posts is not looked at, so that it does not show.
pub(super) async fn since(
    db: &impl ConnectionTrait,
    post: &Post,
    told: Told,
    limit: u64,
) -> Result<Vec<i64>, DbErr> {
    let by_itself = receipts::Entity::find()
        .select_only()
        .column(receipts::Column::UserId)
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::Rev.gt(told.rev))
        .order_by_desc(receipts::Column::Rev)
        .limit(limit);
    let mut found: Vec<i64> = by_itself.into_tuple().all(db).await?;
    let read_before = Query::select()
        .column(receipts::Column::UserId)
        .from(receipts::Entity)
        .and_where(Expr::col((receipts::Entity, receipts::Column::PostId)).eq(post.id))
        .and_where(Expr::col((receipts::Entity, receipts::Column::IsUnread)).eq(false))
        .to_owned();
    let with_others = readers::Entity::find()
        .select_only()
        .column(readers::Column::UserId)
        .filter(readers::Column::Rev.gt(told.all_through))
        .filter(readers::Column::MarkedRev.gt(told.all_through))
        .filter(readers::Column::ReadThrough.gte(post.told_by()))
        .filter(readers::Column::UserId.in_subquery(read_before).not())
        .limit(limit);
    found.extend(with_others.into_tuple::<i64>().all(db).await?);
    found.extend(sent::since(db, post, told.at_ms, limit).await?);
    Ok(found)
}

/// Whether a row of `users` has read it: by itself, or with all that was told up to a number, unless it was put back.
pub(super) fn has_read(post: &Post) -> Condition {
    let (receipt, reader) =
        (|column| Expr::col((receipts::Entity, column)), |column| Expr::col((readers::Entity, column)));
    let mut by_itself = Query::select();
    by_itself
        .column(receipts::Column::UserId)
        .from(receipts::Entity)
        .and_where(receipt(receipts::Column::PostId).eq(post.id))
        .and_where(receipt(receipts::Column::IsUnread).eq(false))
        .and_where(receipt(receipts::Column::ReadAt).gte(post.told_by()));
    let mut put_back = Query::select();
    put_back
        .column(receipts::Column::UserId)
        .from(receipts::Entity)
        .and_where(receipt(receipts::Column::PostId).eq(post.id))
        .and_where(receipt(receipts::Column::IsUnread).eq(true));
    let mut with_others = Query::select();
    with_others
        .column(readers::Column::UserId)
        .from(readers::Entity)
        .and_where(reader(readers::Column::ReadThrough).gte(post.told_by()));
    let is_marked =
        Condition::all().add(user_id().in_subquery(with_others)).add(user_id().in_subquery(put_back).not());
    Condition::any().add(user_id().in_subquery(by_itself)).add(is_marked)
}
