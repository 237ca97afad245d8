//! Snoozes: what somebody does not want to see until a time. Until then a post is neither in their list nor unread, though a
//! search finds it; then it comes back unread, on top. It comes back when its row is written, which happens once, whichever
//! node finds that it is due: nobody's own clock says so.
//!
//! Whatever takes a `db` fails as the database does.

use std::time::Duration;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    clock, db,
    domain::posts::{Post, Severity},
    entities::{
        posts,
        receipts::{
            self,
            Column::{Number, PostId, ReadAt, SnoozedUntilMs, UserId},
        },
    },
    ids,
};

/// Nobody looks after more, and every list is asked without them.
pub const MAX_SNOOZED: u64 = 100;

/// What people must act on now is not put off for longer.
pub const LONGEST_OF_CRITICAL: Duration = Duration::from_secs(15 * 60);

/// Who says “until” later than that means never.
pub const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Of so many people it is looked after together.
pub(super) const MAX_TOGETHER: u64 = 500;

/// What is snoozed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snoozed {
    /// The id of the post.
    pub post: i64,
    /// Its place in lists.
    pub number: i64,
    /// Until when, in Unix milliseconds.
    pub until_ms: i64,
}

/// Why something cannot be snoozed until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// That is over already.
    Past,
    /// Nobody waits for so long.
    TooLong,
    /// It is a critical alert, which waits for minutes.
    Critical,
    /// They wrote it, and their own is never unread.
    Own,
    /// It asks something of its readers, and waits in sight until they have done it.
    Asks,
}

/// Whether this person may have a post wait until then, in Unix milliseconds.
///
/// # Errors
/// Why not.
pub fn check(user: ids::UserId, post: &Post, until_ms: i64) -> Result<(), Refusal> {
    match until_ms {
        _ if post.writer() == Some(user) => Err(Refusal::Own),
        _ if post.is_asking() => Err(Refusal::Asks),
        until_ms if until_ms <= clock::now_ms() => Err(Refusal::Past),
        until_ms if until_ms > clock::in_ms(LONGEST) => Err(Refusal::TooLong),
        until_ms if is_pressing(post) && until_ms > clock::in_ms(LONGEST_OF_CRITICAL) => {
            Err(Refusal::Critical)
        }
        _ => Ok(()),
    }
}

/// Whether it can wait for minutes only.
pub fn is_pressing(post: &Post) -> bool {
    post.severity == Some(Severity::Critical) && !post.is_over()
}

/// What this person has snoozed, newest first; but for what its readers were told of again since, which is unread.
pub async fn snoozed(db: &impl ConnectionTrait, user: ids::UserId) -> Result<Vec<Snoozed>, DbErr> {
    let was_told = Expr::col((receipts::Entity, ReadAt)).lt(Expr::col((posts::Entity, posts::Column::Told)));
    let of_post = receipts::Entity::belongs_to(posts::Entity).from(PostId).to(posts::Column::Id).into();
    let rows = of_user(user)
        .join(sea_orm::JoinType::InnerJoin, of_post)
        .filter(was_told.not())
        .order_by_desc(Number)
        .limit(MAX_SNOOZED)
        .all(db)
        .await?;
    let snoozed = |row: receipts::Model| {
        Some(Snoozed { post: row.post_id, number: row.number, until_ms: row.snoozed_until_ms? })
    };
    Ok(rows.into_iter().filter_map(snoozed).collect())
}

/// When the first of all snoozes is over.
pub(super) async fn next_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    db::first_ms::<receipts::Entity>(db, SnoozedUntilMs).await
}

/// Whose there is something due at that time.
pub(super) async fn people_with_due(db: &impl ConnectionTrait, now_ms: i64) -> Result<Vec<i64>, DbErr> {
    receipts::Entity::find()
        .select_only()
        .column(UserId)
        .distinct()
        .filter(is_due(now_ms))
        .limit(MAX_TOGETHER)
        .into_tuple()
        .all(db)
        .await
}

/// What of this person's is due at that time, whose rows are held.
pub(super) async fn due(
    db: &impl ConnectionTrait,
    user: ids::UserId,
    now_ms: i64,
) -> Result<Vec<receipts::Model>, DbErr> {
    of_user(user).filter(is_due(now_ms)).all(db).await
}

/// What there is of this post, if this person has snoozed it.
pub(super) async fn of_post(
    db: &impl ConnectionTrait,
    user: ids::UserId,
    post: i64,
) -> Result<Option<receipts::Model>, DbErr> {
    let found = receipts::Entity::find_by_id((user.0, post)).one(db).await?;
    Ok(found.filter(|receipt| receipt.snoozed_until_ms.is_some()))
}

/// Whether this person has snoozed as much as they can beside this post.
pub(super) async fn are_many(db: &impl ConnectionTrait, user: ids::UserId, post: i64) -> Result<bool, DbErr> {
    let others = of_user(user).select_only().column(PostId).filter(PostId.ne(post)).limit(MAX_SNOOZED);
    Ok(others.into_tuple::<i64>().all(db).await?.len() as u64 >= MAX_SNOOZED)
}

fn of_user(user: ids::UserId) -> sea_orm::Select<receipts::Entity> {
    receipts::Entity::find().filter(UserId.eq(user.0)).filter(SnoozedUntilMs.is_not_null())
}

fn is_due(now_ms: i64) -> Condition {
    Condition::all().add(SnoozedUntilMs.is_not_null()).add(SnoozedUntilMs.lte(now_ms))
}
