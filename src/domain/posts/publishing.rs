//! Publishing: drafts wait in a queue, and what waits together is committed together, so that each costs a part of a
//! commit. Critical alerts wait in a queue of their own, which goes first. Whoever publishes is answered when the post is
//! on disk.

use std::time::Duration;

use sea_orm::DbErr;
use tokio::sync::{mpsc, oneshot};

use crate::{
    domain::{
        audit::Actor,
        change::{Change, Changes},
        posts::{
            self, Draft, Idempotency, Post, PublishError, PublishOutcome, Severity, audience,
            backing::Backing, idempotency::UnderWay, publishing::waiting::Waiting, search,
        },
    },
    ids::{GroupId, TokenId, UserId},
    live::{
        Log,
        log::table::{NewEvent, Slot, append},
    },
    text::{self, Language},
};

mod batch;
mod waiting;

pub(super) use self::batch::may_be_as_urgent;

/// Drafts that may wait in each queue; more of them wait for a slot.
const MAX_WAITING: usize = 256;

/// Longer than two transactions in a row that come to nothing: the one under way, and one's own.
const PUBLISH_TIMEOUT: Duration = Duration::from_secs(30);

/// In whose name something is published.
#[derive(Clone, Debug)]
pub struct Author {
    /// Whose post it will be.
    pub user: UserId,
    /// As the audit log names them.
    pub by: Actor,
    /// The groups that it may be for; when none are given, it may be for anybody.
    pub only: Option<Vec<GroupId>>,
    /// By which token, if a program does.
    pub token: Option<TokenId>,
}

impl Author {
    /// Whose post it will be; what the server publishes on behalf of nobody is nobody's.
    pub(super) fn writer(&self) -> Option<UserId> {
        (self.by != Actor::server()).then_some(self.user)
    }
}

/// Publishes a draft as a part of a change. After this the log's counter is locked: what follows is to be short.
///
/// # Errors
/// A recipient or group whom nobody knows, one that is none of the author's, and those of the database.
pub async fn publish(change: &mut Change, author: &Author, draft: &Draft) -> Result<Post, PublishError> {
    publish_numbered(change, author, draft).await.map(|(post, _)| post)
}

/// The same, with the number that its event has.
pub(super) async fn publish_numbered(
    change: &mut Change,
    author: &Author,
    draft: &Draft,
) -> Result<(Post, Slot), PublishError> {
    let addressees =
        posts::address(&change.tx, author.writer(), author.only.as_deref(), &draft.meant()).await?;
    let backing = Backing::of_draft(&change.tx, author, draft).await?;
    let contents = search::of_draft(&change.tx, author, draft).await?;
    let slot = change.take_number().await?;
    let post = posts::store(&change.tx, author, draft, &backing, None, slot.id).await?;
    audience::write(&change.tx, &[(&post, &addressees)]).await?;
    search::put_contents(&change.tx, slot.id, &contents).await?;
    change.record(batch::entry(author, &post)).await?;
    append(&change.tx, vec![(slot.clone(), NewEvent::Post(post.id))]).await?;
    Ok((post, slot))
}

/// Hands drafts to the publishing task; cheap to clone.
#[derive(Clone, Debug)]
pub struct PublishQueue {
    critical: mpsc::Sender<Job>,
    others: mpsc::Sender<Job>,
    under_way: UnderWay,
}

#[derive(Debug)]
struct Job {
    author: Author,
    draft: Draft,
    idempotency: Idempotency,
    /// In which language whoever wrote it reads what is wrong with it; none for a program.
    language: Option<Language>,
    reply: oneshot::Sender<Result<PublishOutcome, PublishError>>,
}

impl PublishQueue {
    /// A queue whose task writes up to `together` posts in one transaction, and answers with cursors as the log gives them
    /// to clients. The task ends with the last handle.
    pub fn new(changes: Changes, log: Log, together: usize) -> (Self, impl Future<Output = ()>) {
        let (critical, first) = mpsc::channel(MAX_WAITING);
        let (others, second) = mpsc::channel(MAX_WAITING);
        let waiting = Waiting::of(first, second);
        (Self { critical, others, under_way: UnderWay::default() }, work(changes, log, waiting, together))
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
            Idempotency::Key(request) => match self.under_way.claim(request) {
                Some(claim) => Some(claim),
                None => return Ok(PublishOutcome::InProgress),
            },
            _ => None,
        };
        let away = |why: &str| PublishError::Database(DbErr::Custom(why.into()));
        let (reply, answer) = oneshot::channel();
        let language = text::of_reader();
        let published = async {
            let queue =
                if draft.severity == Some(Severity::Critical) { &self.critical } else { &self.others };
            queue.send(Job { author, draft, idempotency, language, reply }).await.ok()?;
            answer.await.ok()
        };
        let published = tokio::time::timeout(PUBLISH_TIMEOUT, published).await;
        published
            .map_err(|_| away("a post was not published in time"))?
            .ok_or_else(|| away("the server is stopping"))?
    }
}

async fn work(changes: Changes, log: Log, mut waiting: Waiting, together: usize) {
    loop {
        let mut jobs = waiting.next_batch(together).await;
        if jobs.is_empty() {
            break;
        }
        jobs.sort_by(|a, b| a.idempotency.order(a.author.user).cmp(&b.idempotency.order(b.author.user)));
        let outcomes = batch::publish(&changes, &log, &jobs).await;
        for (job, outcome) in jobs.into_iter().zip(outcomes) {
            // Whoever asked may be gone; the post is there all the same.
            let _ = job.reply.send(outcome);
        }
    }
    tracing::debug!("The publishing task has ended");
}
