//! Publishing: what waits together is committed together, each post in a savepoint, so that one that fails
//! fails alone. The post and its event are in the same transaction; only after the commit is anybody told.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};

use crate::{
    clock,
    db::Db,
    entities::idempotency_keys,
    live::{
        Broker, Cursor,
        cursor::Epoch,
        table::{self, Entry},
    },
    posts::{self, Draft, Post, Refusal},
    tokens::TokenId,
    users::UserId,
};

/// Drafts that may wait; more of them wait for a place.
const LONGEST_QUEUE: usize = 256;

/// Posts in one transaction: a reader of the log never waits for more of them.
const MOST_TOGETHER: usize = 64;

/// How a draft that comes twice is known.
#[derive(Clone, Debug)]
pub enum Once {
    /// It is not: whatever comes is published.
    No,
    /// By its form's one-time key.
    Form(String),
    /// By what a program sent with it.
    Key(IdempotencyKey),
}

/// A program's request, as it is known when it comes again.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    /// Whose key.
    pub token: TokenId,
    /// As the program made it up.
    pub key: String,
    /// SHA-256 of the body, in hexadecimal.
    pub body_hash: String,
}

/// What became of a draft.
#[derive(Debug)]
pub enum Publishing {
    /// It is a post now, and this is its event; or it was before, and this is what was answered then.
    Published(Post, Option<Cursor>),
    /// The key belongs to another post.
    KeyUsed(Post),
    /// The same request is being answered at this moment.
    InProgress,
}

/// Hands drafts to the publishing task; cheap to clone.
#[derive(Clone, Debug)]
pub struct Publisher {
    jobs: mpsc::Sender<Job>,
    under_way: Arc<Mutex<HashSet<(TokenId, String)>>>,
}

#[derive(Debug)]
struct Job {
    author: UserId,
    draft: Draft,
    once: Once,
    reply: oneshot::Sender<Result<Publishing, Refusal>>,
}

impl Publisher {
    /// A publisher and its task, which ends with the last handle.
    pub fn new(db: Db, broker: Broker) -> (Self, impl Future<Output = ()>) {
        let (jobs, queue) = mpsc::channel(LONGEST_QUEUE);
        (Self { jobs, under_way: Arc::default() }, work(db, broker, queue))
    }

    /// Publishes, and returns when the post is on disk.
    ///
    /// # Errors
    /// A recipient whom nobody knows, and those of the database.
    pub async fn publish(&self, author: UserId, draft: Draft, once: Once) -> Result<Publishing, Refusal> {
        let _claim = match &once {
            Once::Key(request) => match Claim::take(&self.under_way, (request.token, request.key.clone())) {
                Some(claim) => Some(claim),
                None => return Ok(Publishing::InProgress),
            },
            _ => None,
        };
        let stopped = || Refusal::Database(DbErr::Custom("the server is stopping".into()));
        let (reply, answer) = oneshot::channel();
        self.jobs.send(Job { author, draft, once, reply }).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

/// That a request is being answered; dropped, it no longer is.
struct Claim {
    under_way: Arc<Mutex<HashSet<(TokenId, String)>>>,
    request: (TokenId, String),
}

impl Claim {
    fn take(under_way: &Arc<Mutex<HashSet<(TokenId, String)>>>, request: (TokenId, String)) -> Option<Self> {
        let is_first = under_way.lock().unwrap_or_else(PoisonError::into_inner).insert(request.clone());
        is_first.then(|| Self { under_way: under_way.clone(), request })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.request);
    }
}

async fn work(db: Db, broker: Broker, mut queue: mpsc::Receiver<Job>) {
    let mut jobs = Vec::new();
    while queue.recv_many(&mut jobs, MOST_TOGETHER).await > 0 {
        let outcomes = publish_together(&db, &jobs).await;
        broker.nudge();
        for (job, outcome) in jobs.drain(..).zip(outcomes) {
            if let Ok(Publishing::Published(post, _)) = &outcome {
                tracing::info!(post.id = post.id, user.id = job.author.0, "Published");
            }
            // Whoever asked may be gone; the post is there all the same.
            let _ = job.reply.send(outcome);
        }
    }
    tracing::debug!("The publishing task has ended");
}

async fn publish_together(db: &Db, jobs: &[Job]) -> Vec<Result<Publishing, Refusal>> {
    let committed = async {
        let tx = db.begin().await?;
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            let savepoint = tx.begin().await?;
            let outcome = publish_one(&savepoint, job).await;
            match &outcome {
                Ok(Publishing::Published(..)) => savepoint.commit().await?,
                _ => savepoint.rollback().await?,
            }
            outcomes.push(outcome);
        }
        tx.commit().await?;
        Ok::<_, DbErr>(outcomes)
    };
    match committed.await {
        Ok(outcomes) => outcomes,
        Err(error) => jobs.iter().map(|_| Err(Refusal::Database(error.clone()))).collect(),
    }
}

async fn publish_one(tx: &DatabaseTransaction, job: &Job) -> Result<Publishing, Refusal> {
    let Job { author, draft, once, .. } = job;
    match once {
        Once::No => {
            let post = posts::publish(tx, *author, draft, None).await?;
            let event = append(tx, &post).await?;
            Ok(Publishing::Published(post, event))
        }
        Once::Form(key) => {
            if let Some(earlier) = posts::find_by_key(tx, *author, key).await? {
                let is_same = posts::is_made_of(tx, &earlier, draft).await?;
                let answer =
                    if is_same { Publishing::Published(earlier, None) } else { Publishing::KeyUsed(earlier) };
                return Ok(answer);
            }
            let post = posts::publish(tx, *author, draft, Some(key)).await?;
            let event = append(tx, &post).await?;
            Ok(Publishing::Published(post, event))
        }
        Once::Key(request) => {
            if let Some(earlier) = find_request(tx, request).await? {
                return repeat(tx, request, earlier).await;
            }
            let post = posts::publish(tx, *author, draft, None).await?;
            let event = append(tx, &post).await?;
            remember(tx, request, &post, event.as_ref()).await?;
            Ok(Publishing::Published(post, event))
        }
    }
}

/// The post's event; last, so that the counter is locked as shortly as may be.
async fn append(tx: &DatabaseTransaction, post: &Post) -> Result<Option<Cursor>, DbErr> {
    let id = table::append(tx, Entry::Post(post.id)).await?;
    let epoch: Option<Epoch> = table::head(tx).await?.0;
    Ok(epoch.map(|epoch| Cursor { epoch, id }))
}

async fn find_request(
    db: &impl ConnectionTrait,
    request: &IdempotencyKey,
) -> Result<Option<idempotency_keys::Model>, DbErr> {
    idempotency_keys::Entity::find_by_id((request.token.0, request.key.clone())).one(db).await
}

async fn repeat(
    db: &impl ConnectionTrait,
    request: &IdempotencyKey,
    earlier: idempotency_keys::Model,
) -> Result<Publishing, Refusal> {
    let post = posts::of_ids(db, vec![earlier.post_id]).await?.remove(&earlier.post_id);
    let post = post.ok_or_else(|| DbErr::RecordNotFound("the post of an idempotency key".into()))?.post;
    if earlier.body_hash != request.body_hash {
        return Ok(Publishing::KeyUsed(post));
    }
    Ok(Publishing::Published(post, earlier.event.parse().ok()))
}

async fn remember(
    db: &impl ConnectionTrait,
    request: &IdempotencyKey,
    post: &Post,
    event: Option<&Cursor>,
) -> Result<(), DbErr> {
    let row = idempotency_keys::ActiveModel {
        token_id: Set(request.token.0),
        key: Set(request.key.clone()),
        body_hash: Set(request.body_hash.clone()),
        post_id: Set(post.id),
        event: Set(event.map(ToString::to_string).unwrap_or_default()),
        created_ms: Set(clock::now_ms()),
    };
    idempotency_keys::Entity::insert(row).exec_without_returning(db).await.map(|_| ())
}

/// Forgets the requests from before `before_ms`. Fails as the database does.
pub async fn sweep(db: &impl ConnectionTrait, before_ms: i64) -> Result<u64, DbErr> {
    let old =
        idempotency_keys::Entity::delete_many().filter(idempotency_keys::Column::CreatedMs.lt(before_ms));
    old.exec(db).await.map(|done| done.rows_affected)
}
