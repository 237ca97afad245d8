//! What a post said before it was edited. A reader sees it from the version on with which the post became theirs; who may
//! act on it sees all, and may strike the text of one. Whatever takes a `db` or a `change` fails as the database does.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        posts::Post,
    },
    entities::revisions,
    live::audience::{Audience, Viewer},
    text,
};

pub use self::difference::{Piece, difference};
pub use crate::entities::revisions::Model as Revision;

mod difference;

/// Of a post that is edited more often, so many are kept.
const MAX_KEPT: u64 = 100;

/// What the viewer may know of what a post said, newest first. The viewer may see the post.
pub async fn of(db: &impl ConnectionTrait, viewer: &Viewer, post: &Post) -> Result<Vec<Revision>, DbErr> {
    let mut found = all(db, post).await?;
    let audience = Audience::load(db, [post.number]).await?.remove(&post.number).unwrap_or_default();
    let since = audience.seen_since(viewer);
    let first = found.iter().position(|revision| revision.number <= since);
    found.truncate(first.map_or(found.len(), |first| first + 1));
    Ok(found)
}

/// All of it, newest first, for who may act on the post.
pub async fn all(db: &impl ConnectionTrait, post: &Post) -> Result<Vec<Revision>, DbErr> {
    let rows = revisions::Entity::find().filter(revisions::Column::PostId.eq(post.id));
    rows.order_by_desc(revisions::Column::Version).all(db).await
}

/// Keeps what a post said until now, and says since this event.
pub(super) async fn keep(
    change: &Change,
    by: &Actor,
    before: &Post,
    now: &Post,
    event: i64,
) -> Result<(), DbErr> {
    let tx = &change.tx;
    let these = || revisions::Entity::find().filter(revisions::Column::PostId.eq(now.id));
    let kept = these().select_only().column(revisions::Column::Version).limit(1);
    if kept.into_tuple::<i64>().one(tx).await?.is_none() {
        // Of what was edited before revisions were kept, this is the first that is known.
        let (version, number, at_ms) = match before.edited_ms {
            None => (1, before.number, before.published_ms),
            Some(at_ms) => (before.version, before.changed, at_ms),
        };
        let first =
            Revision { version, number, at_ms, ..revision(before, before.writer().map(|writer| writer.0)) };
        revisions::Entity::insert(row(first)).exec_without_returning(tx).await?;
    }
    let by_id = by.person().map(|user| user.0);
    let newest = Revision { number: event, at_ms: clock::now_ms(), ..revision(now, by_id) };
    revisions::Entity::insert(row(newest)).exec_without_returning(tx).await?;
    let oldest = these().select_only().column(revisions::Column::Version);
    let oldest = oldest.order_by_desc(revisions::Column::Version).offset(MAX_KEPT).limit(1);
    if let Some(oldest) = oldest.into_tuple::<i64>().one(tx).await? {
        let earlier = revisions::Entity::delete_many().filter(revisions::Column::PostId.eq(now.id));
        earlier.filter(revisions::Column::Version.lte(oldest)).exec(tx).await?;
    }
    Ok(())
}

/// Whether a post says now what this one of its revisions says. Even its newest may not: a program that repeats itself changes
/// what it says, and keeps no revision of it.
pub fn is_current(revision: &Revision, post: &Post) -> bool {
    (&revision.title, &revision.body) == (&post.title, &post.body)
}

/// Strikes the text of what a post that is held said once, which is not what it says now; whether there was one to strike.
pub async fn strike(
    change: &mut Change,
    by: &Actor,
    post: &Post,
    version: i64,
    reason: Option<String>,
) -> Result<bool, DbErr> {
    let newest = revisions::Entity::find().filter(revisions::Column::PostId.eq(post.id));
    let newest = newest.order_by_desc(revisions::Column::Version).one(&change.tx).await?;
    if newest.is_some_and(|newest| newest.version == version && is_current(&newest, post)) {
        return Ok(false);
    }
    let struck = revisions::ActiveModel {
        title: Set(String::new()),
        body: Set(String::new()),
        struck_ms: Set(Some(clock::now_ms())),
        struck_by: Set(by.person().map(|user| user.0)),
        struck_reason: Set(reason.clone()),
        ..Default::default()
    };
    let written = revisions::Entity::update_many()
        .set(struck)
        .filter(revisions::Column::PostId.eq(post.id))
        .filter(revisions::Column::Version.eq(version))
        .filter(revisions::Column::StruckMs.is_null())
        .exec(&change.tx)
        .await?;
    if written.rows_affected == 0 {
        return Ok(false);
    }
    let entry = Entry::done(by, Action::StrikeRevision, format!("post {}", post.id));
    let entry = entry.detail(text::of("audit-version").with("version", version));
    change.record(entry.detail(reason.unwrap_or_default())).await?;
    Ok(true)
}

fn revision(post: &Post, by_id: Option<i64>) -> Revision {
    Revision {
        post_id: post.id,
        version: post.version,
        number: post.number,
        at_ms: post.published_ms,
        by_id,
        kind: post.kind,
        severity: post.severity,
        title: post.title.clone(),
        body: post.body.clone(),
        struck_ms: None,
        struck_by: None,
        struck_reason: None,
    }
}

fn row(revision: Revision) -> revisions::ActiveModel {
    revisions::ActiveModel {
        post_id: Set(revision.post_id),
        version: Set(revision.version),
        number: Set(revision.number),
        at_ms: Set(revision.at_ms),
        by_id: Set(revision.by_id),
        kind: Set(revision.kind),
        severity: Set(revision.severity),
        title: Set(revision.title),
        body: Set(revision.body),
        struck_ms: Set(None),
        struck_by: Set(None),
        struck_reason: Set(None),
    }
}
