//! What programs say again. A post with a key that its token has used for one that is open changes that one: it says what was said
//! last, and how often it was said. Whom it is for stays. It is one row, and unread once; only where it has become more urgent are
//! its readers told again, and not often. Once it is over or gone, the key begins a new one; and so it does where a drill is said
//! again that is none, or the other way round: a drill stays one, and what is real is never marked as one.
//!
//! How often a post was said is written at once, and told to screens at most once a second. Whatever takes a `db` or a `change` fails
//! as the database does.

use std::time::Duration;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    clock, db,
    domain::{
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        posts::{
            self, Author, Draft, Idempotency, Post, PublishError, PublishOutcome, changes as changing,
            coordinators, publishing, search,
        },
    },
    entities::{
        dedup_keys::{self, Column::UsedMs, Model as Key},
        posts as post_table,
    },
    ids::TokenId,
    live::{Log, event::Change as What, log::table::NewEvent},
};

/// Screens are told of a count at most so often.
const TELL_INTERVAL_MS: i64 = 1000;

/// Readers are told again of what has become more urgent at most so often.
const AGAIN_INTERVAL_MS: i64 = 5 * 60 * 1000;

/// A key that was not used for so long begins a new post.
pub const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// So many are looked for together.
const MAX_TOGETHER: u64 = 100;

/// Publishes a draft with this key, or has the post that is open with it say this now. Its event comes with a new post alone.
///
/// # Errors
/// Those of publishing.
pub async fn publish(
    changes: &Changes,
    log: &Log,
    author: &Author,
    draft: &Draft,
    (token, key): (TokenId, &str),
    idempotency: &Idempotency,
) -> Result<PublishOutcome, PublishError> {
    let attempt = async || {
        let outcome = attempt(changes, log, author, draft, (token, key), idempotency);
        db::with_timeout(outcome).await
    };
    match attempt().await {
        // Another node has just published with the same key, and that is there to be found.
        Err(PublishError::Database(error)) if db::is_taken(&error) => attempt().await,
        tried => tried,
    }
}

async fn attempt(
    changes: &Changes,
    log: &Log,
    author: &Author,
    draft: &Draft,
    (token, key): (TokenId, &str),
    idempotency: &Idempotency,
) -> Result<PublishOutcome, PublishError> {
    let mut change = changes.begin().await?;
    if let Some(earlier) = idempotency.find(&change.tx, author.user, draft).await? {
        change.undo().await?;
        return Ok(earlier);
    }
    let row = hold(&change, token.0, key).await?;
    let open = match &row {
        Some(row) => changing::hold(&change, row.post_id).await?.filter(is_open),
        None => None,
    };
    let (open, other) = match open {
        Some(post) if post.drill == draft.drill => (Some(post), None),
        other => (None, other),
    };
    may_be_as_urgent(&change, author, open.as_ref(), draft).await?;
    let (post, event) = match (row, open) {
        (Some(row), Some(post)) => {
            // What could not be published is no repetition either.
            posts::address(&change.tx, author.writer(), author.only.as_deref(), &draft.meant()).await?;
            (repeat(&mut change, &author.by, row, post, draft).await?, None)
        }
        (row, _) => {
            if let (Some(row), Some(other)) = (&row, other) {
                let_go(&mut change, row, other).await?;
            }
            let (post, slot) = publishing::publish_numbered(&mut change, author, draft).await?;
            begin(&change, row, (token, key), &post).await?;
            (post, slot.cursor().map(|event| log.in_client_form(event)))
        }
    };
    idempotency.store(&change.tx, &post, event.as_ref()).await?;
    change.commit().await?;
    Ok(PublishOutcome::Published(post, event))
}

/// The key as it is until the change ends.
async fn hold(change: &Change, token: i64, key: &str) -> Result<Option<Key>, DbErr> {
    dedup_keys::Entity::find_by_id((token, key.to_owned())).lock_exclusive().one(&change.tx).await
}

fn is_open(post: &Post) -> bool {
    !post.is_over() && !post.is_gone()
}

/// Whether it may be said as urgently by its author, as the organisation has it. What is critical already stays so.
async fn may_be_as_urgent(
    change: &Change,
    author: &Author,
    open: Option<&Post>,
    draft: &Draft,
) -> Result<(), PublishError> {
    if open.is_some_and(|post| post.severity == draft.severity) {
        return Ok(());
    }
    publishing::may_be_as_urgent(change, author, draft).await?;
    match open {
        Some(post) => coordinators::require(&change.tx, draft.severity, coordinators::of(post)).await,
        // Those of a new one are looked at when it is published.
        None => Ok(()),
    }
}

/// From now on the key is this post's.
async fn begin(
    change: &Change,
    row: Option<Key>,
    (token, key): (TokenId, &str),
    post: &Post,
) -> Result<(), DbErr> {
    let now_ms = clock::now_ms();
    let new = dedup_keys::ActiveModel {
        token_id: Set(token.0),
        key: Set(key.to_owned()),
        post_id: Set(post.id),
        told_severity: Set(post.severity),
        told_ms: Set(now_ms),
        due_ms: Set(None),
        used_ms: Set(now_ms),
    };
    match row {
        None => dedup_keys::Entity::insert(new).exec_without_returning(&change.tx).await.map(|_| ()),
        Some(_) => new.update(&change.tx).await.map(|_| ()),
    }
}

/// Has a post that is held say what was said last, once more.
async fn repeat(
    change: &mut Change,
    by: &Actor,
    key: Key,
    before: Post,
    draft: &Draft,
) -> Result<Post, DbErr> {
    let now_ms = clock::now_ms();
    let row = post_table::ActiveModel {
        kind: Set(draft.kind),
        severity: Set(draft.severity),
        title: Set(draft.title.clone()),
        body: Set(draft.body.clone()),
        html: Set(draft.html.clone()),
        expires_ms: Set(draft.expires_ms.or(before.expires_ms)),
        repeats: Set(before.repeats + 1),
        repeated_ms: Set(Some(now_ms)),
        ..Default::default()
    };
    let post = changing::set(change, &before, row).await?;
    if post.severity != before.severity {
        changing::set_urgency(change, &post, post.severity).await?;
        let entry = Entry::done(by, Action::EditPost, format!("post {}", post.id));
        change.record(entry.detail(format!("severity, by repetition {}", post.repeats))).await?;
    }
    if (&post.title, &post.body) != (&before.title, &before.body) {
        search::put(&change.tx, &post).await?;
    }
    let key = Key { told_severity: key.told_severity.min(post.severity), used_ms: now_ms, ..key };
    let next_ms = key.told_ms + TELL_INTERVAL_MS;
    if next_ms <= now_ms {
        return tell(change, key, post, (now_ms, AGAIN_INTERVAL_MS)).await;
    }
    let due_ms = Some(key.due_ms.map_or(next_ms, |due| due.min(next_ms)));
    keep(change, Key { due_ms, ..key }).await.map(|()| post)
}

/// Tells what is still to be told of a post that is open, before its key becomes another's: nobody would afterwards.
async fn let_go(change: &mut Change, key: &Key, post: Post) -> Result<(), DbErr> {
    match key.due_ms {
        Some(_) => tell(change, key.clone(), post, (clock::now_ms(), 0)).await.map(|_| ()),
        None => Ok(()),
    }
}

/// Tells screens how often the post was said, and its readers again if it has become more urgent and the interval is over.
async fn tell(
    change: &mut Change,
    key: Key,
    post: Post,
    (now_ms, interval_ms): (i64, i64),
) -> Result<Post, DbErr> {
    let is_more_urgent = post.severity > key.told_severity;
    let next_ms = post.told_again_ms.map_or(now_ms, |at| at + interval_ms);
    let again = is_more_urgent && next_ms <= now_ms;
    let told_severity = if again { post.severity } else { key.told_severity };
    let due_ms = (is_more_urgent && !again).then_some(next_ms);
    keep(change, Key { told_severity, due_ms, told_ms: now_ms, ..key }).await?;
    let row = post_table::ActiveModel {
        told_again_ms: Set(if again { Some(now_ms) } else { post.told_again_ms }),
        ..Default::default()
    };
    let post = changing::update(change, &post, row).await?;
    let (id, number) = (post.id, post.number);
    change.append(NewEvent::Change { post: id, number, change: What::Edited, again });
    Ok(post)
}

async fn keep(change: &Change, key: Key) -> Result<(), DbErr> {
    key.into_active_model().reset_all().update(&change.tx).await.map(|_| ())
}

/// Tells what is due of what was said again, once, whichever node finds it; when the next is due.
pub(super) async fn tell_due(changes: &Changes) -> Result<Option<i64>, DbErr> {
    loop {
        let now_ms = clock::now_ms();
        let next_ms = db::first_ms::<dedup_keys::Entity>(&changes.db().read, dedup_keys::Column::DueMs);
        let next_ms = db::with_timeout(next_ms).await?;
        if next_ms.is_none_or(|next| next > now_ms) {
            return Ok(next_ms);
        }
        let due = db::with_timeout(due(&changes.db().read, now_ms)).await?;
        for (token, key) in &due {
            db::with_timeout(tell_one(changes, *token, key, now_ms)).await?;
        }
        if (due.len() as u64) < MAX_TOGETHER {
            return Ok(next_ms);
        }
    }
}

async fn due(db: &impl ConnectionTrait, now_ms: i64) -> Result<Vec<(i64, String)>, DbErr> {
    dedup_keys::Entity::find()
        .select_only()
        .columns([dedup_keys::Column::TokenId, dedup_keys::Column::Key])
        .filter(dedup_keys::Column::DueMs.is_not_null())
        .filter(dedup_keys::Column::DueMs.lte(now_ms))
        .order_by_asc(dedup_keys::Column::DueMs)
        .limit(MAX_TOGETHER)
        .into_tuple()
        .all(db)
        .await
}

async fn tell_one(changes: &Changes, token: i64, key: &str, now_ms: i64) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let key = hold(&change, token, key).await?.filter(|key| key.due_ms.is_some_and(|due| due <= now_ms));
    let Some(key) = key else { return change.undo().await };
    match changing::hold(&change, key.post_id).await?.filter(is_open) {
        Some(post) => drop(tell(&mut change, key, post, (now_ms, AGAIN_INTERVAL_MS)).await?),
        None => keep(&change, Key { due_ms: None, ..key }).await?,
    }
    change.commit().await
}

/// Forgets keys that were last used before `before_ms`, at most `count`; how many they were.
pub async fn sweep(db: &impl ConnectionTrait, before_ms: i64, count: u64) -> Result<u64, DbErr> {
    db::delete_first::<dedup_keys::Entity>(db, UsedMs, UsedMs.lt(before_ms), count).await
}

/// When the key was used that was not used for the longest time.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let by_use = dedup_keys::Entity::find().order_by_asc(UsedMs);
    Ok(by_use.one(db).await?.map(|key| key.used_ms))
}
