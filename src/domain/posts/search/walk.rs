//! Which posts of somebody's list are wanted. How far it is looked depends on their own list alone: on where its next post
//! stands in the log, and on where the hundredth does.

use std::collections::{BTreeMap, HashSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Query as Select, SelectStatement},
};

use crate::{
    domain::posts::{
        Filter, Listed, Next, Published, feed,
        search::index::{self, Stretch},
    },
    entities::{audiences, posts, word_filling},
    ids::UserId,
    live::audience::{
        Audience, Scope, Viewer,
        branches::{self, Among, Part},
    },
};

/// Of a list that is so thin that these stand in more of the log than is looked at otherwise, so many are looked at.
const FEW: usize = 100;

/// Whole parts of the log that are looked at, beside the one in which the list begins: 20,480 numbers.
const PARTS: usize = 5;

/// Of the posts of a part that are wanted, so many are asked for by themselves whether they are in the list.
const RARE: usize = 100;

/// The part of the viewer's list that is wanted, at most `count` posts.
pub async fn list(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    filter: &Filter,
    part: &Part,
    from: Option<i64>,
    count: usize,
) -> Result<Listed, DbErr> {
    let mut own = branches::newest_posts(db, viewer, part, FEW as u64 + 1).await?;
    own.retain(|number| from.is_none_or(|from| *number >= from));
    let Some(newest) = own.first().copied() else { return Ok(Listed::default()) };
    let first = Stretch::up_to(newest);
    let floor = (0..PARTS).fold(first, |stretch, _| stretch.before()).from;
    if own.len() <= FEW || own[FEW] < floor {
        return few(db, filter, own, count).await;
    }
    let floor = from.map_or(floor, |from| floor.max(from));
    let mut posts = Vec::new();
    let mut stretch = first;
    while stretch.through >= floor && posts.len() <= count {
        let looked_at = Stretch { from: stretch.from.max(floor), ..stretch };
        posts.extend(in_stretch(db, viewer, filter, part, looked_at, count + 1 - posts.len()).await?);
        stretch = stretch.before();
    }
    let next = match cut(&mut posts, count) {
        Some(next) => Some(next),
        None => has_more(db, viewer, part, floor, from).await?.then_some(Next::NotSearched(floor)),
    };
    Ok(Listed { posts, next, is_incomplete: is_incomplete(db, filter, floor).await? })
}

/// Those of these numbers whose posts the filter admits, newest first.
pub async fn among(db: &impl ConnectionTrait, filter: &Filter, numbers: Vec<i64>) -> Result<Vec<i64>, DbErr> {
    let numbers = written_by(db, filter, numbers).await?;
    if filter.query.is_empty() {
        return Ok(numbers);
    }
    let mut by_part = BTreeMap::<i64, Vec<i64>>::new();
    for number in numbers {
        by_part.entry(Stretch::up_to(number).from).or_default().push(number);
    }
    let (mut found, mut single) = (Vec::new(), Vec::new());
    for numbers in by_part.into_values() {
        match matching_all(db, filter, &numbers).await? {
            Some(matching) => found.extend(numbers.into_iter().filter(|number| matching.contains(number))),
            None => single.extend(numbers),
        }
    }
    for some in single.chunks(FEW) {
        let posts = feed::of_numbers(db, some.to_vec()).await?;
        found.extend(posts.iter().filter(|post| filter.admits(post)).map(|post| post.post.number));
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(found)
}

/// Of a thin list, all are read.
async fn few(
    db: &impl ConnectionTrait,
    filter: &Filter,
    mut own: Vec<i64>,
    count: usize,
) -> Result<Listed, DbErr> {
    let next = feed::cut(&mut own, FEW).map(|next| Next::NotSearched(next.before()));
    let mut posts = feed::of_numbers(db, own).await?;
    posts.retain(|post| filter.admits(post));
    let next = cut(&mut posts, count).or(next);
    Ok(Listed { posts, next, is_incomplete: false })
}

async fn in_stretch(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    filter: &Filter,
    part: &Part,
    stretch: Stretch,
    count: usize,
) -> Result<Vec<Published>, DbErr> {
    let backend = db.get_database_backend();
    let words = index::matching(backend, &filter.query, stretch);
    let author = filter.author.map(|author| written(author, stretch));
    let (statement, column) = match (&words, &author) {
        (Some(words), _) => (Some(words.clone()), index::number(backend)),
        (None, author) => (author.clone(), Expr::col((audiences::Entity, audiences::Column::Number))),
    };
    if let Some(statement) = statement {
        let wanted = index::newest(db, statement, column, RARE as u64 + 1).await?;
        let is_all = wanted.len() <= RARE;
        let mut visible = visible(db, viewer, wanted).await?;
        // Of what is shared, the newest are enough if they are in the list.
        visible.truncate(if is_all { RARE } else { count });
        let mut posts = feed::of_numbers(db, visible).await?;
        posts.retain(|post| filter.admits(post));
        if is_all || posts.len() == count {
            posts.truncate(count);
            return Ok(posts);
        }
    }
    let unwanted = words.is_none() && !filter.query.is_empty();
    let unwanted = unwanted.then(|| Among::Others(index::with_unwanted(backend, &filter.query, stretch)));
    let among: Vec<_> = words.into_iter().chain(author).map(Among::These).chain(unwanted).collect();
    let part = Part { before: Some(stretch.through.saturating_add(1)), ..part.clone() };
    let numbers = branches::newest_among(db, viewer, &part, stretch.from, &among, count as u64).await?;
    feed::of_numbers(db, numbers).await
}

/// What an author wrote.
fn written(author: UserId, stretch: Stretch) -> SelectStatement {
    use audiences::Column::{Number, Scope as Kind, Subject};
    Select::select()
        .expr(Expr::col((audiences::Entity, Number)))
        .from(audiences::Entity)
        .and_where(Kind.eq(Scope::Author))
        .and_where(Subject.eq(author.0))
        .and_where(Number.gte(stretch.from))
        .and_where(Number.lte(stretch.through))
        .to_owned()
}

/// Those of these that the viewer may see; the viewer's own list goes no further than to where they were read.
async fn visible(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    mut numbers: Vec<i64>,
) -> Result<Vec<i64>, DbErr> {
    if !numbers.is_empty() {
        let audiences = Audience::load(db, numbers.iter().copied()).await?;
        numbers.retain(|number| audiences.get(number).is_some_and(|audience| audience.includes(viewer)));
    }
    Ok(numbers)
}

/// Of numbers in one part, many enough that it is worth it: all of that part that have the words.
async fn matching_all(
    db: &impl ConnectionTrait,
    filter: &Filter,
    numbers: &[i64],
) -> Result<Option<HashSet<i64>>, DbErr> {
    let (Some(from), Some(through)) = (numbers.iter().min(), numbers.iter().max()) else { return Ok(None) };
    let stretch = Stretch { from: *from, ..Stretch::up_to(*through) };
    let backend = db.get_database_backend();
    let Some(matching) = index::matching(backend, &filter.query, stretch) else { return Ok(None) };
    if numbers.len() < RARE || is_incomplete(db, filter, *from).await? {
        return Ok(None);
    }
    let all = u64::MAX >> 1;
    let found = index::newest(db, matching, index::number(backend), all).await?;
    Ok(Some(found.into_iter().collect()))
}

/// Those of these numbers whose posts are of the filter's author and period.
async fn written_by(
    db: &impl ConnectionTrait,
    filter: &Filter,
    numbers: Vec<i64>,
) -> Result<Vec<i64>, DbErr> {
    use posts::Column::{AuthorId, Number, OfServer, PublishedMs};
    let is_of_all = filter.author.is_none() && filter.since_ms.is_none() && filter.until_ms.is_none();
    if is_of_all || numbers.is_empty() {
        return Ok(numbers);
    }
    let mut found = posts::Entity::find().select_only().column(Number).filter(Number.is_in(numbers));
    if let Some(author) = filter.author {
        found = found.filter(AuthorId.eq(author.0)).filter(OfServer.eq(false));
    }
    if let Some(since) = filter.since_ms {
        found = found.filter(PublishedMs.gte(since));
    }
    if let Some(until) = filter.until_ms {
        found = found.filter(PublishedMs.lt(until));
    }
    let mut found: Vec<i64> = found.into_tuple().all(db).await?;
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(found)
}

fn cut(posts: &mut Vec<Published>, count: usize) -> Option<Next> {
    let has_more = posts.len() > count;
    posts.truncate(count);
    posts.last().filter(|_| has_more).map(|last| Next::Older(last.post.number))
}

async fn has_more(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    part: &Part,
    floor: i64,
    from: Option<i64>,
) -> Result<bool, DbErr> {
    let part = Part { before: Some(floor), ..part.clone() };
    let older = branches::newest_posts(db, viewer, &part, 1).await?;
    Ok(older.first().is_some_and(|older| from.is_none_or(|from| *older >= from)))
}

/// Whether posts down to this number are searched by words that are not all kept yet.
async fn is_incomplete(db: &impl ConnectionTrait, filter: &Filter, floor: i64) -> Result<bool, DbErr> {
    if filter.query.is_empty() {
        return Ok(false);
    }
    let filling = word_filling::Entity::find_by_id(0).one(db).await?;
    Ok(filling.is_some_and(|filling| filling.below > floor))
}
