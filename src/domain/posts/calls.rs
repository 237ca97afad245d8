//! Calls for help: who answers a post that they need help is told of at once, to its author and its coordinators, by an alert
//! of its own, which is over when somebody has taken it. Whatever takes a `change` or `changes` fails as the database does.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{
    clock,
    db::Transaction,
    domain::{
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        groups,
        posts::{
            Post,
            answers::{self, Meaning},
            changes, receipts,
        },
        users::User,
    },
    entities::{
        post_acts::{self, Act},
        posts as post_table, readers, receipts as table,
    },
    ids::{GroupId, UserId},
};

pub(super) use self::telling::{Call, tell};

mod addressed;
mod telling;
mod words;

/// What became of a call that somebody wanted to take, or to give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is as they want it.
    Done,
    /// Somebody else has it.
    By(UserId),
    /// They do not need help, or not any more.
    NotCalling,
}

/// Holds what is needed to tell of calls of these posts, and to change these alerts: before the log's counter, as whoever publishes
/// or edits does.
pub(super) async fn hold(change: &Change, posts: &BTreeSet<i64>, calls: &BTreeSet<i64>) -> Result<(), DbErr> {
    for call in calls {
        changes::hold(change, *call).await?;
    }
    let about = post_table::Entity::find().filter(post_table::Column::Id.is_in(posts.iter().copied()));
    let groups = about.all(&change.tx).await?.into_iter().filter_map(|post| post.coordinator_group);
    groups::hold(&change.tx, groups.map(GroupId)).await.map(|_| ())
}

/// Has an alert say who waits still, after somebody of whom it told answered something else; `again` if that was that they
/// need help.
pub(super) async fn answered_anew(
    change: &mut Change,
    call: i64,
    answer: Option<&str>,
    again: bool,
) -> Result<(), DbErr> {
    telling::retell(change, &Actor::server(), call, answer.unwrap_or(words::TAKEN_BACK), again).await
}

/// Whether an alert tells of its calls no more, whoever waits.
pub(super) async fn is_done(change: &Change, call: i64) -> Result<bool, DbErr> {
    let alert = post_table::Entity::find_by_id(call).one(&change.tx).await?;
    Ok(alert.is_none_or(|alert| alert.is_over() || alert.is_gone()))
}

/// Ends the alerts that tell of calls of a post that is being withdrawn.
pub(super) async fn withdraw(change: &mut Change, about: &Post) -> Result<(), DbErr> {
    let calls = table::Entity::find()
        .select_only()
        .column(table::Column::CallId)
        .distinct()
        .filter(table::Column::PostId.eq(about.id))
        .filter(table::Column::Answer.is_in(answers::of_help(about)))
        .filter(table::Column::CallId.is_not_null())
        .order_by_asc(table::Column::CallId);
    let calls: Vec<i64> = calls.into_tuple().all(&change.tx).await?;
    hold(change, &BTreeSet::from([about.id]), &calls.iter().copied().collect()).await?;
    for call in calls {
        // What an earlier version wrote names the post.
        telling::retell(change, &Actor::server(), call, words::WITHDRAWN, false).await?;
        if let Some(alert) = changes::hold(change, call).await? {
            let note = Some(words::WITHDRAWN.to_owned());
            // What is over or gone already need not be ended.
            let _ = changes::resolve(change, &Actor::server(), alert, note).await?;
        }
    }
    Ok(())
}

/// Notes that somebody helps; of two at once, the second is told who does already.
pub async fn take(
    changes: &Changes,
    by: &User,
    actor: &Actor,
    post: &Post,
    person: UserId,
) -> Result<Taken, DbErr> {
    let mut change = changes.begin().await?;
    let Some(receipt) = calling(&change.tx, post, person).await? else {
        return change.undo().await.map(|()| Taken::NotCalling);
    };
    if let Some(other) = receipt.taken_by {
        let taken = if other == by.id { Taken::Done } else { Taken::By(UserId(other)) };
        return change.undo().await.map(|()| taken);
    }
    begin(&mut change, post, receipt.call_id).await?;
    write(&mut change, &receipt, Some(by.user_id())).await?;
    note(&mut change, actor, by, post, person, Act::HelpTaken).await?;
    if let Some(call) = receipt.call_id {
        telling::retell(&mut change, actor, call, &words::taken(&by.name), false).await?;
    }
    change.commit().await.map(|()| Taken::Done)
}

/// Notes that whoever took a call cannot help after all: it is told again.
pub async fn give_back(
    changes: &Changes,
    by: &User,
    actor: &Actor,
    post: &Post,
    person: UserId,
) -> Result<Taken, DbErr> {
    let mut change = changes.begin().await?;
    let Some(receipt) = calling(&change.tx, post, person).await? else {
        return change.undo().await.map(|()| Taken::NotCalling);
    };
    match receipt.taken_by {
        None => return change.undo().await.map(|()| Taken::Done),
        Some(other) if other != by.id => return change.undo().await.map(|()| Taken::By(UserId(other))),
        Some(_) => {}
    }
    begin(&mut change, post, receipt.call_id).await?;
    write(&mut change, &receipt, None).await?;
    note(&mut change, actor, by, post, person, Act::HelpGivenBack).await?;
    call_again(&mut change, actor, post, receipt).await?;
    change.commit().await.map(|()| Taken::Done)
}

/// Whoever was told of it is told once more; by another alert, if that one is gone.
async fn call_again(
    change: &mut Change,
    by: &Actor,
    post: &Post,
    receipt: table::Model,
) -> Result<(), DbErr> {
    if let Some(id) = receipt.call_id
        && let Some(alert) = changes::hold(change, id).await?
        && changes::reopen(change, by, alert).await?.is_ok()
    {
        return telling::retell(change, by, id, words::TAKEN_BACK, true).await;
    }
    let (user, key) = (UserId(receipt.user_id), (receipt.user_id, receipt.post_id));
    let Some(answer) = telling::answer(post, receipt) else { return Ok(()) };
    let told = tell(change, post.id, &[Call { user, answer: &answer }]).await?;
    table::Entity::update_many()
        .col_expr(table::Column::CallId, Expr::value(told.into_iter().next().flatten()))
        .filter(table::Column::UserId.eq(key.0))
        .filter(table::Column::PostId.eq(key.1))
        .exec(&change.tx)
        .await
        .map(|_| ())
}

/// Holds what is needed to tell of it, then the log's counter: both before the rev, as whoever needs all of them takes them.
async fn begin(change: &mut Change, post: &Post, call: Option<i64>) -> Result<(), DbErr> {
    hold(change, &BTreeSet::from([post.id]), &call.into_iter().collect()).await?;
    change.take_numbers(0).await.map(|_| ())
}

/// What somebody who needs help said of the post, held until the change ends.
async fn calling(tx: &Transaction, post: &Post, person: UserId) -> Result<Option<table::Model>, DbErr> {
    receipts::hold(tx, BTreeSet::from([person.0])).await?;
    let receipt = table::Entity::find_by_id((person.0, post.id)).one(tx).await?;
    let offers = answers::of(post);
    let needs_help = |receipt: &table::Model| {
        let offer = receipt.answer.and_then(|answer| offers.get(usize::try_from(answer).ok()?));
        offer.is_some_and(|offer| offer.kind == Meaning::Help)
    };
    Ok(receipt.filter(needs_help))
}

async fn write(change: &mut Change, receipt: &table::Model, by: Option<UserId>) -> Result<(), DbErr> {
    let rev = change.take_rev().await?;
    let taken = table::ActiveModel {
        taken_by: Set(by.map(|by| by.0)),
        taken_ms: Set(by.map(|_| clock::now_ms())),
        acknowledged_rev: Set(Some(rev)),
        rev: Set(rev),
        ..Default::default()
    };
    table::Entity::update_many()
        .set(taken)
        .filter(table::Column::UserId.eq(receipt.user_id))
        .filter(table::Column::PostId.eq(receipt.post_id))
        .exec(&change.tx)
        .await?;
    readers::Entity::update_many()
        .col_expr(readers::Column::Rev, Expr::value(rev))
        .filter(readers::Column::UserId.eq(receipt.user_id))
        .exec(&change.tx)
        .await
        .map(|_| ())
}

async fn note(
    change: &mut Change,
    actor: &Actor,
    by: &User,
    post: &Post,
    person: UserId,
    act: Act,
) -> Result<(), DbErr> {
    let row = post_acts::ActiveModel {
        post_id: Set(post.id),
        user_id: Set(person.0),
        by_id: Set(Some(by.id)),
        act: Set(act),
        detail: Set(String::new()),
        version: Set(post.version),
        key: Set(None),
        at_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    post_acts::Entity::insert(row).exec_without_returning(&change.tx).await?;
    let action = if act == Act::HelpTaken { Action::TakeCall } else { Action::GiveCallBack };
    // Not whose it was: no page tells of one person's answers across posts.
    change.record(Entry::done(actor, action, format!("post {}", post.id))).await
}
