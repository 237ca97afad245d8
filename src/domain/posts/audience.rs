//! Whom a draft is for, by the names that were typed, and whom a post came to.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Query};

use crate::{
    domain::{
        groups::{self, Group},
        posts::{Audience, Draft, Problems, PublishError},
        users::{self, User},
    },
    entities::{post_groups, recipients, users as user_table},
    ids::{GroupId, UserId},
    names,
};

/// Whom an audience comes to at this moment, and by which groups.
#[derive(Default)]
pub(super) struct Recipients {
    pub(super) users: Vec<UserId>,
    pub(super) groups: Vec<Group>,
}

/// Everybody who is meant, once each, or what is wrong with the names.
pub(super) async fn resolve(db: &impl ConnectionTrait, draft: &Draft) -> Result<Recipients, PublishError> {
    match draft.audience {
        Audience::Everyone => Ok(Recipients::default()),
        Audience::People => {
            let (found, unknown) = users::find_by_names(db, &draft.names).await?;
            all_known("Nobody here is called", &unknown)?;
            Ok(Recipients { users: found.iter().map(User::user_id).collect(), groups: Vec::new() })
        }
        Audience::Groups => {
            let (groups, unknown) = groups::find_by_names(db, &draft.names).await?;
            all_known("There is no group called", &unknown)?;
            let users = groups::user_ids(db, groups.iter().map(Group::group_id)).await?;
            if users.is_empty() {
                return Err(problem("Nobody is in there yet.".into()));
            }
            Ok(Recipients { users, groups })
        }
    }
}

/// A group that is not there counts as one that is none of these, so that nobody learns which there are.
pub(super) async fn is_for_none_but(
    db: &impl ConnectionTrait,
    only: &[GroupId],
    draft: &Draft,
) -> Result<bool, DbErr> {
    if draft.audience != Audience::Groups {
        return Ok(false);
    }
    let (groups, unknown) = groups::find_by_names(db, &draft.names).await?;
    Ok(unknown.is_empty() && groups.iter().all(|group| only.contains(&group.group_id())))
}

/// The names of a post's recipients, in order.
pub async fn recipient_names(db: &impl ConnectionTrait, post: i64) -> Result<Vec<String>, DbErr> {
    let received = Query::select()
        .column(recipients::Column::UserId)
        .from(recipients::Entity)
        .and_where(recipients::Column::PostId.eq(post))
        .to_owned();
    let names = user_table::Entity::find()
        .select_only()
        .column(user_table::Column::Name)
        .filter(user_table::Column::Id.in_subquery(received));
    users::in_order(names).into_tuple().all(db).await
}

/// The names that the post's groups had when it was published, in order.
pub async fn group_names(db: &impl ConnectionTrait, post: i64) -> Result<Vec<String>, DbErr> {
    let of_post = post_groups::Entity::find().filter(post_groups::Column::PostId.eq(post));
    let rows = of_post.all(db).await?;
    let mut names: Vec<_> = rows.into_iter().map(|row| row.name).collect();
    names.sort_by_cached_key(|name| names::sort_key(name));
    Ok(names)
}

fn all_known(what: &str, unknown: &[String]) -> Result<(), PublishError> {
    match unknown {
        [] => Ok(()),
        [name] => Err(problem(format!("{what} {name}."))),
        [name, more @ ..] => {
            Err(problem(format!("{what} {name}, and {} more of the names are unknown.", more.len())))
        }
    }
}

fn problem(with_audience: String) -> PublishError {
    PublishError::Problems(Box::new(Problems { audience: Some(with_audience), ..Default::default() }))
}
