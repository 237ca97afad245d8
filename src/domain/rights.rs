//! Whether a right to listen still stands.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    db::{self, Db},
    domain::{sessions, tokens},
    live::{right::Right, stream::source::RightEnd},
};

/// When the right ends unless it is used, in Unix milliseconds; `None` when it has ended. Fails as the database
/// does.
pub async fn ends_ms(db: &impl ConnectionTrait, right: &Right) -> Result<Option<i64>, DbErr> {
    db::with_timeout(async {
        match right {
            Right::Session(key) => sessions::expiry(db, key).await,
            Right::Token(id) => tokens::expiry(db, *id).await,
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
