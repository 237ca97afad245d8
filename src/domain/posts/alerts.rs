//! Critical alerts that somebody has not taken notice of: each is shown on every page of theirs until they open
//! it or put it away, or look at the feed, which has it. Whatever takes a `db` fails as the database does.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, Func, OnConflict, Query, SelectStatement},
};

use crate::{
    clock,
    db::{self, Db},
    domain::{
        posts::{
            Post, Severity,
            feed::{first_since, visible_among},
        },
        users::User,
    },
    entities::{alert_marks, audiences::Urgency, posts as post_table},
    live::audience::{
        Viewer,
        branches::{self, Part},
    },
};

/// An alert of last week is news of the past: it stays in the feed alone.
const SHOWN_FOR_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// More at once would leave no room for the page.
pub const MAX_SHOWN: usize = 3;

/// So many are looked at together.
const PAGE_SIZE: u64 = 20;

/// Of the alerts of a week that one person may see, two hundred are looked at.
const MAX_PAGES: usize = 10;

/// A page does not wait longer for a note: an alert is read while the database is busy, too.
const NOTE_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether every reader's pages show this post until they have taken notice of it.
pub fn is_shown(post: &Post) -> bool {
    let is_young = post.published_ms > clock::now_ms() - SHOWN_FOR_MS;
    post.severity == Some(Severity::Critical) && is_young && !post.is_over() && !post.is_gone()
}

/// Until when it is shown at most; RFC 3339.
pub fn shown_until(post: &Post) -> String {
    clock::rfc3339(post.published_ms + SHOWN_FOR_MS)
}

/// What this user may see and has not taken notice of, newest first, at most `count`.
pub async fn unnoticed(db: &impl ConnectionTrait, user: &User, count: usize) -> Result<Vec<Post>, DbErr> {
    // Who joined since has nothing to catch up on.
    let since_ms = Ord::max(clock::now_ms() - SHOWN_FOR_MS, user.created_ms);
    let open = newest_since(since_ms).filter(Expr::exists(mark_of(user)).not());
    let newest = open.clone().limit(PAGE_SIZE).all(db).await?;
    if newest.is_empty() {
        return Ok(Vec::new());
    }
    let viewer = Viewer::load(db, user.user_id()).await?;
    let found = visible(db, &viewer, &open, newest, since_ms, count).await?;
    Ok(first(found, count))
}

/// What goes on at the moment, of what the viewer may see: newest first, at most `count`.
pub async fn ongoing(db: &impl ConnectionTrait, viewer: &Viewer, count: usize) -> Result<Vec<Post>, DbErr> {
    let since_ms = clock::now_ms() - SHOWN_FOR_MS;
    let open = newest_since(since_ms);
    let newest = open.clone().limit(PAGE_SIZE).all(db).await?;
    let found = visible(db, viewer, &open, newest, since_ms, count).await?;
    Ok(first(found, count))
}

/// Of what is `open` since then, of which these are the `newest`, what the viewer may see. Few are looked at each; of many, the
/// viewer's own list is gone through, so that it costs nothing what there is for others.
async fn visible(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    open: &Select<post_table::Entity>,
    newest: Vec<Post>,
    since_ms: i64,
    count: usize,
) -> Result<Vec<Post>, DbErr> {
    if (newest.len() as u64) < PAGE_SIZE {
        return visible_among(db, viewer, newest).await;
    }
    let from = first_since(db, since_ms).await?.unwrap_or(i64::MAX);
    let mut part = Part { before: None, urgencies: vec![Urgency::Critical] };
    let mut found = Vec::new();
    for _ in 0..MAX_PAGES {
        let numbers = branches::newest_posts(db, viewer, &part, PAGE_SIZE).await?;
        let is_last = (numbers.len() as u64) < PAGE_SIZE;
        part.before = numbers.last().copied();
        let these = open.clone().filter(post_table::Column::Number.is_in(numbers));
        found.extend(these.all(db).await?);
        if is_last || are_enough(&found, count) || part.before.is_some_and(|number| number < from) {
            break;
        }
    }
    Ok(found)
}

/// Whether none that is looked at later can stand above these: what is real stands above every drill.
fn are_enough(found: &[Post], count: usize) -> bool {
    found.iter().filter(|post| !post.drill).count() >= count
}

/// The first of these, what is real before every drill.
fn first(mut found: Vec<Post>, count: usize) -> Vec<Post> {
    found.sort_by_key(|post| post.drill);
    found.truncate(count);
    found
}

/// Critical alerts since then that are neither over nor gone, newest first.
fn newest_since(since_ms: i64) -> Select<post_table::Entity> {
    let wanted = Condition::all()
        .add(post_table::Column::Severity.eq(Severity::Critical))
        .add(post_table::Column::PublishedMs.gt(since_ms))
        .add(post_table::Column::ResolvedMs.is_null())
        .add(post_table::Column::WithdrawnMs.is_null())
        .add(post_table::Column::ExpiredMs.is_null());
    post_table::Entity::find().filter(wanted).order_by_desc(post_table::Column::PublishedMs)
}

/// That this user has taken notice of a post since it was last told.
fn mark_of(user: &User) -> SelectStatement {
    let post = |column| Expr::col((post_table::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(alert_marks::Entity)
        .and_where(alert_marks::Column::UserId.eq(user.id))
        .and_where(
            Expr::col((alert_marks::Entity, alert_marks::Column::PostId)).eq(post(post_table::Column::Id)),
        )
        .and_where(
            Expr::col((alert_marks::Entity, alert_marks::Column::AtMs))
                .gte(Func::coalesce([post(post_table::Column::ToldAgainMs), Expr::val(0)])),
        )
        .to_owned()
}

/// Which of these posts this user has taken notice of.
pub async fn noticed(db: &impl ConnectionTrait, user: &User, posts: &[i64]) -> Result<Vec<i64>, DbErr> {
    post_table::Entity::find()
        .select_only()
        .column(post_table::Column::Id)
        .filter(post_table::Column::Id.is_in(posts.iter().copied()))
        .filter(Expr::exists(mark_of(user)))
        .into_tuple()
        .all(db)
        .await
}

/// Stores that this user has taken notice of these posts.
pub async fn mark(
    db: &impl ConnectionTrait,
    user: &User,
    posts: impl IntoIterator<Item = i64>,
) -> Result<(), DbErr> {
    let at_ms = clock::now_ms();
    let mark =
        |post| alert_marks::ActiveModel { user_id: Set(user.id), post_id: Set(post), at_ms: Set(at_ms) };
    let marks: Vec<_> = posts.into_iter().map(mark).collect();
    if marks.is_empty() {
        return Ok(());
    }
    let key = [alert_marks::Column::UserId, alert_marks::Column::PostId];
    let again = OnConflict::columns(key).update_column(alert_marks::Column::AtMs).to_owned();
    alert_marks::Entity::insert_many(marks).on_conflict(again).exec_without_returning(db).await.map(|_| ())
}

/// Forgets who took notice of what was shown no longer at `cut`, at most `count`; how many they were.
pub async fn sweep(db: &impl ConnectionTrait, cut: i64, count: u64) -> Result<u64, DbErr> {
    let at = alert_marks::Column::AtMs;
    db::delete_first::<alert_marks::Entity>(db, at, at.lt(cut - SHOWN_FOR_MS), count).await
}

/// Notes that these posts were shown to this user, those of them that are critical alerts; whether that is noted. If it
/// cannot be, they are shown again.
pub async fn note_shown<'a>(db: &Db, user: &User, posts: impl IntoIterator<Item = &'a Post>) -> bool {
    let alerts: Vec<_> = posts.into_iter().filter(|post| is_shown(post)).map(|post| post.id).collect();
    if alerts.is_empty() {
        return true;
    }
    let note = async {
        // Most have been noted before, and reading is cheap.
        let noticed = noticed(&db.read, user, &alerts).await?;
        mark(&db.write, user, alerts.into_iter().filter(|post| !noticed.contains(post))).await
    };
    match tokio::time::timeout(NOTE_TIMEOUT, note).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => tracing::warn!(%error, user.id, "It could not be noted that an alert was seen"),
        Err(_) => tracing::warn!(user.id, "It took too long to note that an alert was seen"),
    }
    false
}
