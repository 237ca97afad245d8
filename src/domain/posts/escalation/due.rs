//! The steps that are due. That a post goes to more people is one transaction with all that says so; whoever of them had it
//! before is reminded of it after that, each once. Everything here fails as the database does.

use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    clock, db,
    domain::{
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        groups,
        posts::{
            Post, Severity, changes as post_changes,
            escalation::{Escalated, KeptStep, Outcome, Unless, set_due},
            reminders::{Looker, Reminder, TAKE_OVER, schedule::minutes_ms, send},
            roster::{self, Filter, RosterState, View},
        },
        users,
    },
    entities::{
        audiences::Scope,
        escalation_steps::{self as table, Column},
        post_acts::{self, Act},
        posts,
    },
    ids::{GroupId, UserId},
    text::{self, Text},
};

/// So many steps are looked at in one round; the rest is due a second later.
const MAX_TOGETHER: u64 = 100;

/// Does what is due; when the next is.
pub(in crate::domain::posts) async fn take_due(
    changes: &Changes,
    looker: Looker<'_>,
) -> Result<Option<i64>, DbErr> {
    let now_ms = clock::now_ms();
    let next_ms = db::first_ms::<table::Entity>(&changes.db().read, Column::DueMs).await?;
    if next_ms.is_none_or(|next| next > now_ms) {
        return Ok(next_ms);
    }
    let due = table::Entity::find()
        .select_only()
        .columns([Column::PostId, Column::Step])
        .filter(Column::DueMs.lte(now_ms))
        .order_by_asc(Column::DueMs)
        .limit(MAX_TOGETHER);
    for (post, step) in due.into_tuple::<(i64, i32)>().all(&changes.db().read).await? {
        if let Some((post, step)) = take(changes, looker.node, post, step).await? {
            tell_again(changes, looker, &post, &step).await?;
            finish(changes, &step).await?;
        }
    }
    Ok(next_ms)
}

/// Decides about a step, and has the post go to whom it says; `None`, if it need not, or another node does the rest.
async fn take(
    changes: &Changes,
    node: &str,
    post: i64,
    step: i32,
) -> Result<Option<(Post, KeptStep)>, DbErr> {
    let (now_ms, is_shared) = (clock::now_ms(), changes.db().is_shared());
    // Before anything is held: of many people, counting takes its time.
    let is_answered = is_answered(changes, post, step).await?;
    let mut change = changes.begin().await?;
    let Some(post) = post_changes::hold(&change, post).await? else { return undo(change).await };
    let kept = table::Entity::find_by_id((post.id, step)).lock_exclusive().one(&change.tx).await?;
    let is_anothers = |kept: &KeptStep| {
        let is_fresh = kept.claimed_ms.is_some_and(|since| (now_ms - since).abs() < TAKE_OVER);
        is_shared && kept.node != node && is_fresh
    };
    let is_due = |kept: &KeptStep| kept.due_ms.is_some_and(|due| due <= now_ms) && !is_anothers(kept);
    let Some(mut kept) = kept.filter(is_due) else { return undo(change).await };
    if kept.done_ms.is_none() {
        if !post.is_asking() {
            write(&change, &KeptStep { due_ms: None, ..kept }).await?;
            return change.commit().await.map(|()| None);
        }
        (kept.done_ms, kept.outcome) = (Some(now_ms), Some(Outcome::Answered));
        if !is_answered {
            (kept.outcome, kept.number) = tell(&mut change, &post, &kept).await?;
        }
    }
    (kept.node, kept.claimed_ms) = (node.to_owned(), Some(now_ms));
    write(&change, &kept).await?;
    change.commit().await?;
    Ok(Some((post, kept)))
}

async fn undo<T>(change: Change) -> Result<Option<T>, DbErr> {
    change.undo().await.map(|()| None)
}

/// Whether enough have said that they have seen it.
async fn is_answered(changes: &Changes, post: i64, step: i32) -> Result<bool, DbErr> {
    let db = &changes.db().read;
    let step = table::Entity::find_by_id((post, step)).one(db).await?;
    let post = posts::Entity::find_by_id(post).one(db).await?;
    let (Some(post), Some(step)) = (post, step.filter(|step| step.done_ms.is_none())) else {
        return Ok(false);
    };
    let numbers = roster::numbers(db, &post, View::All).await?;
    Ok(match step.unless {
        Unless::Any => numbers.acknowledged > 0,
        Unless::Half => numbers.acknowledged >= numbers.outstanding,
        Unless::All => numbers.outstanding == 0,
    })
}

/// Has the post go to whom the step says, and says so everywhere; with which event.
async fn tell(
    change: &mut Change,
    post: &Post,
    step: &KeptStep,
) -> Result<(Option<Outcome>, Option<i64>), DbErr> {
    let (parts, groups, detail): (Vec<_>, _, Text) = match step.group_id {
        Some(group) => {
            let mut groups = groups::hold(&change.tx, [GroupId(group)]).await?;
            // Nobody hears of it there, as in one that was removed.
            if !groups::has_anybody(&change.tx, GroupId(group)).await? {
                groups.clear();
            }
            let name = groups.first().map(|group| group.name.clone()).unwrap_or_default();
            (vec![(Scope::Group, group)], groups, text::of("audit-handed-to").with("name", name))
        }
        None => {
            let admins = users::admins(&change.tx).await?;
            let others = admins.into_iter().filter(|admin| admin.id != post.author_id);
            let parts = others.map(|admin| (Scope::Person, admin.id)).collect();
            (parts, Vec::new(), text::of("audit-to-admins"))
        }
    };
    if parts.is_empty() || (step.group_id.is_some() && groups.is_empty()) {
        return Ok((Some(Outcome::Gone), None));
    }
    let author = users::find(&change.tx, UserId(post.author_id)).await?;
    let by = author.map_or_else(Actor::server, |author| Actor::server_for(&author));
    let name = groups.first().map(|group| group.name.clone()).unwrap_or_default();
    let act = post_acts::ActiveModel {
        post_id: Set(post.id),
        user_id: Set(post.author_id),
        by_id: Set(None),
        act: Set(Act::Escalated),
        detail: Set(name),
        version: Set(post.version + 1),
        key: Set(Some(format!("escalated-{}-{}", post.id, step.step))),
        at_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    post_acts::Entity::insert(act).exec_without_returning(&change.tx).await?;
    change.record(Entry::done(&by, Action::Escalate, format!("post {}", post.id)).detail(detail)).await?;
    let why = Escalated { at_ms: clock::now_ms(), unless: step.unless };
    let number = post_changes::escalate(change, post, parts, groups, why).await?;
    Ok((Some(Outcome::Told), Some(number)))
}

/// Reminds whoever of them had the post already: to the others it came as new.
async fn tell_again(
    changes: &Changes,
    looker: Looker<'_>,
    post: &Post,
    step: &KeptStep,
) -> Result<(), DbErr> {
    let Some(number) = step.number else { return Ok(()) };
    let db = &changes.db().read;
    let admins = match step.group_id {
        Some(_) => None,
        None => Some(users::admins(db).await?.iter().map(|admin| admin.id).collect()),
    };
    let author = users::find(db, UserId(post.author_id)).await?;
    let by = author.map_or_else(Actor::server, |author| Actor::server_for(&author));
    let reminder = Reminder {
        by: &by,
        post,
        to: Filter {
            state: Some(RosterState::Outstanding),
            group: step.group_id.map(GroupId),
            among: admins,
            had_before: Some(number),
            ..Filter::default()
        },
        key: format!("escalation-{}-{}", post.id, step.step),
        detail: String::new(),
        spares: (post.severity != Some(Severity::Critical)).then_some(looker.zone),
        is_scheduled: false,
    };
    send(changes, &reminder, View::All).await.map(|_| ())
}

/// The step is done, and the time of the next begins.
async fn finish(changes: &Changes, step: &KeptStep) -> Result<(), DbErr> {
    let change = changes.begin().await?;
    let finished = table::Entity::update_many()
        .col_expr(Column::DueMs, Expr::value(None::<i64>))
        .col_expr(Column::ClaimedMs, Expr::value(None::<i64>))
        .filter(Column::PostId.eq(step.post_id))
        .filter(Column::Step.eq(step.step))
        .filter(Column::ClaimedMs.is_not_null())
        .exec(&change.tx)
        .await?;
    if finished.rows_affected == 0 {
        return change.undo().await;
    }
    let next = table::Entity::find_by_id((step.post_id, step.step + 1)).one(&change.tx).await?;
    if let Some(next) = next.filter(|next| next.done_ms.is_none()) {
        // Nobody was there to be told: the next are.
        let wait = if step.outcome == Some(Outcome::Gone) { 0 } else { minutes_ms(next.after_minutes) };
        set_due(&change.tx, &next, clock::now_ms() + wait).await?;
    }
    change.commit().await
}

async fn write(change: &Change, step: &KeptStep) -> Result<(), DbErr> {
    table::Entity::update_many()
        .col_expr(Column::DueMs, Expr::value(step.due_ms))
        .col_expr(Column::DoneMs, Expr::value(step.done_ms))
        .col_expr(Column::Outcome, Expr::value(step.outcome.map(|outcome| outcome.to_value())))
        .col_expr(Column::Number, Expr::value(step.number))
        .col_expr(Column::Node, Expr::value(step.node.as_str()))
        .col_expr(Column::ClaimedMs, Expr::value(step.claimed_ms))
        .filter(Column::PostId.eq(step.post_id))
        .filter(Column::Step.eq(step.step))
        .exec(&change.tx)
        .await
        .map(|_| ())
}
