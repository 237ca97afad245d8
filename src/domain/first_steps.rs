//! What an administrator of a new server has done so far. Each question ends with the first row. Whatever takes a `db` fails as
//! the database does.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QuerySelect};

use crate::{
    domain::instance,
    entities::{groups, posts, users},
};

/// What has been done.
#[derive(Clone, Copy, Debug)]
pub struct FirstSteps {
    /// Somebody besides the first administrator is there.
    pub people: bool,
    pub group: bool,
    pub post: bool,
    /// The database was copied. Of copies that others make of it, nobody knows.
    pub backup: bool,
}

impl FirstSteps {
    /// As it is now.
    pub async fn load(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let people = users::Entity::find().select_only().column(users::Column::Id).limit(2);
        let group = groups::Entity::find().select_only().column(groups::Column::Id).limit(1);
        let post = posts::Entity::find().select_only().column(posts::Column::Id).limit(1);
        Ok(Self {
            people: people.into_tuple::<i64>().all(db).await?.len() > 1,
            group: group.into_tuple::<i64>().one(db).await?.is_some(),
            post: post.into_tuple::<i64>().one(db).await?.is_some(),
            backup: instance::was_copied(db).await?,
        })
    }
}
