//! What has become of alarms, told by the post that told of them first. It fails as the database does.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter};

use crate::{
    domain::{
        alarms::{
            subjects::{self, Subject},
            telling::{Teller, anew, audience, hold_alarms, settle, text, window},
            words::{self, Text},
        },
        audit::Actor,
        change::{Change, Changes},
        posts::{
            self, Post,
            changes::{Changed, Edit, EditFields, edit, hold, reopen, resolve},
        },
        users,
    },
    entities::alarms::{self, Model as Alarm, State},
    ids::UserId,
};

/// Tells what has become of the alarms of a post that is there.
pub(super) async fn tell(changes: &Changes, teller: &Teller<'_>, id: i64) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let held = hold_alarms(&change.tx, Condition::all().add(alarms::Column::PostId.eq(id))).await?;
    let mut all = subjects::with_cards(&change.tx, held).await?;
    let is_due =
        |alarm: &Alarm| alarm.state != State::Pending && alarm.due_ms.is_some_and(|due| due <= teller.now_ms);
    let post = hold(&change, id).await?;
    let since =
        anew::ids(post.as_ref(), all.iter().map(|subject| &subject.alarm).filter(|alarm| is_due(alarm)));
    let due: BTreeSet<_> = all
        .iter()
        .map(|subject| &subject.alarm)
        .filter(|alarm| is_due(alarm))
        .map(|alarm| alarm.id)
        .collect();
    let post = post.filter(|post| !post.is_gone());
    // A post that is for others by now, or of another, is not changed: what goes on is told by a post of its own.
    let is_as_now = match &post {
        Some(post) => audience::are_as_now(&change.tx, post, &all).await?,
        None => true,
    };
    let mut is_news = false;
    for subject in all.iter_mut().filter(|subject| due.contains(&subject.alarm.id)) {
        let calm_ms = subject.alarm.calm_ms(window(subject));
        subject.alarm.flapping = calm_ms.is_some_and(|calm| calm > teller.now_ms);
        subject.alarm.due_ms = calm_ms.filter(|_| subject.alarm.flapping);
        is_news |= subject.alarm.is_open();
    }
    let is_anew = |alarm: &Alarm| {
        since.contains(&alarm.id) || (!is_as_now && due.contains(&alarm.id) && alarm.is_open())
    };
    let anew: Vec<_> = all.extract_if(.., |subject| is_anew(&subject.alarm)).collect();
    let note = if anew.is_empty() { words::OVER } else { words::NOT_HERE };
    anew::write(&change.tx, anew.into_iter().map(|subject| subject.alarm), teller.now_ms).await?;
    if let Some(post) = post
        && let Some(owner) = users::find(&change.tx, UserId(post.author_id)).await?
    {
        let by = Actor::server_for(&owner);
        if is_as_now {
            retell(&mut change, &by, post, &all, is_news, teller).await?;
        } else if !all.iter().any(|subject| subject.alarm.is_open()) {
            now(resolve(&mut change, &by, post, Some(note.into())).await?)?;
        }
    }
    let (there, gone): (Vec<_>, Vec<_>) = all.into_iter().partition(|subject| subject.card.is_some());
    let gone = gone.iter().map(|subject| subject.alarm.id);
    alarms::Entity::delete_many().filter(alarms::Column::Id.is_in(gone)).exec(&change.tx).await?;
    settle(change, there.into_iter().map(|subject| subject.alarm).collect()).await
}

/// Has a post that is held say what is so now. What a person said to be over is so again only with news.
pub(super) async fn retell(
    change: &mut Change,
    by: &Actor,
    post: Post,
    all: &[Subject],
    is_news: bool,
    teller: &Teller<'_>,
) -> Result<Post, DbErr> {
    let is_group = all.iter().any(|subject| subject.alarm.grouped) || all.len() > 1;
    let mut post = post;
    if let Some(Text { title, body }) = text(all, is_group, teller) {
        let fields = EditFields { title: Some(title), body: Some(body), ..Default::default() };
        if let Ok(parsed) = Edit::parse_aside(fields).await {
            post = now(edit(change, by, post, parsed).await?)?;
        }
    }
    if all.iter().any(|subject| subject.alarm.is_open()) {
        return match is_news {
            true => now(reopen(change, by, post).await?),
            false => Ok(post),
        };
    }
    close_if_over(change, by, post, all).await
}

pub(super) async fn close_if_over(
    change: &mut Change,
    by: &Actor,
    post: Post,
    all: &[Subject],
) -> Result<Post, DbErr> {
    if all.iter().any(|subject| subject.alarm.is_open()) {
        return Ok(post);
    }
    let note = match all {
        [one] => words::note(one),
        _ => words::ALL_OVER.into(),
    };
    now(resolve(change, by, post, Some(note)).await?)
}

fn now(changed: Result<Changed, posts::changes::Refusal>) -> Result<Post, DbErr> {
    let changed = changed.map_err(|refusal| DbErr::Custom(format!("an alarm's post: {refusal:?}")))?;
    Ok(match changed {
        Changed::Yes(post) | Changed::No(post) => post,
    })
}
