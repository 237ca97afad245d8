//! Who looks: a user, or a screen on a wall, with what the rule asks of them.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Expr, Func, Query},
};

use crate::{
    entities::{
        audiences::Scope,
        counter, groups, memberships,
        users::{self, Role},
    },
    ids::{GroupId, ListenerId, UserId},
};

pub use self::screen::Screen;

mod screen;

/// A user as the rule sees them; or a screen, which is nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who it is; `UserId::NOBODY` for a screen.
    pub user: UserId,
    /// Whether they are not of the organisation: what is for everyone is not for them.
    pub is_external: bool,
    /// Whether they are an administrator.
    pub is_admin: bool,
    /// What it is if it is no user.
    pub screen: Option<Screen>,
    /// The groups that they are in, and were in; of a screen, those whose critical posts it shows.
    pub memberships: Box<[Membership]>,
    /// The newest event when this was read: what was published later may be for them by a membership that is not here.
    pub as_of: i64,
}

/// From when to when somebody was in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which group.
    pub group: GroupId,
    /// The event with which they joined.
    pub from: i64,
    /// The event with which they left; none as long as they are in it.
    pub to: Option<i64>,
}

impl Viewer {
    /// Who listens, as they are now.
    ///
    /// # Errors
    /// When there is no such listener, and those of the database.
    pub async fn load_listener(db: &impl ConnectionTrait, id: ListenerId) -> Result<Self, DbErr> {
        match id {
            ListenerId::User(user) => Self::load(db, user).await,
            ListenerId::Wall(wall) => screen::load(db, wall).await,
        }
    }

    /// The user with this id, as they are now. All of it is read in one statement, so that it belongs together.
    ///
    /// # Errors
    /// When there is no such user, and those of the database.
    pub async fn load(db: &impl ConnectionTrait, user: UserId) -> Result<Self, DbErr> {
        let membership = |column| (memberships::Entity, column);
        let theirs = Query::select()
            .column((counter::Entity, counter::Column::LastId))
            .column((users::Entity, users::Column::External))
            .column((users::Entity, users::Column::Role))
            .columns([memberships::Column::GroupId, memberships::Column::FromNumber].map(membership))
            // With a group that was removed, all of its memberships ended.
            .expr(Func::coalesce([
                Expr::col(membership(memberships::Column::ToNumber)),
                Expr::col((groups::Entity, groups::Column::RemovedNumber)),
            ]))
            .from(counter::Entity)
            .from(users::Entity)
            .left_join(
                memberships::Entity,
                Expr::col(membership(memberships::Column::UserId)).equals((users::Entity, users::Column::Id)),
            )
            .left_join(
                groups::Entity,
                Expr::col((groups::Entity, groups::Column::Id))
                    .equals(membership(memberships::Column::GroupId)),
            )
            .and_where(users::Column::Id.eq(user.0))
            .to_owned();
        let rows = db.query_all(&theirs).await?;
        let first = rows.first().ok_or_else(|| DbErr::RecordNotFound(format!("user {}", user.0)))?;
        let (as_of, is_external) = (first.try_get_by_index(0)?, first.try_get_by_index(1)?);
        let is_admin = first.try_get_by_index::<Role>(2)? == Role::Admin;
        let mut memberships = Vec::new();
        for row in &rows {
            if let Some(group) = row.try_get_by_index::<Option<i64>>(3)? {
                let (from, to) = (row.try_get_by_index(4)?, row.try_get_by_index(5)?);
                memberships.push(Membership { group: GroupId(group), from, to });
            }
        }
        Ok(Self { user, is_external, is_admin, screen: None, memberships: memberships.into(), as_of })
    }

    /// What is for all of their kind; none, if nothing of it is for them.
    pub fn of_all(&self) -> Option<Scope> {
        match &self.screen {
            Some(screen) => screen.shows_posts_for_everyone.then_some(Scope::Everyone),
            None if self.is_external => Some(Scope::External),
            None => Some(Scope::Everyone),
        }
    }

    /// Whether they get the same broadcasts as everybody of the organisation.
    pub fn shares_broadcasts(&self) -> bool {
        !self.is_external && self.screen.is_none()
    }

    /// Whether they are in the group now.
    pub fn is_in(&self, group: GroupId) -> bool {
        self.memberships.iter().any(|one| one.group == group && one.to.is_none())
    }

    /// Whether they were in the group at this number.
    pub fn was_in(&self, group: GroupId, at: i64) -> bool {
        let was_in =
            |one: &Membership| one.group == group && one.from <= at && one.to.is_none_or(|to| at < to);
        self.memberships.iter().any(was_in)
    }
}
