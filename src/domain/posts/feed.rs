//! The posts that somebody may see, as a list and one by one.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    domain::posts::{Kind, Published, Severity},
    entities::posts,
    ids::UserId,
    live::{audience::visible_to, log::posts::with_authors},
};

/// Which posts of a feed; every filter that is given must hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only posts with an id below this one.
    pub before: Option<i64>,
    /// Only posts of this kind.
    pub kind: Option<Kind>,
    /// Only alerts of this severity.
    pub severity: Option<Severity>,
}

/// The newest posts that the viewer may see, newest first, at most `count`.
pub async fn feed(
    db: &impl ConnectionTrait,
    viewer: UserId,
    filter: Filter,
    count: u64,
) -> Result<Vec<Published>, DbErr> {
    let wanted = Condition::all()
        .add(visible_to(viewer))
        .add_option(filter.before.map(|before| posts::Column::Id.lt(before)))
        .add_option(filter.kind.map(|kind| posts::Column::Kind.eq(kind)))
        .add_option(filter.severity.map(|severity| posts::Column::Severity.eq(severity)));
    let newest = posts::Entity::find().filter(wanted).order_by_desc(posts::Column::Id);
    with_authors(db, newest.limit(count).all(db).await?).await
}

/// One post; `None` when there is none of this id that the viewer may see.
pub async fn find(db: &impl ConnectionTrait, viewer: UserId, id: i64) -> Result<Option<Published>, DbErr> {
    let post = posts::Entity::find_by_id(id).filter(visible_to(viewer)).one(db).await?;
    Ok(with_authors(db, post.into_iter().collect()).await?.pop())
}
