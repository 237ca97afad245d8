//! One transaction's worth of drafts. Where the database refuses something that one of them brought along, each is
//! published alone: one that fails fails alone.

use sea_orm::DbErr;

use crate::{
    db,
    domain::{
        audit::{self, Action},
        change::{Change, Changes},
        organisation,
        posts::{
            self, Draft, Post, Problems, PublishError, PublishOutcome, Severity,
            audience::{self, Addressees},
            backing::Backing,
            publishing::{Author, Job},
            search,
        },
    },
    live::{
        Cursor, Log,
        log::table::{NewEvent, Slot, append},
    },
    text,
};

type Outcome = Result<PublishOutcome, PublishError>;

/// What a draft comes to, before anything is written.
enum Prepared {
    /// It is to be a post, for these, with these behind it.
    New(Addressees, Backing),
    /// It had come before.
    Earlier(Box<PublishOutcome>),
    /// It is no post.
    Refused(PublishError),
}

/// Publishes these drafts; what became of each.
pub(super) async fn publish(changes: &Changes, log: &Log, jobs: &[Job]) -> Vec<Outcome> {
    match together(changes, log, jobs).await {
        Ok(outcomes) => outcomes,
        Err(error) if db::is_of_statement(&error) => {
            let mut outcomes = Vec::with_capacity(jobs.len());
            for job in jobs {
                outcomes.push(alone(changes, log, job).await);
            }
            outcomes
        }
        Err(error) => jobs.iter().map(|_| Err(error.clone().into())).collect(),
    }
}

/// If another node has just published what has the same key, that is there to be found when it is tried again.
async fn alone(changes: &Changes, log: &Log, job: &Job) -> Outcome {
    let again = async || together(changes, log, std::slice::from_ref(job)).await;
    let tried = match again().await {
        Err(error) if db::is_taken(&error) => again().await,
        tried => tried,
    };
    tried?.pop().unwrap_or_else(|| Err(DbErr::Custom("a post came to nothing".into()).into()))
}

async fn together(changes: &Changes, log: &Log, jobs: &[Job]) -> Result<Vec<Outcome>, DbErr> {
    db::with_timeout(commit(changes, log, jobs)).await
}

async fn commit(changes: &Changes, log: &Log, jobs: &[Job]) -> Result<Vec<Outcome>, DbErr> {
    let mut change = changes.begin().await?;
    let mut prepared = Vec::with_capacity(jobs.len());
    for job in jobs {
        let preparing = prepare(&change, job);
        prepared.push(match job.language {
            Some(language) => text::in_language(language, preparing).await?,
            None => preparing.await?,
        });
    }
    let new: Vec<_> = jobs
        .iter()
        .zip(&prepared)
        .filter_map(|(job, prepared)| Some((job, prepared.addressees()?)))
        .collect();
    // A form that comes again changes nothing, and of that there is nothing to commit.
    let written = if new.is_empty() { Vec::new() } else { write(&mut change, log, &new).await? };
    if new.is_empty() {
        change.undo().await?
    } else {
        change.commit().await?
    }
    let mut written = written.into_iter();
    let outcome = |prepared| match prepared {
        Prepared::New(..) => written.next().ok_or_else(|| DbErr::Custom("a post is missing".into()).into()),
        Prepared::Earlier(outcome) => Ok(*outcome),
        Prepared::Refused(error) => Err(error),
    };
    Ok(prepared.into_iter().map(outcome).collect())
}

/// Finds out what is to become of a draft.
///
/// # Errors
/// Those of the database, which leave nothing of the transaction.
async fn prepare(change: &Change, job: &Job) -> Result<Prepared, DbErr> {
    let Job { author, draft, idempotency, .. } = job;
    let prepared = async {
        if let Some(earlier) = idempotency.find(&change.tx, author.user, draft).await? {
            return Ok(Prepared::Earlier(earlier.into()));
        }
        may_be_as_urgent(change, author, draft).await?;
        let to = posts::address(&change.tx, author.writer(), author.only.as_deref(), &draft.meant()).await?;
        let backing = Backing::of_draft(&change.tx, author, draft).await?;
        Ok(Prepared::New(to, backing))
    };
    match prepared.await {
        Ok(prepared) => Ok(prepared),
        Err(PublishError::Database(error)) => Err(error),
        Err(refusal) => Ok(Prepared::Refused(refusal)),
    }
}

/// Whether its author may publish it as the organisation has it.
pub(in crate::domain::posts) async fn may_be_as_urgent(
    change: &Change,
    author: &Author,
    draft: &Draft,
) -> Result<(), PublishError> {
    let is_critical = draft.severity == Some(Severity::Critical);
    if is_critical && !organisation::may_publish_critical(&change.tx, author.user).await? {
        return Err(PublishError::Problems(Box::new(Problems::not_critical())));
    }
    Ok(())
}

/// Writes the posts under the next numbers: whom they are for, their events, and their entries in the audit log.
async fn write(
    change: &mut Change,
    log: &Log,
    new: &[(&Job, (&Addressees, &Backing))],
) -> Result<Vec<PublishOutcome>, DbErr> {
    let mut contents = Vec::with_capacity(new.len());
    for (job, _) in new {
        contents.push(search::of_draft(&change.tx, &job.author, &job.draft).await?);
    }
    let slots = change.take_numbers(new.len()).await?;
    let mut posts = Vec::with_capacity(new.len());
    for ((job, (_, backing)), slot) in new.iter().zip(&slots) {
        posts.push(store(change, log, job, backing, slot).await?);
    }
    let addressed: Vec<_> = posts.iter().zip(new).map(|((post, _), (_, (to, _)))| (post, *to)).collect();
    audience::write(&change.tx, &addressed).await?;
    for ((post, _), contents) in posts.iter().zip(&contents) {
        search::put_contents(&change.tx, post.number, contents).await?;
    }
    let entries = posts.iter().zip(new).map(|((post, _), (job, _))| entry(&job.author, post));
    change.record_all(entries.collect()).await?;
    let events = posts.iter().zip(slots).map(|((post, _), slot)| (slot, NewEvent::Post(post.id)));
    append(&change.tx, events.collect()).await?;
    Ok(posts.into_iter().map(|(post, event)| PublishOutcome::Published(post, event)).collect())
}

async fn store(
    change: &Change,
    log: &Log,
    job: &Job,
    backing: &Backing,
    slot: &Slot,
) -> Result<(Post, Option<Cursor>), DbErr> {
    let Job { author, draft, idempotency, .. } = job;
    let post = posts::store(&change.tx, author, draft, backing, idempotency.form_key(), slot.id).await?;
    // An older node beside this one may be asked for it next, by its cursor or by its key.
    let event = slot.cursor().map(|event| log.in_client_form(event));
    idempotency.store(&change.tx, &post, event.as_ref()).await?;
    Ok((post, event))
}

pub(super) fn entry(author: &Author, post: &Post) -> audit::Entry {
    let entry = audit::Entry::done(&author.by, Action::Publish, format!("post {}", post.id));
    entry.detail(audit::facts::post(post))
}

impl Prepared {
    fn addressees(&self) -> Option<(&Addressees, &Backing)> {
        match self {
            Self::New(addressees, backing) => Some((addressees, backing)),
            Self::Earlier(_) | Self::Refused(_) => None,
        }
    }
}
