//! How much of a roster somebody may know: who is on it only by a closed group is there for admins and for the post's
//! coordinators alone. For everybody else they are neither named nor counted, whatever they do. It fails as the database does.

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Everybody on it.
    All,
    /// Who is on it otherwise than by a closed group.
    WithoutClosed,
}

impl View {
    /// What this person, who may act on the post, knows of its roster.
    pub async fn of(db: &impl ConnectionTrait, user: &User, post: &Post) -> Result<Self, DbErr> {
        match user.is_admin() || coordinators::include(db, user.user_id(), post).await? {
            true => Ok(Self::All),
            false => Ok(Self::WithoutClosed),
        }
    }

    /// Whether anybody may be hidden from it: whether the post is for a closed group, or was.
    pub async fn hides_any(self, db: &impl ConnectionTrait, post: &Post) -> Result<bool, DbErr> {
        if self == Self::All {
            return Ok(false);
        }
        let closed = audiences::Entity::find()
            .select_only()
            .column(audiences::Column::Subject)
            .filter(audiences::Column::Number.eq(post.number))
            .filter(audiences::Column::Scope.eq(Scope::Group))
            .filter(audiences::Column::Subject.in_subquery(groups::closed()))
            .limit(1);
        Ok(closed.into_tuple::<i64>().one(db).await?.is_some())
    }
}
