//! The store that tower-sessions reads and writes through. Saving only ever updates, so that a request under way
//! cannot bring back a session that was signed out.

use async_trait::async_trait;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr,
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
    domain::{
        audit::{Action, Actor, Entry},
        change::Changes,
        sessions::{self, SHARED_IDLE, signed_in},
        users,
    },
    entities::sessions as session_table,
    ids::{SessionKey, UserId},
};

/// Under this name a session's data says whose it is.
pub const USER: &str = "user";

/// What a new session is made of beside its user, told to `create` in its data and kept in columns.
pub const AGENT: &str = "agent";
/// Where its address is, from which it is made.
pub const ADDRESS: &str = "address";
/// The password's hash that was found right: no session comes of a password that was changed meanwhile.
pub const PROOF: &str = "proof";
/// Whether it is made by signing in: then the audit log has it, in the same transaction.
pub const BY_SIGNING_IN: &str = "by-signing-in";

/// Whether it is on a computer that several people use; it stays in its data.
pub const SHARED: &str = "shared";

/// Why a session is not made; what kept it apart from what broke.
const REFUSED: &str = "the person was disabled, or the password changed, in the meantime";

/// Whether a session was not made because its person may not sign in, or not with that password any more.
pub fn is_refusal(error: &session::Error) -> bool {
    matches!(error, session::Error::Store(Error::Backend(why)) if why == REFUSED)
}

/// The store that tower-sessions' `Session` reads and writes through.
#[derive(Clone, Debug)]
pub struct Store {
    /// By which sessions are made; where they are, too.
    pub changes: Changes,
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
        let is_shared = record.data.get(SHARED) == Some(&Value::Bool(true));
        let idle = if is_shared { SHARED_IDLE.min(self.lifetime.idle) } else { self.lifetime.idle };
        let lasts = sessions::milliseconds(idle.min(self.lifetime.absolute));
        let row = session_table::ActiveModel {
            key: Set(SessionKey::of(&record.id).as_str().to_owned()),
            user_id: Set(user.0),
            agent: Set(agent),
            address: Set(address.clone()),
            confirmed_ms: Set(now),
            data: Set(data),
            created_ms: Set(now),
            last_seen_ms: Set(now),
            expires_ms: Set(now + lasts),
            idle_ms: Set(is_shared.then(|| sessions::milliseconds(SHARED_IDLE))),
        };
        let mut change = self.changes.begin().await.map_err(backend)?;
        let held = users::hold(&change.tx, user).await.map_err(backend)?;
        let hash = users::password_hash(&change.tx, user).await.map_err(backend)?;
        let still_good = held.filter(|user| users::may_sign_in(user) && hash == Some(proof));
        let user = still_good.ok_or_else(|| Error::Backend(REFUSED.into()))?;
        // 128 random bits: an id that is taken does not happen, and then signing in fails.
        session_table::Entity::insert(row).exec_without_returning(&change.tx).await.map_err(backend)?;
        if let Ok(address) = address.parse()
            && signs_in
        {
            let entry = Entry::done(&Actor::user(&user, address), Action::SignIn, &user.name);
            change.record(entry).await.map_err(backend)?;
        }
        change.commit().await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let saved = session_table::Entity::update_many()
            .col_expr(session_table::Column::Data, Expr::value(encode(record)?))
            .filter(session_table::Column::Key.eq(SessionKey::of(&record.id).as_str()))
            .exec(&self.changes.db().write)
            .await
            .map_err(backend)?;
        if saved.rows_affected == 0 {
            return Err(Error::Backend("the session ended in the meantime".into()));
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let key = SessionKey::of(id);
        let Some(mut row) = find_good(&self.changes.db().read, &key).await? else { return Ok(None) };
        if signed_in::is_ahead(&row) {
            sessions::settle(&self.changes.db().write, self.lifetime, std::slice::from_ref(&key))
                .await
                .map_err(backend)?;
            let Some(settled) = find_good(&self.changes.db().write, &key).await? else { return Ok(None) };
            row = settled;
        }
        let data = serde_json::from_str(&row.data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_ms / 1000)
            .map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let gone =
            session_table::Entity::delete_by_id(SessionKey::of(id).as_str()).exec(&self.changes.db().write);
        gone.await.map(|_| ()).map_err(backend)
    }
}

async fn find_good(db: &impl ConnectionTrait, key: &SessionKey) -> Result<Option<sessions::Session>> {
    let good = session_table::Column::ExpiresMs.gt(clock::now_ms());
    session_table::Entity::find_by_id(key.as_str()).filter(good).one(db).await.map_err(backend)
}

fn encode(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))
}

fn backend(error: DbErr) -> Error {
    Error::Backend(error.to_string())
}
