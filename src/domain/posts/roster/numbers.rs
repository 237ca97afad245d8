//! How many did what with a post. Everything here fails as the database does.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::{RosterState, count, is_in, receipts_of, recipient, recipients::Recipients, seen, sent, user_id};
use crate::{
    domain::{
        organisation::Receipts,
        posts::{Post, answers, roster::View},
    },
    entities::receipts,
};

/// How many of fewer people have read something is not told: it would tell of one of them. Nor is it where fewer have it still,
/// or had it when it went.
const FEW: u64 = 10;

/// How many did what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Numbers {
    /// Whom it reached.
    pub recipients: u64,
    /// To whose open pages it was sent; none where that is not told.
    pub sent: Option<u64>,
    /// Who has read it; none where that is not told.
    pub read: Option<u64>,
    /// Who said that they have seen it.
    pub acknowledged: u64,
    /// Who is asked still.
    pub outstanding: u64,
}

/// How many did what.
pub async fn numbers(db: &impl ConnectionTrait, post: &Post, view: View) -> Result<Numbers, DbErr> {
    let to = Recipients::of(db, post, view).await?;
    let recipients = count(db, to.include(user_id())).await?;
    let acknowledged = acknowledged(db, post, to).await?;
    let outstanding = outstanding(db, post, to).await?;
    let receipts = receipts_of(db, post).await?;
    let is_told = match receipts {
        Some(Receipts::Names) => true,
        // Of more, too, who had it for a while: what changes would be of those who have it still.
        Some(Receipts::Numbers) => recipients >= FEW && count(db, to.last_include(user_id())).await? >= FEW,
        Some(Receipts::Nothing) | None => false,
    };
    let read = match is_told {
        true => Some(count(db, to.include(user_id()).add(seen::has_read(post))).await?),
        false => None,
    };
    let is_noted = post.acknowledge || receipts == Some(Receipts::Names);
    let sent = match is_noted && is_told {
        true => Some(sent::count(db, post, to).await?),
        false => None,
    };
    Ok(Numbers { recipients, sent, read, acknowledged, outstanding })
}

/// Who is asked still, which costs as much as it reached people.
pub async fn still_asked(db: &impl ConnectionTrait, post: &Post, view: View) -> Result<u64, DbErr> {
    outstanding(db, post, Recipients::of(db, post, view).await?).await
}

async fn acknowledged(db: &impl ConnectionTrait, post: &Post, to: Recipients) -> Result<u64, DbErr> {
    receipts::Entity::find()
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::AcknowledgedMs.is_not_null())
        .filter(to.tell_of(recipient()))
        .count(db)
        .await
}

async fn outstanding(db: &impl ConnectionTrait, post: &Post, to: Recipients) -> Result<u64, DbErr> {
    match post.is_asking() {
        true => count(db, to.include(user_id()).add(is_in(RosterState::Outstanding, to, post))).await,
        false => Ok(0),
    }
}

/// How many gave each of the post's answers.
pub async fn tally(db: &impl ConnectionTrait, post: &Post, view: View) -> Result<Vec<u64>, DbErr> {
    let mut tally = vec![0; answers::of(post).len()];
    if tally.is_empty() {
        return Ok(tally);
    }
    let to = Recipients::of(db, post, view).await?;
    let rows = receipts::Entity::find()
        .select_only()
        .column(receipts::Column::Answer)
        .column_as(receipts::Column::UserId.count(), "people")
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::Answer.is_not_null())
        .filter(to.tell_of(recipient()))
        .group_by(receipts::Column::Answer);
    for (answer, people) in rows.into_tuple::<(i32, i64)>().all(db).await? {
        if let Some(count) = usize::try_from(answer).ok().and_then(|answer| tally.get_mut(answer)) {
            *count = people.unsigned_abs();
        }
    }
    Ok(tally)
}
