//! Posts: from what was typed to a row. Whatever takes a `db` fails as the database does.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr,
};

use crate::{
    clock,
    domain::posts::{audience::Addressees, backing::Backing},
    entities::posts,
    ids::{GroupId, UserId},
    live::Cursor,
};

pub(in crate::domain) use self::markdown::escaped;
pub use self::{
    audience::{are_for_the_same, group_names, left_since, named, names_in},
    draft::{Draft, Fields, Meant, Problems},
    feed::{Filter, Listed, Next, cut, feed, feed_of, find, of_numbers, titles, visible_of_numbers},
    first_pages::FirstPages,
    idempotency::{Idempotency, IdempotencyKey},
    list_page::{ListPage, PAGE_SIZE},
    looked_after::LookedAfter,
    neighbours::{Neighbours, neighbours},
    on_top::{LOUD_MS, OnTop, on_top},
    publishing::{Author, PublishQueue, publish},
    reach::{Now, Reach, ReachContext, reach},
    told_again::ToldAgain,
    written::{PostState, managed_by},
};
pub use crate::{
    entities::audiences::Scope,
    entities::posts::{Audience, Kind, Model as Post, Severity},
    live::log::posts::Published,
};

pub mod alerts;
pub mod answers;
pub mod asking;
mod audience;
mod backing;
pub mod calls;
pub mod changes;
pub mod coordinators;
pub mod deliveries;
mod draft;
pub mod ends;
pub mod escalation;
mod feed;
mod first_pages;
pub mod following_up;
pub(in crate::domain) mod idempotency;
mod list_page;
mod looked_after;
pub mod managing;
mod markdown;
mod neighbours;
mod on_top;
mod pins;
mod publishing;
mod reach;
pub mod receipts;
pub mod record;
pub mod reminders;
pub mod repeats;
pub mod revisions;
pub mod roster;
pub mod roster_header;
pub mod search;
mod shared_lists;
pub mod times;
mod told_again;
mod unseen;
mod written;

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

/// Why a draft did not become a post.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Something in it is not right.
    #[error("the draft has problems")]
    Problems(Box<Problems>),
    /// It is for others than the groups that it may be for.
    #[error("it may only be for certain groups")]
    OtherGroups,
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Has a post say that it was published then, and is over since, for a demo, whose days are made up. Fails as the database
/// does.
pub async fn backdate(
    db: &impl ConnectionTrait,
    post: &Post,
    at_ms: i64,
    over_ms: Option<i64>,
) -> Result<(), DbErr> {
    posts::Entity::update_many()
        .col_expr(posts::Column::PublishedMs, Expr::value(at_ms))
        .col_expr(posts::Column::ResolvedMs, Expr::value(over_ms))
        .filter(posts::Column::Id.eq(post.id))
        .exec(db)
        .await
        .map(|_| ())
}

/// Who is meant by these names, if it may be for them.
///
/// # Errors
/// A recipient whom nobody knows (or who is disabled), a group that is not there or that nobody is in, an
/// audience other than the groups in `only`, and those of the database.
async fn address(
    db: &impl ConnectionTrait,
    author: Option<UserId>,
    only: Option<&[GroupId]>,
    meant: &Meant,
) -> Result<Addressees, PublishError> {
    if let Some(only) = only
        && !audience::is_for_none_but(db, only, meant).await?
    {
        return Err(PublishError::OtherGroups);
    }
    audience::resolve(db, author, meant).await
}

/// Stores a draft as the post of this number; the groups are those of its escalation.
async fn store(
    db: &impl ConnectionTrait,
    author: &Author,
    draft: &Draft,
    backing: &Backing,
    key: Option<&str>,
    number: i64,
) -> Result<Post, DbErr> {
    let row = posts::ActiveModel {
        number: Set(number),
        author_id: Set(author.user.0),
        kind: Set(draft.kind),
        severity: Set(draft.severity),
        title: Set(draft.title.clone()),
        body: Set(draft.body.clone()),
        html: Set(draft.html.clone()),
        audience: Set(draft.audience),
        key: Set(key.map(str::to_owned)),
        published_ms: Set(clock::now_ms()),
        told: Set(number),
        acknowledge: Set(draft.acknowledge),
        due_ms: Set(draft.due_ms),
        expires_ms: Set(draft.expires_ms),
        pinned_until_ms: Set(draft.pinned_until_ms),
        answers: Set(answers::stored(&draft.answers)),
        telephone: Set(draft.telephone),
        drill: Set(draft.drill),
        of_server: Set(author.writer().is_none()),
        token_id: Set(author.token.map(|token| token.0)),
        coordinators_by_admin: Set(backing.by_admin),
        ..coordinators::row(backing.coordinators)
    };
    let post = posts::Entity::insert(row).exec_with_returning(db).await?;
    if let Some(reminders) = draft.reminders {
        reminders.keep(db, &post).await?;
    }
    escalation::keep(db, &post, &draft.escalation, &backing.escalates_to).await?;
    Ok(post)
}

/// The post that this author's form with this one-time key made.
async fn find_by_key(db: &impl ConnectionTrait, author: UserId, key: &str) -> Result<Option<Post>, DbErr> {
    posts::Entity::find()
        .filter(posts::Column::AuthorId.eq(author.0))
        .filter(posts::Column::Key.eq(key))
        .one(db)
        .await
}

/// Whether this post is what publishing the draft would make, whoever joined or left its groups meanwhile.
///
/// # Errors
/// Those of `address`.
async fn is_made_of(db: &impl ConnectionTrait, post: &Post, draft: &Draft) -> Result<bool, PublishError> {
    if !draft.reads_like(post) || !follows_up_alike(db, post, draft).await? {
        return Ok(false);
    }
    if coordinators::of_draft(db, None, draft).await? != coordinators::of(post) {
        return Ok(false);
    }
    let meant = audience::resolve(db, post.writer(), &draft.meant()).await?;
    Ok(meant.are_those_of(db, post).await?)
}

async fn follows_up_alike(db: &impl ConnectionTrait, post: &Post, draft: &Draft) -> Result<bool, DbErr> {
    let kept = reminders::schedule::find(db, post).await?.map(|kept| kept.schedule());
    let steps = escalation::find(db, post).await?;
    Ok(kept == draft.reminders && escalation::are_alike(&steps, &draft.escalation))
}
