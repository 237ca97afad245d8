//! What is the same for everybody as of a number of the log, before it is asked who may see it: what asks something, what is
//! pinned, and what its readers were told of again. Whatever takes a `db` fails as the database does.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    domain::posts::{
        Post,
        told_again::{self, Told},
    },
    entities::posts,
    live::audience::{Audience, Viewer},
};

/// Of what asks anybody, or is pinned for anybody, so much is looked at for somebody.
const MAX_LOOKED_AT: u64 = 200;

/// What there is for anybody.
#[derive(Debug)]
pub struct SharedLists {
    /// What asks something, newest first, without its text.
    pub(super) asking: Vec<Post>,
    /// The numbers of what is pinned, newest first.
    pub(super) pinned: Vec<i64>,
    pub(super) told_again: Told,
    /// Whom what asks and what is pinned is for, by number.
    audiences: HashMap<i64, Audience>,
}

impl SharedLists {
    /// As it is now.
    pub async fn load(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let (asking, pinned) = (asking(db).await?, pinned(db).await?);
        let numbers: Vec<_> = asking.iter().map(|post| post.number).chain(pinned.iter().copied()).collect();
        let audiences = if numbers.is_empty() { HashMap::new() } else { Audience::load(db, numbers).await? };
        Ok(Self { asking, pinned, told_again: told_again::load(db).await?, audiences })
    }

    /// Whether the viewer may see a post that asks something, or is pinned.
    pub(super) fn is_for(&self, viewer: &Viewer, number: i64) -> bool {
        self.audiences.get(&number).is_some_and(|audience| audience.includes(viewer))
    }
}

async fn asking(db: &impl ConnectionTrait) -> Result<Vec<Post>, DbErr> {
    // As the index of these rows says it.
    let asks = Expr::col((posts::Entity, posts::Column::Acknowledge)).eq(Expr::cust("TRUE"));
    let found = posts::Entity::find()
        .filter(asks)
        .filter(posts::Column::ResolvedMs.is_null())
        .filter(posts::Column::WithdrawnMs.is_null())
        .filter(posts::Column::ExpiredMs.is_null())
        .order_by_desc(posts::Column::Number)
        .limit(MAX_LOOKED_AT)
        .all(db)
        .await?;
    let without_text = |post| Post { body: String::new(), html: String::new(), ..post };
    Ok(found.into_iter().map(without_text).collect())
}

async fn pinned(db: &impl ConnectionTrait) -> Result<Vec<i64>, DbErr> {
    posts::Entity::find()
        .select_only()
        .column(posts::Column::Number)
        // As the index of these rows says it.
        .filter(Expr::cust("pinned_until_ms IS NOT NULL"))
        .order_by_desc(posts::Column::Number)
        .limit(MAX_LOOKED_AT)
        .into_tuple()
        .all(db)
        .await
}
