//! Rights to listen: whose they are, and whether they still stand.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    db::{self, Db},
    domain::{sessions, tokens, walls},
    live::{Listeners, listeners::Listener, right::Right, stream::source::RightEnd},
};

/// When the right ends unless it is used, in Unix milliseconds; `None` when it has ended. Fails as the database
/// does.
pub async fn ends_ms(db: &impl ConnectionTrait, right: &Right) -> Result<Option<i64>, DbErr> {
    db::with_timeout(async {
        match right {
            Right::Session(key) => sessions::expiry(db, key).await,
            Right::Token(id) => tokens::expiry(db, *id).await,
            Right::Wall(id) => walls::expiry(db, *id).await,
        }
    })
    .await
}

/// The same for streams, which wait for their turn at the tables.
pub fn end_of(db: Db) -> RightEnd {
    Box::new(move |right| {
        let (db, right) = (db.clone(), right.clone());
        Box::pin(async move {
            let _permit = db.stream_permit().await;
            ends_ms(&db.read, &right).await
        })
    })
}

/// Who listens with this key: whoever is known by it, or else whom `look_up` finds in the tables.
///
/// # Errors
/// Those of `look_up`.
pub async fn listener<E>(
    db: &Db,
    listeners: &Listeners,
    key: &str,
    look_up: impl Future<Output = Result<Option<Listener>, E>>,
) -> Result<Option<Listener>, E> {
    if let Some(listener) = listeners.find(key) {
        return Ok(Some(listener));
    }
    let _permit = db.stream_permit().await;
    let losses = listeners.losses();
    let found = look_up.await?;
    if let Some(listener) = &found {
        listeners.remember(key, listener.clone(), losses);
    }
    Ok(found)
}
