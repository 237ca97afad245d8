//! From whom alarms are for, as people and groups are now, to whom a post is for. It fails as the database does.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{
        alarms::{machine, subjects::Subject},
        cards::addressees,
        groups,
        posts::{self, Fields, Post},
        users::{self, User},
    },
    live::state::Audience,
};

/// Whom a post is for that is for whoever is meant by all of these; for its author alone, if there is nobody else.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    owner: &User,
    audiences: &[Audience],
) -> Result<Fields, DbErr> {
    let Some(fields) = addressees::of(db, audiences).await? else {
        tracing::warn!(user.id = %owner.id, "Alarms are for more people by name than a post may be: their owner alone is told");
        return Ok(alone(owner));
    };
    let is_for_somebody = fields.audience == "everyone" || !fields.recipients.is_empty() || {
        let (found, _) = groups::find_by_names(db, &fields.groups).await?;
        found.iter().any(|group| group.members > 0)
    };
    Ok(if is_for_somebody { fields } else { alone(owner) })
}

/// Whether a post is still what one of this alarm would be: of the same author, who may post, as urgent, and for the same.
pub(super) async fn is_as_now(
    db: &impl ConnectionTrait,
    post: &Post,
    subject: &Subject,
) -> Result<bool, DbErr> {
    // Of what is gone nothing new is told.
    let Some((card, audiences)) = subject.card.as_ref().zip(subject.audiences()) else { return Ok(true) };
    let severity = post.severity.map(machine::rank);
    if card.owner.0 != post.author_id || severity != Some(machine::rank(subject.alarm.severity)) {
        return Ok(false);
    }
    let owner = users::find(db, card.owner).await?;
    let Some(owner) = owner.filter(|owner| owner.may_post() && users::may_sign_in(owner)) else {
        return Ok(false);
    };
    let (was, is) = (posts::named(db, post).await?, of(db, &owner, &audiences).await?);
    Ok(posts::are_for_the_same(&was, &is))
}

/// The same of all these alarms.
pub(super) async fn are_as_now(
    db: &impl ConnectionTrait,
    post: &Post,
    all: &[Subject],
) -> Result<bool, DbErr> {
    let kinds: BTreeMap<_, _> = all.iter().filter_map(|subject| Some((subject.kind()?.0, subject))).collect();
    for subject in kinds.values() {
        if !is_as_now(db, post, subject).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The author alone.
pub(super) fn alone(owner: &User) -> Fields {
    Fields { audience: "chosen".into(), recipients: vec![owner.name.clone()], ..Fields::default() }
}
