//! The line in which receipts are written: what waits together is committed together, so that many people who read the same
//! post at once cost few commits. Who did something is answered when it is on disk.

use std::{collections::HashMap, time::Duration};

use sea_orm::DbErr;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

use crate::{
    domain::{
        audit::Actor,
        change::Changes,
        posts::{Filter, Post, answers::Answer},
    },
    ids::UserId,
};

pub use self::deeds::TAKE_BACK_TIME;
pub(in crate::domain::posts) use self::writing::hold;

mod deeds;
mod writing;

/// Whoever comes soon after a commit waits for others, no longer than this: at 100 receipts in a second, 25 share a commit.
const MAX_WAIT: Duration = Duration::from_millis(250);

/// So many are committed together.
const MAX_TOGETHER: usize = 1024;

/// So many may wait; more of them wait for a slot.
const MAX_WAITING: usize = 1024;

/// Longer than two transactions in a row that come to nothing.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// What somebody did.
#[derive(Clone, Debug)]
pub enum What {
    /// They read this post.
    Read(Which),
    /// They put it back to be read later.
    PutBack(Which),
    /// They marked as read what the filter lists, of what was told up to this number.
    MarkAll(Box<Filter>, i64),
    /// They undid the marking of this id.
    Undo(i64),
    /// They said that they have seen a post, which reads it, too.
    Acknowledge(Deed),
    /// They answered, which says that, too.
    Answer(Deed, Answer),
    /// Somebody else answered in their place, which counts until they do.
    AnswerFor(Deed, Answer),
    /// They took that back, not long after.
    TakeBack(Deed),
    /// Nothing: it was found that all was read up to this number.
    Settle(i64),
    /// They do not want to see it until then, in Unix milliseconds.
    Snooze(Which, i64),
    /// They want to see it after all.
    EndSnooze(Which),
    /// Nothing: it was found that something is to be seen again by now.
    EndSnoozes,
}

/// What is done about what a post asks.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Which post.
    pub(super) post: Which,
    /// Its version, as it was then.
    version: i64,
    /// By which it is known when it comes again.
    key: Option<String>,
    /// Who does it, if it is somebody else.
    by: Option<Actor>,
}

/// A post that somebody may see.
#[derive(Clone, Copy, Debug)]
pub struct Which {
    id: i64,
    number: i64,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is written.
    Written,
    /// It is written, and can be undone by this id.
    Marked(i64),
    /// There is no such marking, or nothing to take back.
    NotFound,
    /// It is noted, and they had answered themselves: that counts.
    OwnAnswer,
    /// It cannot be taken back any more.
    TooLate,
    /// Nothing: more is snoozed than there is room for.
    TooMany,
}

/// Hands what people did to the task that writes it; cheap to clone.
#[derive(Clone, Debug)]
pub struct ReceiptQueue(mpsc::Sender<Job>);

/// The same, which does not keep its task at work.
#[derive(Clone, Debug)]
pub struct WeakReceiptQueue(mpsc::WeakSender<Job>);

#[derive(Debug)]
struct Job {
    user: UserId,
    what: What,
    reply: oneshot::Sender<Result<Done, DbErr>>,
}

impl ReceiptQueue {
    /// A queue, and the task that writes what is in it. The task ends with the last handle.
    pub fn new(changes: Changes) -> (Self, impl Future<Output = ()>) {
        let (queue, jobs) = mpsc::channel(MAX_WAITING);
        (Self(queue), work(changes, jobs))
    }

    /// Writes what a person did, and returns when it is on disk.
    ///
    /// # Errors
    /// When the database did not take it, or was not heard of in 30 s. It may be there all the same then.
    pub async fn write(&self, user: UserId, what: What) -> Result<Done, DbErr> {
        let (reply, answer) = oneshot::channel();
        let written = async {
            self.0.send(Job { user, what, reply }).await.ok()?;
            answer.await.ok()
        };
        let away = |why: &str| DbErr::Custom(why.into());
        let written = tokio::time::timeout(WRITE_TIMEOUT, written).await;
        written
            .map_err(|_| away("a receipt was not written in time"))?
            .ok_or_else(|| away("the server is stopping"))?
    }

    /// For what lives as long as the server.
    pub fn downgrade(&self) -> WeakReceiptQueue {
        WeakReceiptQueue(self.0.downgrade())
    }
}

impl WeakReceiptQueue {
    /// The queue, as long as the server does not stop.
    pub fn upgrade(&self) -> Option<ReceiptQueue> {
        self.0.upgrade().map(ReceiptQueue)
    }

    /// Has it written that a person has read all up to this number, if there is room. Otherwise it is found again.
    pub fn settle(&self, user: UserId, through: i64) {
        let (reply, _) = oneshot::channel();
        if let Some(queue) = self.0.upgrade() {
            let _ = queue.try_send(Job { user, what: What::Settle(through), reply });
        }
    }
}

async fn work(changes: Changes, mut jobs: mpsc::Receiver<Job>) {
    let mut last = Instant::now();
    let mut left = Vec::new();
    loop {
        let mut waiting = std::mem::take(&mut left);
        if waiting.is_empty() {
            let Some(first) = jobs.recv().await else { break };
            waiting.push(first);
        }
        // Who comes alone does not wait.
        let until = last + MAX_WAIT;
        while waiting.len() < MAX_TOGETHER {
            let Ok(Some(job)) = timeout_at(until, jobs.recv()).await else { break };
            waiting.push(job);
        }
        let (together, others) = part(waiting);
        left = others;
        let outcomes = writing::write(&changes, &together).await;
        last = Instant::now();
        for (job, outcome) in together.into_iter().zip(outcomes) {
            // Whoever does not wait any more has been told so.
            let _ = job.reply.send(outcome);
        }
    }
    tracing::debug!("The writing of receipts has ended");
}

/// Those that may be written together, and those that have to wait: what depends on what was written before shares no
/// transaction with anything else of the same person's.
fn part(jobs: Vec<Job>) -> (Vec<Job>, Vec<Job>) {
    let mut taken = HashMap::new();
    let (mut together, mut left) = (Vec::new(), Vec::new());
    for job in jobs {
        let is_alone = !matches!(job.what, What::Read(_) | What::PutBack(_) | What::Settle(_));
        let is_barred = taken.get(&job.user).is_some_and(|was_alone| *was_alone || is_alone);
        if is_barred {
            // Nor may what comes after it go before it.
            taken.insert(job.user, true);
            left.push(job);
        } else {
            taken.insert(job.user, is_alone);
            together.push(job);
        }
    }
    (together, left)
}

impl What {
    /// That this post was read.
    pub fn read(post: &Post) -> Self {
        Self::Read(Which::of(post))
    }

    /// That this post was acknowledged. What comes again with its key is done once.
    pub fn acknowledge(post: &Post, key: Option<String>) -> Self {
        Self::Acknowledge(Deed::of(post, key))
    }

    /// That this post was answered.
    pub fn answer(post: &Post, answer: Answer, key: Option<String>) -> Self {
        Self::Answer(Deed::of(post, key), answer)
    }

    /// That this post was answered by somebody in the place of another.
    pub fn answer_for(post: &Post, answer: Answer, by: &Actor, key: Option<String>) -> Self {
        // Keys are told apart by whose act it is, and this is not the other's.
        let key = key.map(|key| format!("for-{}-{key}", by.person().map_or(0, |by| by.0)));
        Self::AnswerFor(Deed { by: Some(by.clone()), ..Deed::of(post, key) }, answer)
    }

    /// That this was taken back.
    pub fn take_back(post: &Post, key: Option<String>) -> Self {
        Self::TakeBack(Deed::of(post, key))
    }

    /// That this post was put back to be read later.
    pub fn put_back(post: &Post) -> Self {
        Self::PutBack(Which::of(post))
    }

    /// That this post is not to be seen until then, in Unix milliseconds.
    pub fn snooze(post: &Post, until_ms: i64) -> Self {
        Self::Snooze(Which::of(post), until_ms)
    }

    /// That this post is to be seen after all.
    pub fn end_snooze(post: &Post) -> Self {
        Self::EndSnooze(Which::of(post))
    }
}

impl Deed {
    fn of(post: &Post, key: Option<String>) -> Self {
        Self { post: Which::of(post), version: post.version, key, by: None }
    }
}

impl Which {
    fn of(post: &Post) -> Self {
        Self { id: post.id, number: post.number }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(jobs: &[(i64, What)]) -> (Vec<i64>, Vec<i64>) {
        let job = |(user, what): &(i64, What)| Job {
            user: UserId(*user),
            what: what.clone(),
            reply: oneshot::channel().0,
        };
        let (together, left) = part(jobs.iter().map(job).collect());
        let users = |jobs: Vec<Job>| jobs.iter().map(|job| job.user.0).collect();
        (users(together), users(left))
    }

    #[test]
    fn a_marking_shares_no_transaction_with_anything_else_of_its_person() {
        let read = What::Read(Which { id: 1, number: 1 });
        let mark = What::MarkAll(Box::default(), 1);

        assert_eq!(
            parted(&[(1, read.clone()), (1, read.clone()), (2, mark.clone())]),
            (vec![1, 1, 2], vec![])
        );
        assert_eq!(
            parted(&[(1, read.clone()), (1, mark.clone()), (1, read.clone()), (2, read)]),
            (vec![1, 2], vec![1, 1])
        );
        assert_eq!(parted(&[(1, mark.clone()), (1, What::Undo(1)), (2, mark)]), (vec![1, 2], vec![1]));
    }
}
