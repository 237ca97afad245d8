//! How a draft that comes twice is known, so that it becomes one post: a form by its one-time key, a program's request
//! by the key that it sends with it. Whatever takes a `db` fails as the database does.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryOrder};

use crate::{
    clock, db,
    domain::posts::{self, Draft, Post, PublishError, PublishOutcome},
    entities::idempotency_keys,
    ids::{TokenId, UserId},
    live::{Cursor, log::posts as loaded},
};

/// How a draft that comes twice is known.
#[derive(Clone, Debug)]
pub enum Idempotency {
    /// It is not known: whatever comes is published.
    None,
    /// The one-time key of its form.
    Form(String),
    /// What a program sent with it.
    Key(IdempotencyKey),
}

/// A program's request, as it is known when it comes again.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// The token that the request came with: each has keys of its own.
    pub token: TokenId,
    /// The key as the program made it up.
    pub key: String,
    /// SHA-256 of the body, in hexadecimal.
    pub body_hash: String,
}

impl Idempotency {
    /// Every node writes posts in the order of their keys: two that waited for each other's keys would wait
    /// for ever. The first part tells the kinds of keys apart.
    pub(super) fn order(&self, author: UserId) -> (u8, i64, &str) {
        match self {
            Self::None => (0, 0, ""),
            Self::Form(key) => (1, author.0, key),
            Self::Key(request) => (2, request.token.0, &request.key),
        }
    }

    /// The key that is stored with the post itself.
    pub(super) fn form_key(&self) -> Option<&str> {
        match self {
            Self::Form(key) => Some(key),
            Self::None | Self::Key(_) => None,
        }
    }

    /// What became of the draft when it came before, if it did.
    pub(super) async fn find(
        &self,
        db: &impl ConnectionTrait,
        author: UserId,
        draft: &Draft,
    ) -> Result<Option<PublishOutcome>, PublishError> {
        match self {
            Self::None => Ok(None),
            Self::Form(key) => {
                let Some(earlier) = posts::find_by_key(db, author, key).await? else { return Ok(None) };
                let is_same = posts::is_made_of(db, &earlier, draft).await?;
                Ok(Some(if is_same {
                    PublishOutcome::Published(earlier, None)
                } else {
                    PublishOutcome::KeyUsed(earlier)
                }))
            }
            Self::Key(request) => Ok(request.find(db).await?),
        }
    }

    /// Stores what is needed to know the draft again, and what it is answered with; a form's key is stored with the post.
    pub(super) async fn store(
        &self,
        db: &impl ConnectionTrait,
        post: &Post,
        event: Option<&Cursor>,
    ) -> Result<(), DbErr> {
        let Self::Key(request) = self else { return Ok(()) };
        let row = idempotency_keys::ActiveModel {
            token_id: Set(request.token.0),
            key: Set(request.key.clone()),
            body_hash: Set(request.body_hash.clone()),
            post_id: Set(post.id),
            event: Set(event.map(Cursor::to_string).unwrap_or_default()),
            created_ms: Set(clock::now_ms()),
        };
        idempotency_keys::Entity::insert(row).exec_without_returning(db).await.map(|_| ())
    }
}

impl IdempotencyKey {
    async fn find(&self, db: &impl ConnectionTrait) -> Result<Option<PublishOutcome>, DbErr> {
        let earlier = idempotency_keys::Entity::find_by_id((self.token.0, self.key.clone())).one(db).await?;
        let Some(earlier) = earlier else { return Ok(None) };
        let post = loaded::of_ids(db, vec![earlier.post_id]).await?.remove(&earlier.post_id);
        let post = post.ok_or_else(|| DbErr::RecordNotFound("the post of an idempotency key".into()))?.post;
        Ok(Some(if earlier.body_hash == self.body_hash {
            PublishOutcome::Published(post, earlier.event.parse().ok())
        } else {
            PublishOutcome::KeyUsed(post)
        }))
    }
}

/// The requests that are being answered; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct UnderWay(Arc<Mutex<HashSet<(TokenId, String)>>>);

/// That a request is being answered; dropped, it no longer is.
pub(super) struct Claim {
    under_way: UnderWay,
    request: (TokenId, String),
}

impl UnderWay {
    /// None when somebody else is answering this request.
    pub(super) fn claim(&self, request: &IdempotencyKey) -> Option<Claim> {
        let request = (request.token, request.key.clone());
        let is_first = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(request.clone());
        is_first.then(|| Claim { under_way: self.clone(), request })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.under_way.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.request);
    }
}

/// Forgets the requests from before `before_ms`, at most `count`; how many they were.
pub async fn sweep(db: &impl ConnectionTrait, before_ms: i64, count: u64) -> Result<u64, DbErr> {
    let came = idempotency_keys::Column::CreatedMs;
    db::delete_first::<idempotency_keys::Entity>(db, came, came.lt(before_ms), count).await
}

/// When the oldest request that is remembered came.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let by_age = idempotency_keys::Entity::find().order_by_asc(idempotency_keys::Column::CreatedMs);
    Ok(by_age.one(db).await?.map(|row| row.created_ms))
}
