//! A post that comes to more people than it was for, since too few have said that they have seen it.

use sea_orm::{ActiveValue::Set, DbErr};

use crate::{
    domain::{
        change::Change,
        groups::Group,
        posts::{Audience, Post, audience::Turn, changes::update, escalation::Escalated},
    },
    entities::{audiences::Scope, posts as post_table},
    live::{
        event,
        log::table::{NewEvent, append},
    },
};

/// Has a post that is held come to these, too, and tell why; with which event. Whoever could not see it gets it as new.
pub(in crate::domain::posts) async fn escalate(
    change: &mut Change,
    post: &Post,
    parts: Vec<(Scope, i64)>,
    groups: Vec<Group>,
    why: Escalated,
) -> Result<i64, DbErr> {
    let audience = wider(post.audience, &parts);
    let turn = Turn::adding(&change.tx, post, parts, groups).await?;
    let slot = change.take_number().await?;
    let number = slot.id;
    let escalated = serde_json::to_string(&why).map_err(|error| DbErr::Custom(error.to_string()))?;
    let row = post_table::ActiveModel {
        audience: Set(audience),
        escalated: Set(Some(escalated)),
        ..Default::default()
    };
    let post = update(change, post, row).await?;
    turn.write(&change.tx, &post, number).await?;
    let (id, of_post) = (post.id, post.number);
    let what = event::Change::Widened;
    let event = NewEvent::Change { post: id, number: of_post, change: what, again: false };
    append(&change.tx, vec![(slot, event)]).await?;
    Ok(number)
}

/// In a word, whom it is for then.
fn wider(audience: Audience, parts: &[(Scope, i64)]) -> Audience {
    let has_groups = parts.iter().any(|(scope, _)| *scope == Scope::Group);
    match (audience, has_groups) {
        (Audience::People, true) | (Audience::Groups, false) => Audience::Chosen,
        (audience, _) => audience,
    }
}
