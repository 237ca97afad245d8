//! What waits to be published, and what of it goes next: critical alerts before all others, and no more at once than a
//! transaction is to write.

use tokio::sync::mpsc;

use crate::domain::posts::publishing::Job;

/// One transaction writes about so many rows of whom its posts are for, or one post: whoever comes next waits for it.
const MAX_WEIGHT: usize = 1000;

/// What waits to be published.
pub(super) struct Waiting {
    critical: mpsc::Receiver<Job>,
    others: mpsc::Receiver<Job>,
    /// One that was too much for the last transaction.
    next: Option<Job>,
}

impl Waiting {
    /// What comes from these two.
    pub(super) fn of(critical: mpsc::Receiver<Job>, others: mpsc::Receiver<Job>) -> Self {
        Self { critical, others, next: None }
    }

    /// What is published together next, up to `count`; nothing, when nobody can publish any more. Critical alerts share a
    /// transaction with nothing else.
    pub(super) async fn next_batch(&mut self, count: usize) -> Vec<Job> {
        let first = tokio::select! {
            biased;
            Some(job) = self.critical.recv() => return self.with_other_critical(job, count),
            job = async { self.next.take() }, if self.next.is_some() => job,
            Some(job) = self.others.recv() => Some(job),
            else => None,
        };
        let mut jobs: Vec<_> = first.into_iter().collect();
        let mut weight: usize = jobs.iter().map(Job::weight).sum();
        while !jobs.is_empty() && jobs.len() < count {
            let Ok(job) = self.others.try_recv() else { break };
            weight += job.weight();
            if weight > MAX_WEIGHT {
                self.next = Some(job);
                break;
            }
            jobs.push(job);
        }
        jobs
    }

    fn with_other_critical(&mut self, first: Job, count: usize) -> Vec<Job> {
        let others = std::iter::from_fn(|| self.critical.try_recv().ok());
        std::iter::once(first).chain(others.take(count.saturating_sub(1))).collect()
    }
}

impl Job {
    /// About how many rows it takes to write whom it is for.
    fn weight(&self) -> usize {
        1 + self.draft.people.len() + self.draft.groups.len() + self.draft.except.len()
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::{
        domain::{
            audit::Actor,
            posts::{Draft, Fields, Idempotency, publishing::Author},
        },
        ids::UserId,
    };

    /// A post of this title for so many people.
    fn job(title: &str, people: usize) -> Job {
        let fields = Fields {
            kind: "news".into(),
            title: title.into(),
            audience: "people".into(),
            recipients: (0..people).map(|number| format!("person {number}")).collect(),
            ..Default::default()
        };
        let draft = Draft::parse(&fields).expect("nothing is wrong with it");
        let author = Author { user: UserId(1), by: Actor::server(), only: None, token: None };
        Job { author, draft, idempotency: Idempotency::None, language: None, reply: oneshot::channel().0 }
    }

    async fn titles(waiting: &mut Waiting, count: usize) -> Vec<String> {
        waiting.next_batch(count).await.into_iter().map(|job| job.draft.title).collect()
    }

    #[tokio::test]
    async fn a_critical_alert_goes_before_all_that_waits_and_alone() {
        let ((critical, first), (others, second)) = (mpsc::channel(9), mpsc::channel(9));
        let mut waiting = Waiting::of(first, second);
        for title in ["a", "b", "c"] {
            others.send(job(title, 1)).await.expect("there is room");
        }
        for title in ["now", "now, too"] {
            critical.send(job(title, 1)).await.expect("there is room");
        }
        drop((critical, others));

        assert_eq!(titles(&mut waiting, 2).await, ["now", "now, too"]);
        assert_eq!(titles(&mut waiting, 2).await, ["a", "b"]);
        assert_eq!(titles(&mut waiting, 2).await, ["c"]);
        assert!(titles(&mut waiting, 2).await.is_empty(), "nobody can publish any more");
    }

    #[tokio::test]
    async fn a_transaction_is_bounded_by_what_it_writes_and_a_critical_alert_goes_between() {
        let ((critical, first), (others, second)) = (mpsc::channel(9), mpsc::channel(9));
        let mut waiting = Waiting::of(first, second);
        for (title, people) in [("small", 1), ("large", MAX_WEIGHT), ("after", 1), ("last", 1)] {
            others.send(job(title, people)).await.expect("there is room");
        }

        assert_eq!(titles(&mut waiting, 9).await, ["small"]);
        critical.send(job("now", 1)).await.expect("there is room");
        assert_eq!(titles(&mut waiting, 9).await, ["now"], "what is left over waits, too");
        assert_eq!(titles(&mut waiting, 9).await, ["large"], "one post may be larger than that");
        assert_eq!(titles(&mut waiting, 9).await, ["after", "last"]);
    }
}
