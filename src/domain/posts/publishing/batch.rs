//! One transaction's worth of drafts: each is a part of one change, so that one that fails fails alone.

use sea_orm::DbErr;

use crate::{
    db,
    domain::{
        audit::{self, Action},
        change::{Change, Changes},
        posts::{self, Post, PublishError, PublishOutcome, publishing::Job},
    },
    live::{Log, log::table::NewEvent},
};

/// What a draft came to, before its event has a number.
enum Written {
    /// It is a new post.
    New(Post),
    /// It had come before.
    Earlier(PublishOutcome),
    /// It is no post.
    Refused(PublishError),
}

/// Publishes these drafts; what became of each.
pub(super) async fn publish(
    changes: &Changes,
    log: &Log,
    jobs: &[Job],
) -> Vec<Result<PublishOutcome, PublishError>> {
    match db::with_timeout(commit(changes, log, jobs)).await {
        Ok(outcomes) => outcomes,
        Err(error) => jobs.iter().map(|_| Err(PublishError::Database(error.clone()))).collect(),
    }
}

async fn commit(
    changes: &Changes,
    log: &Log,
    jobs: &[Job],
) -> Result<Vec<Result<PublishOutcome, PublishError>>, DbErr> {
    let mut change = changes.begin().await?;
    let mut written = Vec::with_capacity(jobs.len());
    for job in jobs {
        written.push(write_alone(&mut change, job).await?);
    }
    let has_new = !change.is_empty();
    let mut events = change.number().await?.into_iter();
    let mut outcomes = Vec::with_capacity(jobs.len());
    for (written, job) in written.into_iter().zip(jobs) {
        outcomes.push(match written {
            Written::New(post) => {
                // An older node beside this one may be asked for it next, by its cursor or by its key.
                let event = events.next().flatten().map(|event| log.in_client_form(event));
                job.idempotency.keep_event(&change.tx, event.as_ref()).await?;
                Ok(PublishOutcome::Published(post, event))
            }
            Written::Earlier(outcome) => Ok(outcome),
            Written::Refused(error) => Err(error),
        });
    }
    // A form that comes again changes nothing, and of that there is nothing to commit.
    if has_new {
        change.commit().await?
    } else {
        change.undo().await?
    }
    Ok(outcomes)
}

/// Writes one post, or nothing. If another node has just published what has the same key, that is there to be found
/// when it is tried again.
async fn write_alone(change: &mut Change, job: &Job) -> Result<Written, DbErr> {
    match write_part(change, job).await? {
        Written::Refused(PublishError::Database(error)) if db::is_taken(&error) => {
            write_part(change, job).await
        }
        written => Ok(written),
    }
}

async fn write_part(change: &mut Change, job: &Job) -> Result<Written, DbErr> {
    let mut part = change.part().await?;
    let written = write(&mut part, job).await.unwrap_or_else(Written::Refused);
    match &written {
        Written::New(_) => change.keep(part).await?,
        Written::Earlier(_) | Written::Refused(_) => part.undo().await?,
    }
    Ok(written)
}

async fn write(part: &mut Change, job: &Job) -> Result<Written, PublishError> {
    let Job { author, draft, idempotency, .. } = job;
    if let Some(earlier) = idempotency.find(&part.tx, author.user, draft).await? {
        return Ok(Written::Earlier(earlier));
    }
    let key = idempotency.form_key();
    let post = posts::store(&part.tx, author.user, author.only.as_deref(), draft, key).await?;
    let entry = audit::Entry::done(&author.by, Action::Publish, format!("post {}", post.id));
    part.record(entry.detail(post.summary())).await?;
    idempotency.store(&part.tx, &post).await?;
    part.append(NewEvent::Post(post.id));
    Ok(Written::New(post))
}
