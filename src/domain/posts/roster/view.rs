//! How much of a roster somebody may know: who is on it only by a closed group is there for admins and for the post's
//! coordinators alone, if an admin named them: else whoever posts to a group could name themself, or an accomplice. For everybody else they are neither named nor counted, whatever they do. It fails as the database does.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    domain::{
        groups,
        posts::{Post, coordinators},
        users::User,
    },
    entities::audiences::{self, Scope},
};

/// How much of a roster is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Everybody on it.
    All,
    /// Who is on it otherwise than by a closed group.
    WithoutClosed,
}

impl View {
    /// What this person, who may act on the post, knows of its roster.
    pub async fn of(db: &impl ConnectionTrait, user: &User, post: &Post) -> Result<Self, DbErr> {
        let knows = user.is_admin()
            || (post.coordinators_by_admin && coordinators::include(db, user.user_id(), post).await?);
        Ok(if knows { Self::All } else { Self::WithoutClosed })
    }

    /// The same of each of some posts, all of which this person may act on: only what hides somebody is without closed groups.
    pub(super) async fn of_each<'a>(
        db: &impl ConnectionTrait,
        user: &User,
        posts: &[&'a Post],
    ) -> Result<Vec<(&'a Post, Self)>, DbErr> {
        let mut others: Vec<_> = if user.is_admin() { vec![] } else { posts.to_vec() };
        if !others.is_empty() {
            let theirs = coordinators::groups_of(db, user.user_id()).await?;
            others.retain(|post| {
                let coordinates = post.coordinator == Some(user.id)
                    || post.coordinator_group.is_some_and(|group| theirs.contains(&group));
                !(post.coordinators_by_admin && coordinates)
            });
        }
        let closed = to_closed(db, others.iter().map(|post| post.number)).await?;
        let view = |post: &Post| match others.iter().any(|other| other.id == post.id) {
            true if closed.contains(&post.number) => Self::WithoutClosed,
            _ => Self::All,
        };
        Ok(posts.iter().map(|post| (*post, view(post))).collect())
    }

    /// Whether anybody may be hidden from it: whether the post is for a closed group, or was.
    pub async fn hides_any(self, db: &impl ConnectionTrait, post: &Post) -> Result<bool, DbErr> {
        if self == Self::All {
            return Ok(false);
        }
        Ok(!to_closed(db, [post.number]).await?.is_empty())
    }
}

/// Of posts of these numbers, those that are for a closed group, or were.
async fn to_closed(
    db: &impl ConnectionTrait,
    numbers: impl IntoIterator<Item = i64>,
) -> Result<HashSet<i64>, DbErr> {
    let numbers: Vec<_> = numbers.into_iter().collect();
    if numbers.is_empty() {
        return Ok(HashSet::new());
    }
    let closed = audiences::Entity::find()
        .select_only()
        .column(audiences::Column::Number)
        .filter(audiences::Column::Number.is_in(numbers))
        .filter(audiences::Column::Scope.eq(Scope::Group))
        .filter(audiences::Column::Subject.in_subquery(groups::closed()));
    Ok(closed.into_tuple().all(db).await?.into_iter().collect())
}
