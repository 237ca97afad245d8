//! Sessions in the database: what is stored is a hash of the id, and nothing here brings back a session that was
//! signed out. Whatever takes a `db` fails as the database does.

use std::{net::IpAddr, time::Duration};

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};

use crate::{
    clock,
    config::Lifetime,
    db::{self, Db},
    domain::users::ends,
    entities::{sessions, users},
    ids::{SessionKey, UserId},
};

pub use self::{
    signed_in::{AsOf, LogNumber, SignedIn, signed_in},
    store::{ADDRESS, AGENT, BY_SIGNING_IN, PROOF, SHARED, Store, USER, is_refusal},
};
pub use crate::entities::sessions::Model as Session;

mod signed_in;
mod store;

/// On a computer that several people use, who goes away without signing out is signed out after so long.
pub const SHARED_IDLE: Duration = Duration::from_secs(10 * 60);

/// So many sessions are settled in one transaction.
const SETTLED_TOGETHER: u64 = 100;

/// When the session ends unless it is used, in Unix milliseconds; `None` when it is gone or over, or its
/// user may not sign in any more.
pub async fn expiry(db: &impl ConnectionTrait, key: &SessionKey) -> Result<Option<i64>, DbErr> {
    let whose =
        sessions::Entity::belongs_to(users::Entity).from(sessions::Column::UserId).to(users::Column::Id);
    let row = sessions::Entity::find_by_id(key.as_str())
        .select_only()
        .column(sessions::Column::ExpiresMs)
        .column(users::Column::Disabled)
        .column(users::Column::EndsMs)
        .join(JoinType::InnerJoin, whose.into())
        .into_tuple::<(i64, bool, Option<i64>)>();
    let Some((expires_ms, disabled, ends_ms)) = row.one(db).await? else { return Ok(None) };
    let users_end = ends::still_open(disabled, ends_ms);
    Ok(users_end.map(|end| std::cmp::min(end, expires_ms)).filter(|at| *at > clock::now_ms()))
}

/// The sessions of a user that are not over, the one used last first.
pub async fn all_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Session>, DbErr> {
    sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user.0))
        .filter(sessions::Column::ExpiresMs.gt(clock::now_ms()))
        .order_by_desc(sessions::Column::LastSeenMs)
        .all(db)
        .await
}

/// Stores that the session was used now and from where, and moves its idle expiry on, up to the absolute one.
pub async fn touch(
    db: &impl ConnectionTrait,
    key: &SessionKey,
    from: IpAddr,
    lifetime: Lifetime,
) -> Result<(), DbErr> {
    let now = clock::now_ms();
    let idle_end = idle_end(now, lifetime);
    let absolute_end = Expr::col(sessions::Column::CreatedMs).add(milliseconds(lifetime.absolute));
    let noted_before = std::cmp::max(clock::last_minute(), now - milliseconds(lifetime.idle) / 8);
    let earlier = Expr::case(absolute_end.clone().lt(idle_end.clone()), absolute_end).finally(idle_end);
    sessions::Entity::update_many()
        .col_expr(sessions::Column::LastSeenMs, Expr::value(now))
        .col_expr(sessions::Column::Address, Expr::value(from.to_string()))
        .col_expr(sessions::Column::ExpiresMs, earlier.into())
        .filter(sessions::Column::Key.eq(key.as_str()))
        // Another node may have noted it a moment ago; but a short life is prolonged more often.
        .filter(sessions::Column::LastSeenMs.lt(noted_before))
        .exec(db)
        .await
        .map(|_| ())
}

/// Stores that the password was typed now; whether the session was still there.
pub async fn confirm(db: &impl ConnectionTrait, key: &SessionKey) -> Result<bool, DbErr> {
    let confirmed = sessions::Entity::update_many()
        .col_expr(sessions::Column::ConfirmedMs, Expr::value(clock::now_ms()))
        .filter(sessions::Column::Key.eq(key.as_str()));
    confirmed.exec(db).await.map(|done| done.rows_affected > 0)
}

/// Ends one session of this user; whether there was one.
pub async fn end(db: &impl ConnectionTrait, user: UserId, key: &SessionKey) -> Result<bool, DbErr> {
    let theirs = sessions::Entity::delete_by_id(key.as_str()).filter(sessions::Column::UserId.eq(user.0));
    theirs.exec(db).await.map(|done| done.rows_affected > 0)
}

/// Ends every session of these users.
pub async fn end_all_of(db: &impl ConnectionTrait, users: &[UserId]) -> Result<(), DbErr> {
    let users = users.iter().map(|user| user.0);
    let theirs = sessions::Entity::delete_many().filter(sessions::Column::UserId.is_in(users));
    theirs.exec(db).await.map(|_| ())
}

/// Removes the rows of sessions that were over at `cut`, at most `count`; how many they were.
pub async fn sweep(db: &impl ConnectionTrait, cut: i64, count: u64) -> Result<u64, DbErr> {
    let end = sessions::Column::ExpiresMs;
    db::delete_first::<sessions::Entity>(db, end, end.lte(cut), count).await
}

/// When the session was over that has been over for the longest, or will be next.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let by_end = sessions::Entity::find().order_by_asc(sessions::Column::ExpiresMs);
    Ok(by_end.one(db).await?.map(|row| row.expires_ms))
}

/// Settles every session that needs it. They are looked for where nobody waits to write.
pub async fn settle_all(db: &Db, lifetime: Lifetime) -> Result<(), DbErr> {
    loop {
        let now = clock::now_ms();
        let ahead = sessions::Column::CreatedMs.gt(now).or(sessions::Column::LastSeenMs.gt(now));
        let keys: Vec<SessionKey> = sessions::Entity::find()
            .select_only()
            .column(sessions::Column::Key)
            .filter(ahead)
            .limit(SETTLED_TOGETHER)
            .into_tuple::<String>()
            .all(&db.read)
            .await?
            .into_iter()
            .map(SessionKey::stored)
            .collect();
        settle(&db.write, lifetime, &keys).await?;
        if (keys.len() as u64) < SETTLED_TOGETHER {
            return Ok(());
        }
    }
}

/// A session that began, or was used, in the future did so by a clock that was ahead. It counts as from now, so that
/// it lasts no longer than others.
pub async fn settle(db: &impl ConnectionTrait, lifetime: Lifetime, keys: &[SessionKey]) -> Result<(), DbErr> {
    if keys.is_empty() {
        return Ok(());
    }
    let now = clock::now_ms();
    let these = |ahead: SimpleExpr| {
        let keys = keys.iter().map(SessionKey::as_str);
        Condition::all().add(sessions::Column::Key.is_in(keys)).add(ahead)
    };
    sessions::Entity::update_many()
        .col_expr(sessions::Column::CreatedMs, Expr::value(now))
        // When the password was typed is not known.
        .col_expr(sessions::Column::ConfirmedMs, Expr::value(0_i64))
        .filter(these(sessions::Column::CreatedMs.gt(now)))
        .exec(db)
        .await?;
    let idle_end = idle_end(now, lifetime);
    let absolute_end = Expr::col(sessions::Column::CreatedMs).add(milliseconds(lifetime.absolute));
    let earlier = Expr::case(absolute_end.clone().lt(idle_end.clone()), absolute_end).finally(idle_end);
    sessions::Entity::update_many()
        .col_expr(sessions::Column::LastSeenMs, Expr::value(now))
        .col_expr(sessions::Column::ExpiresMs, earlier.into())
        .filter(these(sessions::Column::LastSeenMs.gt(now)))
        .exec(db)
        .await
        .map(|_| ())
}

/// When a session ends that is used now: each may have a limit of its own, which is never above that of all.
fn idle_end(now: i64, lifetime: Lifetime) -> SimpleExpr {
    let idle_ms = milliseconds(lifetime.idle);
    let own = Expr::col(sessions::Column::IdleMs);
    let is_less = own.clone().is_not_null().and(own.clone().lt(idle_ms));
    Expr::case(is_less, own.add(now)).finally(now.saturating_add(idle_ms)).into()
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
