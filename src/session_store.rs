//! Sessions in the database, for tower-sessions: what is stored is a hash of the id, and saving only ever
//! updates, so that a request under way cannot bring back a session that was signed out. Whatever takes a
//! `db` fails as the database does.

use std::fmt::Write;

use async_trait::async_trait;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    sea_query::Expr,
};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions_core::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

use crate::{
    clock,
    db::{self, Db},
    entities::sessions,
    users::UserId,
};

/// A session that is not used for so long ends.
pub const IDLE: time::Duration = time::Duration::days(7);

/// However much it is used, a session ends this long after signing in.
const ABSOLUTE_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Under this name a session's data says whose it is.
pub const USER: &str = "user";

/// What a session is stored and known by inside: the SHA-256 of its id, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionKey(String);

impl SessionKey {
    /// The key of the session with this id.
    pub fn of(id: &Id) -> Self {
        let mut key = String::with_capacity(64);
        for byte in Sha256::digest(id.0.to_le_bytes()) {
            write!(key, "{byte:02x}").expect("a string takes whatever is written to it");
        }
        Self(key)
    }

    /// A key as it was stored.
    pub fn stored(key: String) -> Self {
        Self(key)
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// When the session ends unless it is used, in Unix milliseconds; `None` when it is gone or over, or its
/// user may not sign in any more.
pub async fn expiry(db: &impl ConnectionTrait, key: &SessionKey) -> std::result::Result<Option<i64>, DbErr> {
    let row = sessions::Entity::find_by_id(key.as_str()).one(db).await?;
    Ok(row.map(|row| row.expires_ms).filter(|at| *at > clock::now_ms()))
}

/// Notes that the session was used now, and moves its idle expiry on, up to the absolute one.
pub async fn touch(db: &impl ConnectionTrait, key: &SessionKey) -> std::result::Result<(), DbErr> {
    let now = clock::now_ms();
    let idle_end = Expr::value(now + milliseconds(IDLE));
    let absolute_end = Expr::col(sessions::Column::CreatedMs).add(ABSOLUTE_MS);
    let earlier = Expr::case(absolute_end.clone().lt(idle_end.clone()), absolute_end).finally(idle_end);
    sessions::Entity::update_many()
        .col_expr(sessions::Column::LastSeenMs, Expr::value(now))
        .col_expr(sessions::Column::ExpiresMs, earlier.into())
        .filter(sessions::Column::Key.eq(key.as_str()))
        .exec(db)
        .await
        .map(|_| ())
}

/// Ends one session.
pub async fn end(db: &impl ConnectionTrait, key: &SessionKey) -> std::result::Result<(), DbErr> {
    sessions::Entity::delete_by_id(key.as_str()).exec(db).await.map(|_| ())
}

/// Ends every session of a person.
pub async fn end_all_of(db: &impl ConnectionTrait, user: UserId) -> std::result::Result<(), DbErr> {
    let theirs = sessions::Entity::delete_many().filter(sessions::Column::UserId.eq(user.0));
    theirs.exec(db).await.map(|_| ())
}

/// Removes the rows of sessions that are over.
pub async fn sweep(db: &impl ConnectionTrait) -> std::result::Result<u64, DbErr> {
    let over = sessions::Entity::delete_many().filter(sessions::Column::ExpiresMs.lte(clock::now_ms()));
    over.exec(db).await.map(|done| done.rows_affected)
}

/// The store that tower-sessions' `Session` reads and writes through.
#[derive(Clone, Debug)]
pub struct Store {
    /// Where the sessions are.
    pub db: Db,
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let user = record.data.get(USER).and_then(serde_json::Value::as_i64);
        let user = user.ok_or_else(|| Error::Encode("a session without a user is not stored".into()))?;
        let data = encode(record)?;
        let now = clock::now_ms();
        loop {
            let row = sessions::ActiveModel {
                key: Set(SessionKey::of(&record.id).0),
                user_id: Set(user),
                data: Set(data.clone()),
                created_ms: Set(now),
                last_seen_ms: Set(now),
                expires_ms: Set(unix_ms(record.expiry_date)),
            };
            match sessions::Entity::insert(row).exec_without_returning(&self.db.write).await {
                Ok(_) => return Ok(()),
                Err(e) if db::is_taken(&e) => {
                    record.id = Id::default();
                }
                Err(e) => return Err(backend(e)),
            }
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let saved = sessions::Entity::update_many()
            .col_expr(sessions::Column::Data, Expr::value(encode(record)?))
            .filter(sessions::Column::Key.eq(SessionKey::of(&record.id).0))
            .exec(&self.db.write)
            .await
            .map_err(backend)?;
        if saved.rows_affected == 0 {
            return Err(Error::Backend("the session ended in the meantime".into()));
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = sessions::Entity::find_by_id(SessionKey::of(id).0)
            .filter(sessions::Column::ExpiresMs.gt(clock::now_ms()))
            .one(&self.db.read)
            .await
            .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let data = serde_json::from_str(&row.data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_ms / 1000)
            .map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        end(&self.db.write, &SessionKey::of(id)).await.map_err(backend)
    }
}

fn encode(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

fn backend(error: DbErr) -> Error {
    Error::Backend(error.to_string())
}

fn unix_ms(at: OffsetDateTime) -> i64 {
    at.unix_timestamp() * 1000
}

fn milliseconds(span: time::Duration) -> i64 {
    span.whole_seconds() * 1000
}
