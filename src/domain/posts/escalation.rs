//! Escalation: when too few of those whom a post asks have said that they have seen it, it goes to others, too, one group
//! after the other, and at last to the admins. Whatever takes a `db` or a `change` fails as the database does.

use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize};

use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        groups,
        posts::{Fields, Post, Problems, PublishError, reminders::schedule::minutes_ms},
    },
    entities::escalation_steps::{self as table, Column},
    ids::GroupId,
    text,
};

pub use crate::entities::escalation_steps::{Model as KeptStep, Outcome, Unless};
pub(super) use due::take_due;

mod due;

/// Groups that are told one after the other.
pub const MAX_STEPS: usize = 3;

/// The longest wait for a step: a day.
pub const MAX_MINUTES: i32 = 24 * 60;

/// One group that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name, as it was typed.
    pub to: String,
    /// How many minutes after the step before, or after the publishing.
    pub after_minutes: i32,
    /// How many have to have said that they have seen it, so that it is not needed.
    pub unless: Unless,
}

/// Why a post came to more people than it was for, as the post itself tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// Unix time in milliseconds.
    pub at_ms: i64,
    /// So many had not said that they have seen it.
    pub unless: Unless,
}

/// Reads what was typed: a row for each step, of which those without a group are passed over.
///
/// # Errors
/// What is wrong with it.
pub fn parse(fields: &Fields) -> Result<Vec<Step>, String> {
    let word = |words: &[String], place: usize| words.get(place).map_or("", |word| word.trim()).to_owned();
    let mut steps = Vec::new();
    if fields.escalate_after.iter().skip(fields.escalate_to.len()).any(|after| !after.trim().is_empty()) {
        return Err(text::say("draft-escalation-nobody"));
    }
    for (place, to) in fields.escalate_to.iter().enumerate() {
        let (to, after) = (to.trim(), word(&fields.escalate_after, place));
        if to.is_empty() {
            match after.is_empty() {
                true => continue,
                false => return Err(text::say("draft-escalation-nobody")),
            }
        }
        let after_minutes = after.parse().ok().filter(|minutes| (1..=MAX_MINUTES).contains(minutes));
        let after_minutes = after_minutes
            .ok_or_else(|| text::of("draft-escalation-after").with("most", MAX_MINUTES).say())?;
        let unless = match word(&fields.escalate_if, place).as_str() {
            "" => Unless::Any,
            word => Unless::try_from_value(&word.to_owned()).map_err(|_| text::say("draft-escalation-if"))?,
        };
        steps.push(Step { to: to.to_owned(), after_minutes, unless });
    }
    if fields.escalate_to.len() > MAX_STEPS {
        return Err(text::of("draft-escalation-many").with("most", MAX_STEPS).say());
    }
    if !steps.is_empty() && !fields.is_asking() {
        return Err(text::say("draft-escalation-unasked"));
    }
    Ok(steps)
}

/// The groups of the steps, in their order.
///
/// # Errors
/// A group that is not there, one that is none of `only`, and those of the database.
pub(super) async fn resolve(
    db: &impl ConnectionTrait,
    only: Option<&[GroupId]>,
    steps: &[Step],
) -> Result<Vec<GroupId>, PublishError> {
    let names: Vec<_> = steps.iter().map(|step| step.to.clone()).collect();
    let (found, unknown) = groups::find_by_names(db, &names).await?;
    if let Some(only) = only
        && !(unknown.is_empty() && found.iter().all(|group| only.contains(&group.group_id())))
    {
        return Err(PublishError::OtherGroups);
    }
    if let Some(name) = unknown.first() {
        let problem = Some(text::of("draft-escalation-unknown").with("name", name).say());
        return Err(PublishError::Problems(Box::new(Problems { escalation: problem, ..Default::default() })));
    }
    let called = groups::called(&found);
    Ok(names.iter().filter_map(|name| Some(called.find(name)?.group_id())).collect())
}

/// Keeps the steps with their post, which has just been published; after the last, the admins are told.
pub(super) async fn keep(
    db: &impl ConnectionTrait,
    post: &Post,
    steps: &[Step],
    groups: &[GroupId],
) -> Result<(), DbErr> {
    let Some(last) = steps.last() else { return Ok(()) };
    let groups = groups.iter().map(|group| Some(group.0)).chain([None]);
    let admins = Step { to: String::new(), ..last.clone() };
    let steps = steps.iter().chain([&admins]).zip(groups).zip(1..);
    let row = |((step, group_id), place): ((&Step, Option<i64>), i32)| table::ActiveModel {
        post_id: Set(post.id),
        step: Set(place),
        group_id: Set(group_id),
        name: Set(step.to.clone()),
        after_minutes: Set(step.after_minutes),
        unless: Set(step.unless),
        due_ms: Set((place == 1).then(|| post.published_ms + minutes_ms(step.after_minutes))),
        done_ms: Set(None),
        outcome: Set(None),
        number: Set(None),
        node: Set(String::new()),
        claimed_ms: Set(None),
    };
    table::Entity::insert_many(steps.map(row)).exec_without_returning(db).await.map(|_| ())
}

/// The steps of a post, in their order.
pub async fn find(db: &impl ConnectionTrait, post: &Post) -> Result<Vec<KeptStep>, DbErr> {
    let steps = table::Entity::find().filter(Column::PostId.eq(post.id)).order_by_asc(Column::Step);
    steps.all(db).await
}

/// Whether these are what was typed.
pub(super) fn are_alike(kept: &[KeptStep], steps: &[Step]) -> bool {
    let kept = kept.iter().filter(|kept| kept.group_id.is_some());
    let kept: Vec<_> = kept.map(|kept| (&kept.name, kept.after_minutes, kept.unless)).collect();
    kept == steps.iter().map(|step| (&step.to, step.after_minutes, step.unless)).collect::<Vec<_>>()
}

/// Has a post that is held go to nobody else; whether it would have.
pub async fn stop(change: &mut Change, by: &Actor, post: &Post) -> Result<bool, DbErr> {
    let stopped = table::Entity::update_many()
        .col_expr(Column::Outcome, Expr::value(Outcome::Stopped.to_value()))
        .col_expr(Column::DoneMs, Expr::value(clock::now_ms()))
        .col_expr(Column::DueMs, Expr::value(None::<i64>))
        .filter(Column::PostId.eq(post.id))
        .filter(Column::DoneMs.is_null())
        .exec(&change.tx)
        .await?;
    if stopped.rows_affected == 0 {
        return Ok(false);
    }
    change.record(Entry::done(by, Action::StopEscalation, format!("post {}", post.id))).await?;
    Ok(true)
}

/// Goes on with what remained when the post was over, which it is not after all.
pub(super) async fn resume(db: &impl ConnectionTrait, post: &Post) -> Result<(), DbErr> {
    let steps = find(db, post).await?;
    let Some(next) = steps.iter().find(|step| step.done_ms.is_none()) else { return Ok(()) };
    if steps.iter().any(|step| step.due_ms.is_some()) {
        return Ok(());
    }
    set_due(db, next, clock::now_ms() + minutes_ms(next.after_minutes)).await
}

async fn set_due(db: &impl ConnectionTrait, step: &KeptStep, due_ms: i64) -> Result<(), DbErr> {
    table::Entity::update_many()
        .col_expr(Column::DueMs, Expr::value(due_ms))
        .filter(Column::PostId.eq(step.post_id))
        .filter(Column::Step.eq(step.step))
        .exec(db)
        .await
        .map(|_| ())
}

/// What a post tells of its escalation, if there was one.
pub fn of(post: &Post) -> Option<Escalated> {
    serde_json::from_str(post.escalated.as_deref()?).ok()
}
