//! The post of alarms that nobody was told of.

use sea_orm::{ActiveEnum, DbErr};

use crate::{
    domain::{
        alarms::{subjects::Unit, telling::audience, words::Text},
        audit::Actor,
        change::Change,
        posts::{self, Author, Draft, Fields, Post, Problems, PublishError},
        users::User,
    },
    ids::GroupId,
};

/// Publishes a post for whom the alarms are for; `None` if it may not be.
pub(super) async fn publish(
    change: &mut Change,
    owner: &User,
    unit: &Unit,
    text: Text,
) -> Result<Option<Post>, DbErr> {
    let only = unit.kind.only.as_ref().map(|only| only.iter().copied().map(GroupId).collect());
    let author = Author { user: owner.user_id(), by: Actor::server_for(owner), only, token: None };
    let to = audience::of(&change.tx, owner, &unit.audiences).await?;
    let fields = Fields {
        kind: "alert".into(),
        severity: unit.severity.to_value(),
        title: text.title,
        body: text.body,
        ..to
    };
    let why = match attempt(change, &author, fields.clone()).await {
        Ok(post) => return Ok(Some(post)),
        Err(PublishError::Database(error)) => return Err(error),
        Err(PublishError::OtherGroups) => {
            tracing::warn!(user.id = %owner.id, "Alarms are not told: their token may not post to whom they are for");
            return Ok(None);
        }
        Err(PublishError::Problems(problems)) => said(&problems),
    };
    let alone = Fields { title: fields.title, body: fields.body, ..audience::alone(owner) };
    let alone = Fields { kind: fields.kind, severity: fields.severity, ..alone };
    let author = Author { only: None, ..author };
    match attempt(change, &author, alone).await {
        Ok(post) => {
            tracing::warn!(user.id = %owner.id, why, "Alarms are told to their owner alone");
            Ok(Some(post))
        }
        Err(PublishError::Database(error)) => Err(error),
        Err(_) => {
            tracing::warn!(user.id = %owner.id, why, "Alarms are not told");
            Ok(None)
        }
    }
}

async fn attempt(change: &mut Change, author: &Author, fields: Fields) -> Result<Post, PublishError> {
    let draft = Draft::parse_aside(fields).await.map_err(PublishError::Problems)?;
    posts::publish(change, author, &draft).await
}

fn said(problems: &Problems) -> String {
    problems.by_field().map(|(field, why)| format!("{field}: {why}")).collect::<Vec<_>>().join("; ")
}
