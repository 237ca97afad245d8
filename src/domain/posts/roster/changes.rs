//! What has changed on a roster since somebody looked at it. Everything here fails as the database does.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Entry, entries::entries, receipts_of, recipient, recipients::Recipients, seen, user_id};
use crate::{
    domain::{
        organisation::Receipts,
        posts::{Post, roster::View},
    },
    entities::{readers, receipts, users as user_table},
};

/// So many changes are told one by one.
const MAX_CHANGED: u64 = 200;

/// The rev of the last change of what anybody did with the post; none, if nobody did anything.
pub async fn rev(db: &impl ConnectionTrait, post: &Post) -> Result<Option<i64>, DbErr> {
    let newest = receipts::Entity::find()
        .select_only()
        .column(receipts::Column::Rev)
        .filter(receipts::Column::PostId.eq(post.id))
        .order_by_desc(receipts::Column::Rev)
        .limit(1);
    newest.into_tuple().one(db).await
}

/// The rev of the last change of what anybody did with any post.
pub async fn newest_rev(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let newest = readers::Entity::find()
        .select_only()
        .column(readers::Column::Rev)
        .order_by_desc(readers::Column::Rev)
        .limit(1);
    Ok(newest.into_tuple().one(db).await?.unwrap_or_default())
}

/// What somebody was told of a roster already.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// What people did with the post, up to this rev.
    pub rev: i64,
    /// What they did with any post, up to this one.
    pub all_through: i64,
    /// To whose pages it was sent, up to this time, in Unix milliseconds.
    pub at_ms: i64,
}

/// Of the recipients who said something of the post since then, or took it back, the last `MAX_CHANGED`; where it is told who
/// has read it, those, too, who have read it since, or to whose pages it was sent.
pub async fn changed(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
    since: Option<Told>,
) -> Result<Vec<Entry>, DbErr> {
    let to = Recipients::of(db, post, view).await?;
    let rev = since.map_or(0, |told| told.rev);
    let newest = receipts::Entity::find()
        .select_only()
        .column(receipts::Column::UserId)
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::AcknowledgedRev.gt(rev))
        .filter(to.tell_of(recipient()))
        .order_by_desc(receipts::Column::AcknowledgedRev)
        .limit(MAX_CHANGED);
    let mut users: Vec<i64> = newest.into_tuple().all(db).await?;
    if let Some(told) = since
        && receipts_of(db, post).await? == Some(Receipts::Names)
    {
        users.extend(seen::since(db, post, told, MAX_CHANGED).await?);
    }
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let these = user_table::Entity::find().filter(user_table::Column::Id.is_in(users));
    entries(db, post, to, these.filter(to.include(user_id())).all(db).await?).await
}
