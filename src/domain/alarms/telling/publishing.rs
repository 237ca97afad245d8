//! The post of alarms that nobody was told of.

use sea_orm::{ActiveEnum, DbErr};

use crate::{
    domain::{
        alarms::{subjects::Unit, telling::audience, words::Text},
        audit::Actor,
        change::Change,
        posts::{self, Author, Draft, Fields, Post, PublishError},
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
    let to = audience::of(&change.tx, owner, &unit.audience).await?;
    let fields = Fields {
        kind: "alert".into(),
        severity: unit.severity.to_value(),
        title: text.title,
        body: text.body,
        ..to
    };
    let published = match Draft::parse_aside(fields.clone()).await {
        Ok(draft) => posts::publish(change, &author, &draft).await,
        Err(problems) => Err(PublishError::Problems(problems)),
    };
    match published {
        Ok(post) => Ok(Some(post)),
        Err(PublishError::Database(error)) => Err(error),
        Err(PublishError::OtherGroups) => {
            tracing::warn!(user.id = %owner.id, "Alarms are not told: their token may not post to whom they are for");
            Ok(None)
        }
        // Nobody else is there to be told.
        Err(PublishError::Problems(_)) => {
            let alone = audience::alone(owner, fields);
            let Ok(draft) = Draft::parse_aside(alone).await else { return Ok(None) };
            let author = Author { only: None, ..author };
            match posts::publish(change, &author, &draft).await {
                Ok(post) => Ok(Some(post)),
                Err(PublishError::Database(error)) => Err(error),
                Err(_) => Ok(None),
            }
        }
    }
}
