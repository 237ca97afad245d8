//! The posts that somebody may see, as a list and one by one.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    domain::posts::{
        Kind, Post, Published, Severity,
        search::{self, Contents, Query},
    },
    entities::posts,
    ids::UserId,
    live::{
        audience::{
            Audience, Urgency, Viewer,
            branches::{self, Part},
        },
        log::posts::{all, with_authors},
    },
};

/// Which posts of a feed; every filter that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only posts with a number below this one.
    pub before: Option<i64>,
    /// Only posts of this kind.
    pub kind: Option<Kind>,
    /// Only alerts of this severity.
    pub severity: Option<Severity>,
    /// Only what this person wrote.
    pub author: Option<UserId>,
    /// Only what was published at this time or later, in Unix milliseconds.
    pub since_ms: Option<i64>,
    /// Only what was published before this time, in Unix milliseconds.
    pub until_ms: Option<i64>,
    /// Only what has these words.
    pub query: Query,
    /// Not the posts of these numbers, which stand elsewhere. A search has them all the same.
    pub without: Vec<i64>,
}

/// A part of a list.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Newest first.
    pub posts: Vec<Published>,
    /// How the list goes on, if it does.
    pub next: Option<Next>,
    /// Whether the words of some posts that were to be looked at are not kept yet.
    pub is_incomplete: bool,
}

/// How a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is more before this number.
    Older(i64),
    /// What is before this number was not looked at.
    NotSearched(i64),
}

/// The newest posts that the viewer may see, newest first, at most `count`.
pub async fn feed(
    db: &impl ConnectionTrait,
    viewer: UserId,
    filter: &Filter,
    count: usize,
) -> Result<Listed, DbErr> {
    let viewer = Viewer::load(db, viewer).await?;
    feed_of(db, &viewer, filter, count).await
}

/// The same for a viewer who was read just now.
pub async fn feed_of(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    filter: &Filter,
    count: usize,
) -> Result<Listed, DbErr> {
    let Some(urgencies) = filter.urgencies() else { return Ok(Listed::default()) };
    let Some((before, from)) = bounds(db, filter).await? else { return Ok(Listed::default()) };
    let part = Part { before, urgencies };
    if filter.is_searching() {
        return search::walk::list(db, viewer, filter, &part, from, count).await;
    }
    let mut numbers = numbers(db, viewer, &part, &filter.without, count).await?;
    numbers.retain(|number| from.is_none_or(|from| *number >= from));
    Ok(Listed { next: cut(&mut numbers, count), posts: of_numbers(db, numbers).await?, is_incomplete: false })
}

/// The numbers of the newest posts that the viewer may see, without some, newest first: `count` and, if there are, more.
pub(super) async fn numbers(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    part: &Part,
    without: &[i64],
    count: usize,
) -> Result<Vec<i64>, DbErr> {
    let asked = count + without.len() + 1;
    let mut numbers = branches::newest_posts(db, viewer, part, asked as u64).await?;
    numbers.retain(|number| !without.contains(number));
    Ok(numbers)
}

/// Leaves `count` of the numbers, and tells whether there were more.
pub fn cut(numbers: &mut Vec<i64>, count: usize) -> Option<Next> {
    let has_more = numbers.len() > count;
    numbers.truncate(count);
    numbers.last().filter(|_| has_more).map(|last| Next::Older(*last))
}

/// The posts of these numbers, newest first, whoever may see them.
pub async fn of_numbers(db: &impl ConnectionTrait, numbers: Vec<i64>) -> Result<Vec<Published>, DbErr> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let found = posts::Entity::find().filter(posts::Column::Number.is_in(numbers));
    all(db, found.order_by_desc(posts::Column::Number)).await
}

/// Those of the posts of these numbers that the viewer may see, newest first.
pub async fn visible_of_numbers(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    mut numbers: Vec<i64>,
) -> Result<Vec<Published>, DbErr> {
    let audiences = Audience::load(db, numbers.iter().copied()).await?;
    numbers.retain(|number| audiences.get(number).is_some_and(|audience| audience.includes(viewer)));
    of_numbers(db, numbers).await
}

/// One post; `None` when there is none of this id that the viewer may see.
pub async fn find(db: &impl ConnectionTrait, viewer: UserId, id: i64) -> Result<Option<Published>, DbErr> {
    let Some(post) = posts::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let viewer = Viewer::load(db, viewer).await?;
    let visible = visible_among(db, &viewer, vec![post]).await?;
    Ok(with_authors(db, visible).await?.pop())
}

/// The titles of those of the posts of these ids that the viewer may see.
pub async fn titles(
    db: &impl ConnectionTrait,
    viewer: UserId,
    ids: Vec<i64>,
) -> Result<HashMap<i64, String>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let posts = posts::Entity::find().filter(posts::Column::Id.is_in(ids)).all(db).await?;
    let viewer = Viewer::load(db, viewer).await?;
    let visible = visible_among(db, &viewer, posts).await?;
    Ok(visible.into_iter().map(|post| (post.id, post.title)).collect())
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

/// Before which number the list begins, and at which it ends, by its period; none, if there is nothing in it. Numbers are
/// in the order of their times.
async fn bounds(
    db: &impl ConnectionTrait,
    filter: &Filter,
) -> Result<Option<(Option<i64>, Option<i64>)>, DbErr> {
    let mut before = filter.before;
    if let Some(until_ms) = filter.until_ms
        && let Some(first) = first_since(db, until_ms).await?
    {
        before = Some(before.map_or(first, |before| before.min(first)));
    }
    match filter.since_ms {
        None => Ok(Some((before, None))),
        Some(since_ms) => Ok(first_since(db, since_ms).await?.map(|first| (before, Some(first)))),
    }
}

/// The number of the first post that was published at this time or later.
pub(super) async fn first_since(db: &impl ConnectionTrait, ms: i64) -> Result<Option<i64>, DbErr> {
    posts::Entity::find()
        .select_only()
        .column(posts::Column::Number)
        .filter(posts::Column::PublishedMs.gte(ms))
        .order_by_asc(posts::Column::PublishedMs)
        .order_by_asc(posts::Column::Number)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

impl Listed {
    /// Those that ask something of their readers, or did.
    pub fn asked(&self) -> impl Iterator<Item = i64> {
        self.posts.iter().filter(|one| one.post.acknowledge).map(|one| one.post.id)
    }
}

impl Next {
    /// The number before which it goes on.
    pub fn before(self) -> i64 {
        match self {
            Self::Older(before) | Self::NotSearched(before) => before,
        }
    }
}

impl Filter {
    /// Whether posts are found by what stands in them, or by who wrote them.
    pub fn is_searching(&self) -> bool {
        self.author.is_some() || !self.query.is_empty()
    }

    /// Whether it is of some posts alone, wherever in the list they stand.
    pub fn is_narrow(&self) -> bool {
        self.is_searching()
            || self.kind.is_some()
            || self.severity.is_some()
            || self.since_ms.is_some()
            || self.until_ms.is_some()
    }

    /// Whether a post is one of these, wherever in the list it stands.
    pub fn admits(&self, published: &Published) -> bool {
        let post = &published.post;
        self.kind.is_none_or(|kind| kind == post.kind)
            && self.severity.is_none_or(|severity| Some(severity) == post.severity)
            && self.author.is_none_or(|author| post.writer() == Some(author))
            && self.since_ms.is_none_or(|since| post.published_ms >= since)
            && self.until_ms.is_none_or(|until| post.published_ms < until)
            && (self.query.is_empty() || self.query.is_met_by(&Contents::of_post(published)))
    }

    /// The urgencies of what is wanted; `None` if nothing can be that.
    fn urgencies(&self) -> Option<Vec<Urgency>> {
        match (self.kind, self.severity) {
            (None, None) => Some(Vec::new()),
            (Some(Kind::News), None) => Some(vec![Urgency::News]),
            (Some(Kind::News), Some(_)) => None,
            (Some(Kind::Alert), None) => Some(vec![Urgency::Info, Urgency::Warning, Urgency::Critical]),
            (_, severity @ Some(_)) => Some(vec![Urgency::from(severity)]),
        }
    }
}
