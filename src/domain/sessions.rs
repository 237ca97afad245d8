//! Sessions in the database, for tower-sessions: what is stored is a hash of the id, and saving only ever
//! updates, so that a request under way cannot bring back a session that was signed out. Whatever takes a
//! `db` fails as the database does.

use std::{collections::HashMap, net::IpAddr, time::Duration};

use async_trait::async_trait;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, SimpleExpr},
};
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{self, Id, Record},
    session_store::{Error, Result},
};

use crate::{
    clock,
    config::Lifetime,
    db::Db,
    domain::{
        audit::{self, Action, Actor},
        users::{self},
    },
    entities::sessions,
    ids::{SessionKey, UserId},
};

pub use crate::entities::sessions::Model as Session;

/// Under this name a session's data says whose it is.
pub const USER: &str = "user";

/// Where the password was last typed, in Unix milliseconds; from the table, for whoever reads the session.
pub const CONFIRMED: &str = "confirmed";

/// What a new session is made of beside its user, told to `create` in its data and kept in columns.
pub const AGENT: &str = "agent";
/// The address it is made from.
pub const ADDRESS: &str = "address";
/// The password's hash that was found right: no session comes of a password that was changed meanwhile.
pub const PROOF: &str = "proof";
/// Whether it is made by signing in: then the audit log has it, in the same transaction.
pub const BY_SIGNING_IN: &str = "by-signing-in";

/// Why a session is not made; what kept it apart from what broke.
const REFUSED: &str = "the person was disabled, or the password changed, in the meantime";

/// The clocks of several nodes differ by less.
const CLOCKS_DIFFER_MS: i64 = 60_000;

/// Whether a session was not made because its person may not sign in, or not with that password any more.
pub fn is_refusal(error: &session::Error) -> bool {
    matches!(error, session::Error::Store(Error::Backend(why)) if why == REFUSED)
}

/// When the session ends unless it is used, in Unix milliseconds; `None` when it is gone or over, or its
/// user may not sign in any more.
pub async fn expiry(db: &impl ConnectionTrait, key: &SessionKey) -> std::result::Result<Option<i64>, DbErr> {
    let row = sessions::Entity::find_by_id(key.as_str()).one(db).await?;
    Ok(row.map(|row| row.expires_ms).filter(|at| *at > clock::now_ms()))
}

/// The sessions of a person that are not over, the one used last first.
pub async fn all_of(db: &impl ConnectionTrait, user: UserId) -> std::result::Result<Vec<Session>, DbErr> {
    sessions::Entity::find()
        .filter(sessions::Column::UserId.eq(user.0))
        .filter(sessions::Column::ExpiresMs.gt(clock::now_ms()))
        .order_by_desc(sessions::Column::LastSeenMs)
        .all(db)
        .await
}

/// Notes that the session was used now and from where, and moves its idle expiry on, up to the absolute one.
pub async fn touch(
    db: &impl ConnectionTrait,
    key: &SessionKey,
    from: IpAddr,
    lifetime: Lifetime,
) -> std::result::Result<(), DbErr> {
    let now = clock::now_ms();
    let idle_end = Expr::value(now + milliseconds(lifetime.idle));
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

/// Notes that the password was typed now; whether the session was still there.
pub async fn confirm(db: &impl ConnectionTrait, key: &SessionKey) -> std::result::Result<bool, DbErr> {
    let confirmed = sessions::Entity::update_many()
        .col_expr(sessions::Column::ConfirmedMs, Expr::value(clock::now_ms()))
        .filter(sessions::Column::Key.eq(key.as_str()));
    confirmed.exec(db).await.map(|done| done.rows_affected > 0)
}

/// Ends one session of this person; whether there was one.
pub async fn end(
    db: &impl ConnectionTrait,
    user: UserId,
    key: &SessionKey,
) -> std::result::Result<bool, DbErr> {
    let theirs = sessions::Entity::delete_by_id(key.as_str()).filter(sessions::Column::UserId.eq(user.0));
    theirs.exec(db).await.map(|done| done.rows_affected > 0)
}

/// Ends every session of a person.
pub async fn end_all_of(db: &impl ConnectionTrait, user: UserId) -> std::result::Result<(), DbErr> {
    let theirs = sessions::Entity::delete_many().filter(sessions::Column::UserId.eq(user.0));
    theirs.exec(db).await.map(|_| ())
}

/// Removes the rows of sessions that were over at `cut`.
pub async fn sweep(db: &impl ConnectionTrait, cut: i64) -> std::result::Result<u64, DbErr> {
    let over = sessions::Entity::delete_many().filter(sessions::Column::ExpiresMs.lte(cut));
    over.exec(db).await.map(|done| done.rows_affected)
}

/// When the session was over that has been over for the longest, or will be next.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> std::result::Result<Option<i64>, DbErr> {
    let by_end = sessions::Entity::find().order_by_asc(sessions::Column::ExpiresMs);
    Ok(by_end.one(db).await?.map(|row| row.expires_ms))
}

/// A session that began, or was used, in the future did so by a clock that was ahead. It counts as from now, so that
/// it lasts no longer than others: this one, or all of them.
pub async fn settle(
    db: &impl ConnectionTrait,
    lifetime: Lifetime,
    key: Option<&SessionKey>,
) -> std::result::Result<(), DbErr> {
    let now = clock::now_ms();
    let these = |ahead: SimpleExpr| {
        Condition::all().add(ahead).add_option(key.map(|key| sessions::Column::Key.eq(key.as_str())))
    };
    sessions::Entity::update_many()
        .col_expr(sessions::Column::CreatedMs, Expr::value(now))
        // When the password was typed is not known.
        .col_expr(sessions::Column::ConfirmedMs, Expr::value(0_i64))
        .filter(these(sessions::Column::CreatedMs.gt(now)))
        .exec(db)
        .await?;
    let idle_end = now + milliseconds(lifetime.idle);
    let absolute_end = Expr::col(sessions::Column::CreatedMs).add(milliseconds(lifetime.absolute));
    let earlier = Expr::case(absolute_end.clone().lt(idle_end), absolute_end).finally(idle_end);
    sessions::Entity::update_many()
        .col_expr(sessions::Column::LastSeenMs, Expr::value(now))
        .col_expr(sessions::Column::ExpiresMs, earlier.into())
        .filter(these(sessions::Column::LastSeenMs.gt(now)))
        .exec(db)
        .await
        .map(|_| ())
}

/// The store that tower-sessions' `Session` reads and writes through.
#[derive(Clone, Debug)]
pub struct Store {
    /// Where the sessions are.
    pub db: Db,
    /// How long they last.
    pub lifetime: Lifetime,
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let user = record.data.get(USER).and_then(Value::as_i64);
        let user =
            UserId(user.ok_or_else(|| Error::Encode("a session without a user is not stored".into()))?);
        let signs_in = record.data.remove(BY_SIGNING_IN) == Some(Value::Bool(true));
        let mut told = |name| match record.data.remove(name) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        let (agent, address, proof) = (told(AGENT), told(ADDRESS), told(PROOF));
        let data = encode(record)?;
        let now = clock::now_ms();
        let lasts = milliseconds(self.lifetime.idle.min(self.lifetime.absolute));
        let row = sessions::ActiveModel {
            key: Set(SessionKey::of(&record.id).as_str().to_owned()),
            user_id: Set(user.0),
            agent: Set(agent),
            address: Set(address.clone()),
            confirmed_ms: Set(now),
            data: Set(data),
            created_ms: Set(now),
            last_seen_ms: Set(now),
            expires_ms: Set(now + lasts),
        };
        let tx = self.db.begin().await.map_err(backend)?;
        let held = users::hold(&tx, user).await.map_err(backend)?;
        let still_good = held.filter(|user| !user.disabled && user.password_hash == proof);
        let user = still_good.ok_or_else(|| Error::Backend(REFUSED.into()))?;
        // 128 random bits: an id that is taken does not happen, and then signing in fails.
        sessions::Entity::insert(row).exec_without_returning(&tx).await.map_err(backend)?;
        let recorded = match address.parse() {
            Ok(address) if signs_in => {
                let entry = audit::Entry::done(&Actor::user(&user, address), Action::SignIn, &user.name);
                Some(audit::record(&tx, entry).await.map_err(backend)?)
            }
            _ => None,
        };
        tx.commit().await.map_err(backend)?;
        recorded.into_iter().for_each(audit::Recorded::log);
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let saved = sessions::Entity::update_many()
            .col_expr(sessions::Column::Data, Expr::value(encode(record)?))
            .filter(sessions::Column::Key.eq(SessionKey::of(&record.id).as_str()))
            .exec(&self.db.write)
            .await
            .map_err(backend)?;
        if saved.rows_affected == 0 {
            return Err(Error::Backend("the session ended in the meantime".into()));
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let key = SessionKey::of(id);
        let Some(mut row) = find_good(&self.db.read, &key).await? else { return Ok(None) };
        if row.last_seen_ms > clock::now_ms() + CLOCKS_DIFFER_MS {
            settle(&self.db.write, self.lifetime, Some(&key)).await.map_err(backend)?;
            let Some(settled) = find_good(&self.db.write, &key).await? else { return Ok(None) };
            row = settled;
        }
        let data: HashMap<_, _> =
            serde_json::from_str(&row.data).map_err(|e| Error::Decode(e.to_string()))?;
        let data = data.into_iter().chain([(CONFIRMED.to_owned(), row.confirmed_ms.into())]).collect();
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_ms / 1000)
            .map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let gone = sessions::Entity::delete_by_id(SessionKey::of(id).as_str()).exec(&self.db.write);
        gone.await.map(|_| ()).map_err(backend)
    }
}

async fn find_good(db: &impl ConnectionTrait, key: &SessionKey) -> Result<Option<Session>> {
    let good = sessions::Column::ExpiresMs.gt(clock::now_ms());
    sessions::Entity::find_by_id(key.as_str()).filter(good).one(db).await.map_err(backend)
}

fn encode(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

fn backend(error: DbErr) -> Error {
    Error::Backend(error.to_string())
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
