//! Publishing: what waits together is committed together, each post in a savepoint, so that one that fails
//! fails alone. The post and its event are in the same transaction; only after the commit is anybody told.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use tokio::sync::{mpsc, oneshot};

use crate::{
    clock,
    db::{self, Db, Transaction},
    domain::{
        audit::{self, Action, Actor, Recorded},
        posts::{self, Draft, Post, PublishError},
    },
    entities::idempotency_keys,
    ids::{GroupId, TokenId, UserId},
    live::{
        Broker, Cursor,
        log::{
            posts as loaded,
            table::{self, NewEvent},
        },
    },
};

/// Drafts that may wait; more of them wait for a place.
const LONGEST_QUEUE: usize = 256;

/// Longer than two transactions in a row that come to nothing: the one under way, and one's own.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How a draft that comes twice is known.
#[derive(Clone, Debug)]
pub enum Idempotency {
    /// It is not: whatever comes is published.
    None,
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

/// In whose name something is published.
#[derive(Clone, Debug)]
pub struct Author {
    /// Whose post it will be.
    pub user: UserId,
    /// As the audit log names them.
    pub by: Actor,
    /// The groups that it may be for; when none are given, it may be for anybody.
    pub only: Option<Vec<GroupId>>,
}

/// What became of a draft.
#[derive(Debug)]
pub enum PublishOutcome {
    /// It is a post now, and this is its event; or it was before, and this is what was answered then.
    Published(Post, Option<Cursor>),
    /// The key belongs to another post.
    KeyUsed(Post),
    /// The same request is being answered at this moment.
    InProgress,
}

/// Hands drafts to the publishing task; cheap to clone.
#[derive(Clone, Debug)]
pub struct PublishQueue {
    jobs: mpsc::Sender<Job>,
    under_way: Arc<Mutex<HashSet<(TokenId, String)>>>,
}

#[derive(Debug)]
struct Job {
    author: Author,
    draft: Draft,
    idempotency: Idempotency,
    reply: oneshot::Sender<Result<PublishOutcome, PublishError>>,
}

impl PublishQueue {
    /// A publisher that writes up to `together` posts in one transaction, and its task, which ends with the last
    /// handle.
    pub fn new(db: Db, broker: Broker, together: usize) -> (Self, impl Future<Output = ()>) {
        let (jobs, queue) = mpsc::channel(LONGEST_QUEUE);
        (Self { jobs, under_way: Arc::default() }, work(db, broker, queue, together))
    }

    /// Publishes, and returns when the post is on disk.
    ///
    /// # Errors
    /// A recipient or group whom nobody knows, one that is none of the author's, and those of the database; it
    /// counts as away when nothing was heard in 30 s. The post may be made all the same then, as after any answer
    /// that got lost; whoever sends it again with its key gets to that post.
    pub async fn publish(
        &self,
        author: Author,
        draft: Draft,
        idempotency: Idempotency,
    ) -> Result<PublishOutcome, PublishError> {
        let _claim = match &idempotency {
            Idempotency::Key(request) => {
                match Claim::take(&self.under_way, (request.token, request.key.clone())) {
                    Some(claim) => Some(claim),
                    None => return Ok(PublishOutcome::InProgress),
                }
            }
            _ => None,
        };
        let away = |why: &str| PublishError::Database(DbErr::Custom(why.into()));
        let (reply, answer) = oneshot::channel();
        let published = async {
            self.jobs.send(Job { author, draft, idempotency, reply }).await.ok()?;
            answer.await.ok()
        };
        let published = tokio::time::timeout(LONGEST_WAIT, published).await;
        published
            .map_err(|_| away("a post was not published in time"))?
            .ok_or_else(|| away("the server is stopping"))?
    }
}

impl Idempotency {
    /// Every node writes posts in the order of their keys: two that waited for each other's keys would wait
    /// for ever. The first part tells the kinds of keys apart.
    fn order(&self, author: UserId) -> (u8, i64, &str) {
        match self {
            Self::None => (0, 0, ""),
            Self::Form(key) => (1, author.0, key),
            Self::Key(request) => (2, request.token.0, &request.key),
        }
    }
}

/// What a draft came to, before its event has a number.
enum Written {
    /// A new post, and the audit log's entry of it.
    New(Post, Recorded),
    /// It had come before.
    Earlier(PublishOutcome),
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

async fn work(db: Db, broker: Broker, mut queue: mpsc::Receiver<Job>, together: usize) {
    let mut jobs = Vec::new();
    while queue.recv_many(&mut jobs, together).await > 0 {
        jobs.sort_by(|a, b| a.idempotency.order(a.author.user).cmp(&b.idempotency.order(b.author.user)));
        let outcomes = publish_together(&db, &jobs).await;
        broker.nudge();
        for (job, outcome) in jobs.drain(..).zip(outcomes) {
            let outcome = outcome.map(|(publishing, recorded)| {
                recorded.into_iter().for_each(Recorded::log);
                publishing
            });
            // Whoever asked may be gone; the post is there all the same.
            let _ = job.reply.send(outcome);
        }
    }
    tracing::debug!("The publishing task has ended");
}

/// What became of a draft, and the audit log's entry if it became a post just now.
type Outcome = Result<(PublishOutcome, Option<Recorded>), PublishError>;

async fn publish_together(db: &Db, jobs: &[Job]) -> Vec<Outcome> {
    let committed = async {
        let tx = db.begin().await?;
        let mut written = Vec::with_capacity(jobs.len());
        for job in jobs {
            written.push(write_alone(&tx, job).await?);
        }
        let outcomes = number(&tx, written, jobs).await?;
        // A form that comes again changes nothing, and of that there is nothing to commit.
        match outcomes.iter().any(|outcome| matches!(outcome, Ok((_, Some(_))))) {
            true => tx.commit().await?,
            false => tx.rollback().await?,
        }
        Ok::<_, DbErr>(outcomes)
    };
    match db::with_timeout(committed).await {
        Ok(outcomes) => outcomes,
        Err(error) => jobs.iter().map(|_| Err(PublishError::Database(error.clone()))).collect(),
    }
}

/// Writes one post in a savepoint. If another node has just published what has the same key, that is there to
/// be found when it is tried again.
async fn write_alone(tx: &Transaction, job: &Job) -> Result<Result<Written, PublishError>, DbErr> {
    let outcome = write_once(tx, job).await?;
    match &outcome {
        Err(PublishError::Database(error)) if db::is_taken(error) => write_once(tx, job).await,
        _ => Ok(outcome),
    }
}

async fn write_once(tx: &Transaction, job: &Job) -> Result<Result<Written, PublishError>, DbErr> {
    let savepoint = tx.savepoint().await?;
    let outcome = write(&savepoint, job).await;
    match &outcome {
        Ok(Written::New(..)) => savepoint.commit().await?,
        _ => savepoint.rollback().await?,
    }
    Ok(outcome)
}

async fn write(tx: &Transaction, job: &Job) -> Result<Written, PublishError> {
    match &job.idempotency {
        Idempotency::None => write_anew(tx, job, None).await,
        Idempotency::Form(key) => {
            if let Some(earlier) = posts::find_by_key(tx, job.author.user, key).await? {
                let is_same = posts::is_made_of(tx, &earlier, &job.draft).await?;
                let answer = if is_same {
                    PublishOutcome::Published(earlier, None)
                } else {
                    PublishOutcome::KeyUsed(earlier)
                };
                return Ok(Written::Earlier(answer));
            }
            write_anew(tx, job, Some(key)).await
        }
        Idempotency::Key(request) => {
            if let Some(earlier) = find_request(tx, request).await? {
                return Ok(Written::Earlier(repeat(tx, request, earlier).await?));
            }
            let written = write_anew(tx, job, None).await?;
            if let Written::New(post, _) = &written {
                remember(tx, request, post).await?;
            }
            Ok(written)
        }
    }
}

async fn write_anew(tx: &Transaction, job: &Job, key: Option<&str>) -> Result<Written, PublishError> {
    let Job { author, draft, .. } = job;
    let post = posts::publish(tx, author.user, author.only.as_deref(), draft, key).await?;
    let entry = audit::Entry::done(&author.by, Action::Publish, format!("post {}", post.id));
    let recorded = audit::record(tx, entry.detail(post.summary())).await?;
    Ok(Written::New(post, recorded))
}

/// The new posts' events; last, and all at once, so that the counter is locked as shortly as may be: other
/// nodes wait for it.
async fn number(
    tx: &Transaction,
    written: Vec<Result<Written, PublishError>>,
    jobs: &[Job],
) -> Result<Vec<Outcome>, DbErr> {
    let new = |outcome: &Result<Written, PublishError>| match outcome {
        Ok(Written::New(post, _)) => Some(NewEvent::Post(post.id)),
        _ => None,
    };
    let entries: Vec<_> = written.iter().filter_map(new).collect();
    let mut events = match entries.is_empty() {
        true => Vec::new(),
        false => table::append_all(tx, entries).await?,
    }
    .into_iter();
    let mut outcomes = Vec::with_capacity(jobs.len());
    for (outcome, job) in written.into_iter().zip(jobs) {
        outcomes.push(match outcome {
            Ok(Written::New(post, recorded)) => {
                let event = events.next().flatten();
                keep_event(tx, &job.idempotency, event.as_ref()).await?;
                Ok((PublishOutcome::Published(post, event), Some(recorded)))
            }
            Ok(Written::Earlier(answer)) => Ok((answer, None)),
            Err(refusal) => Err(refusal),
        });
    }
    Ok(outcomes)
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
) -> Result<PublishOutcome, PublishError> {
    let post = loaded::of_ids(db, vec![earlier.post_id]).await?.remove(&earlier.post_id);
    let post = post.ok_or_else(|| DbErr::RecordNotFound("the post of an idempotency key".into()))?.post;
    if earlier.body_hash != request.body_hash {
        return Ok(PublishOutcome::KeyUsed(post));
    }
    Ok(PublishOutcome::Published(post, earlier.event.parse().ok()))
}

async fn remember(db: &impl ConnectionTrait, request: &IdempotencyKey, post: &Post) -> Result<(), DbErr> {
    let row = idempotency_keys::ActiveModel {
        token_id: Set(request.token.0),
        key: Set(request.key.clone()),
        body_hash: Set(request.body_hash.clone()),
        post_id: Set(post.id),
        event: Set(String::new()),
        created_ms: Set(clock::now_ms()),
    };
    idempotency_keys::Entity::insert(row).exec_without_returning(db).await.map(|_| ())
}

/// Keeps what a program's request is answered with, for when it comes again.
async fn keep_event(
    db: &impl ConnectionTrait,
    idempotency: &Idempotency,
    event: Option<&Cursor>,
) -> Result<(), DbErr> {
    let (Idempotency::Key(request), Some(event)) = (idempotency, event) else { return Ok(()) };
    idempotency_keys::Entity::update_many()
        .col_expr(idempotency_keys::Column::Event, Expr::value(event.to_string()))
        .filter(idempotency_keys::Column::TokenId.eq(request.token.0))
        .filter(idempotency_keys::Column::Key.eq(&request.key))
        .exec(db)
        .await
        .map(|_| ())
}

/// Forgets the requests from before `before_ms`. Fails as the database does.
pub async fn sweep(db: &impl ConnectionTrait, before_ms: i64) -> Result<u64, DbErr> {
    let old =
        idempotency_keys::Entity::delete_many().filter(idempotency_keys::Column::CreatedMs.lt(before_ms));
    old.exec(db).await.map(|done| done.rows_affected)
}

/// When the oldest request that is remembered came. Fails as the database does.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let by_age = idempotency_keys::Entity::find().order_by_asc(idempotency_keys::Column::CreatedMs);
    Ok(by_age.one(db).await?.map(|row| row.created_ms))
}
