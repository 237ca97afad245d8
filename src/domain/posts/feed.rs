//! The posts that somebody may see, as a list and one by one.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    domain::posts::{Kind, Post, Published, Severity},
    entities::posts,
    ids::UserId,
    live::{
        audience::{
            Audience, Urgency, Viewer,
            branches::{self, Part},
        },
        log::posts::with_authors,
    },
};

/// Which posts of a feed; every filter that is given must hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only posts with a number below this one.
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
    let viewer = Viewer::load(db, viewer).await?;
    feed_of(db, &viewer, filter, count).await
}

/// The same for a viewer who was read just now.
pub async fn feed_of(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    filter: Filter,
    count: u64,
) -> Result<Vec<Published>, DbErr> {
    let Some(urgencies) = filter.urgencies() else { return Ok(Vec::new()) };
    let part = Part { before: filter.before, urgencies };
    let numbers = branches::newest_posts(db, viewer, &part, count).await?;
    of_numbers(db, numbers).await
}

/// The posts of these numbers, newest first, whoever may see them.
pub async fn of_numbers(db: &impl ConnectionTrait, numbers: Vec<i64>) -> Result<Vec<Published>, DbErr> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let found = posts::Entity::find().filter(posts::Column::Number.is_in(numbers));
    with_authors(db, found.order_by_desc(posts::Column::Number).all(db).await?).await
}

/// One post; `None` when there is none of this id that the viewer may see.
pub async fn find(db: &impl ConnectionTrait, viewer: UserId, id: i64) -> Result<Option<Published>, DbErr> {
    let Some(post) = posts::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let viewer = Viewer::load(db, viewer).await?;
    let visible = visible_among(db, &viewer, vec![post]).await?;
    Ok(with_authors(db, visible).await?.pop())
}

/// Those of these posts that the viewer may see. The viewer was read after the posts were.
pub(super) async fn visible_among(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    posts: Vec<Post>,
) -> Result<Vec<Post>, DbErr> {
    let audiences: HashMap<i64, Audience> = Audience::load(db, posts.iter().map(|post| post.number)).await?;
    let is_visible =
        |post: &Post| audiences.get(&post.number).is_some_and(|audience| audience.includes(viewer));
    Ok(posts.into_iter().filter(is_visible).collect())
}

impl Filter {
    /// The urgencies of what is wanted; `None` if nothing can be that.
    fn urgencies(self) -> Option<Vec<Urgency>> {
        match (self.kind, self.severity) {
            (None, None) => Some(Vec::new()),
            (Some(Kind::News), None) => Some(vec![Urgency::News]),
            (Some(Kind::News), Some(_)) => None,
            (Some(Kind::Alert), None) => Some(vec![Urgency::Info, Urgency::Warning, Urgency::Critical]),
            (_, severity @ Some(_)) => Some(vec![Urgency::from(severity)]),
        }
    }
}
