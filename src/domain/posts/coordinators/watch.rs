//! Alerts that go on, and that nobody coordinates any more: the admins are told of each, once, however that came about, and by
//! whichever node finds it first. When somebody does again, that is noted, so that they are told the next time, too.

use std::time::Duration;

use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Condition, Expr, ExprTrait, Order, Query},
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    domain::{
        audit::Actor,
        change::{Change, Changes},
        posts::{
            self, Author, Draft, Fields, Post, PublishError, changes as post_changes, coordinators, escaped,
        },
        users,
    },
    entities::{groups, memberships, posts as post_table, users as user_table},
    ids::UserId,
};

/// It is looked at most every two seconds, of which the wait for a round is the second.
const MIN_PAUSE: Duration = Duration::from_secs(1);

/// So many are told of at one look.
const MAX_AT_ONCE: u64 = 50;

/// Tells the admins of alerts that nobody coordinates any more, until `stop`.
pub async fn watch(changes: Changes, stop: CancellationToken) {
    let mut rounds = changes.db().rounds();
    while !stop.is_cancelled() {
        let looked = look(&changes).await;
        if let Err(error) = &looked {
            tracing::warn!(%error, "It could not be looked for alerts that nobody coordinates; tried again later");
        }
        let rested = async {
            tokio::time::sleep(MIN_PAUSE).await;
            rounds.next(looked.is_err().then(clock::now_ms)).await;
        };
        stop.run_until_cancelled(rested).await;
    }
}

async fn look(changes: &Changes) -> Result<(), DbErr> {
    let noted = post_table::Column::UncoordinatedMs;
    let is_lost = Condition::all().add(noted.is_null()).add(has_anybody().not());
    let is_found = Condition::all().add(noted.is_not_null()).add(has_anybody());
    let turned = post_table::Entity::find()
        .filter(is_open())
        .filter(Condition::any().add(is_lost).add(is_found))
        .order_by_asc(post_table::Column::Number)
        .limit(MAX_AT_ONCE);
    for post in turned.all(&changes.db().read).await? {
        let mut change = changes.begin().await?;
        let Some(post) = post_changes::hold(&change, post.id).await? else {
            change.undo().await?;
            continue;
        };
        let is_turned = match post.uncoordinated_ms {
            Some(_) => note(&change, &post, None).await? && are_there(&mut change, &post).await?,
            // Only who notes it tells it.
            None => note(&change, &post, Some(clock::now_ms())).await? && tell(&mut change, &post).await?,
        };
        if is_turned { change.commit().await? } else { change.undo().await? }
    }
    Ok(())
}

/// Whether it was not noted before.
async fn note(change: &Change, post: &Post, since_ms: Option<i64>) -> Result<bool, DbErr> {
    let column = post_table::Column::UncoordinatedMs;
    let was_other = if since_ms.is_some() { column.is_null() } else { column.is_not_null() };
    let written = post_table::Entity::update_many()
        .col_expr(column, Expr::value(since_ms))
        .filter(post_table::Column::Id.eq(post.id))
        .filter(was_other)
        .exec(&change.tx)
        .await?;
    Ok(written.rows_affected > 0)
}

/// Ends the alert by which the admins were told that nobody coordinates a post that is held. Always so.
pub(in crate::domain::posts) async fn are_there(change: &mut Change, post: &Post) -> Result<bool, DbErr> {
    let Some(alert) = post.uncoordinated_post else { return Ok(true) };
    if let Some(alert) = post_changes::hold(change, alert).await? {
        // What is over or gone already need not be ended.
        let _ = post_changes::resolve(change, &Actor::server(), alert, None).await?;
    }
    keep(change, post, None).await
}

/// Tells the admins, in nobody's name: what the post says is not for admins. Always so, be there anybody to tell or not.
async fn tell(change: &mut Change, post: &Post) -> Result<bool, DbErr> {
    let admins: Vec<_> = users::admins(&change.tx).await?.into_iter().map(|admin| admin.name).collect();
    let name = coordinators::name(&change.tx, post).await?.unwrap_or_default();
    let author = users::find(&change.tx, UserId(post.author_id)).await?.map(|user| user.name);
    let author = author.unwrap_or_default();
    let fields = Fields {
        kind: "alert".into(),
        severity: "warning".into(),
        title: format!("Nobody coordinates an alert by {author} any more"),
        body: words(&escaped(&author), &escaped(&name)),
        audience: "people".into(),
        recipients: admins,
        ..Default::default()
    };
    let Ok(draft) = Draft::parse_aside(fields).await else { return Ok(true) };
    let (user, by) = (UserId(post.author_id), Actor::server());
    match posts::publish(change, &Author { user, by, only: None, token: None }, &draft).await {
        Ok(alert) => keep(change, post, Some(alert.id)).await,
        Err(PublishError::Problems(_) | PublishError::OtherGroups) => Ok(true),
        Err(PublishError::Database(error)) => Err(error),
    }
}

/// In one language for all, as everything is that the server writes.
fn words(author: &str, name: &str) -> String {
    format!(
        "It goes on, and its coordinators were {name}: none of them may sign in now.\n\n\
         Put somebody into that group, or have {author} hand the alert over."
    )
}

async fn keep(change: &Change, post: &Post, alert: Option<i64>) -> Result<bool, DbErr> {
    post_table::Entity::update_many()
        .col_expr(post_table::Column::UncoordinatedPost, Expr::value(alert))
        .filter(post_table::Column::Id.eq(post.id))
        .exec(&change.tx)
        .await
        .map(|_| true)
}

/// As the index of these rows says it.
fn is_open() -> Expr {
    Expr::cust(
        "kind = 'alert' AND resolved_ms IS NULL AND withdrawn_ms IS NULL \
         AND (coordinator_group IS NOT NULL OR coordinator IS NOT NULL)",
    )
}

/// Whether anybody who may sign in coordinates the row of `posts`.
fn has_anybody() -> Condition {
    let post = |column| Expr::col((post_table::Entity, column));
    let user = || Expr::col((user_table::Entity, user_table::Column::Id));
    let member = |column| Expr::col((memberships::Entity, column));
    let group = |column| Expr::col((groups::Entity, column));
    let named = Query::select()
        .expr(Expr::value(1))
        .from(user_table::Entity)
        .and_where(user().eq(post(post_table::Column::Coordinator)))
        .cond_where(users::who_may_sign_in())
        .to_owned();
    // One by one, in the order of an index: PostgreSQL would begin with everybody who may sign in, or is in any group.
    let may_sign_in = Query::select()
        .expr(Expr::value(1))
        .from(user_table::Entity)
        .and_where(user().eq(member(memberships::Column::UserId)))
        .cond_where(users::who_may_sign_in())
        .limit(1)
        .to_owned();
    let of_group = Query::select()
        .expr(member(memberships::Column::UserId))
        .from(memberships::Entity)
        .inner_join(groups::Entity, group(groups::Column::Id).eq(member(memberships::Column::GroupId)))
        .and_where(member(memberships::Column::GroupId).eq(post(post_table::Column::CoordinatorGroup)))
        .and_where(member(memberships::Column::ToNumber).is_null())
        .and_where(group(groups::Column::RemovedNumber).is_null())
        .and_where(Expr::SubQuery(None, Box::new(may_sign_in.into())).is_not_null())
        .order_by((memberships::Entity, memberships::Column::UserId), Order::Asc)
        .limit(1)
        .to_owned();
    Condition::any()
        .add(Expr::exists(named))
        .add(Expr::SubQuery(None, Box::new(of_group.into())).is_not_null())
}
