//! Which posts somebody has not read: the list that is shown, and whose length is the count.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query, SimpleExpr},
};

use crate::{
    domain::posts::{Filter, Kind, Severity, search, shared_lists::SharedLists},
    entities::{posts, readers, receipts},
    ids::UserId,
    live::audience::{
        Audience, Viewer,
        branches::{self, Part},
    },
};

/// Of somebody's own list, so many posts can be unread: what is older counts as read.
pub const REACH: u64 = 1000;

/// So many receipts of what was published after somebody's number are worth moving it for.
const WORTH_SETTLING: usize = 20;

/// What somebody has not read.
#[derive(Debug)]
pub struct Unread {
    /// Newest first, `REACH` at most.
    pub posts: Vec<UnreadPost>,
    pub(super) reader: readers::Model,
    /// Not, if a node of an earlier build made the account.
    is_known: bool,
    /// The newest event when this was so.
    as_of: i64,
    /// How many posts above the reader's number could be unread.
    candidates: usize,
}

/// A post that somebody has not read.
#[derive(Clone, Copy, Debug)]
pub struct UnreadPost {
    /// The id of the post.
    pub id: i64,
    /// Its place in lists.
    pub number: i64,
    /// The event that last told its readers of it.
    pub told: i64,
    kind: Kind,
    /// How urgent an alert is.
    pub severity: Option<Severity>,
    /// When it was published, in Unix milliseconds.
    pub published_ms: i64,
    /// Whether it is an alert that is over.
    pub is_over: bool,
    /// Since when it was snoozed, until it came back, in Unix milliseconds.
    pub snoozed_ms: Option<i64>,
}

/// What is known before the tables are asked.
#[derive(Debug, Default)]
pub struct Known<'a> {
    /// What anybody was told of again: its number, and the event that told of it.
    pub(super) told_again: Option<&'a [(i64, i64)]>,
    /// Of everything that the viewer put back, or that has come back to them, the number, and since when it was snoozed.
    pub(super) put_back: Option<Vec<(i64, Option<i64>)>>,
}

impl<'a> Known<'a> {
    /// What is the same for everybody.
    pub fn of(shared: &'a SharedLists) -> Self {
        Self { told_again: shared.told_again.as_deref(), put_back: None }
    }
}

/// What the viewer has not read, as of the event that they were read at.
pub async fn unread(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<Unread, DbErr> {
    let reader = reader(db, viewer.user).await?;
    unread_of(db, viewer, reader, Known::default()).await
}

/// The same, where it is known how far they have read, and more.
pub async fn unread_of(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    reader: Option<readers::Model>,
    known: Known<'_>,
) -> Result<Unread, DbErr> {
    let as_of = viewer.as_of;
    // Of somebody whose number is not known yet, everything is read.
    let unknown = || readers::Model { user_id: viewer.user.0, read_through: as_of, marked_rev: 0, rev: 0 };
    let (is_known, reader) = (reader.is_some(), reader.unwrap_or_else(unknown));
    let mut numbers = above(db, viewer, reader.read_through).await?;
    let candidates = numbers.len();
    numbers.extend(told_again(db, viewer, reader.read_through, known.told_again).await?);
    let put_back = match known.put_back {
        Some(rows) => still_listed(db, viewer, rows).await?,
        None => still_listed(db, viewer, put_back(db, viewer).await?).await?,
    };
    numbers.extend(put_back.keys());
    numbers.sort_unstable();
    numbers.dedup();
    let mut posts = if numbers.is_empty() { Vec::new() } else { not_read(db, viewer.user, numbers).await? };
    for post in &mut posts {
        post.snoozed_ms = put_back.get(&post.number).copied().flatten();
    }
    Ok(Unread { posts, reader, is_known, as_of, candidates })
}

/// Up to where this person has read.
pub(super) async fn reader(db: &impl ConnectionTrait, user: UserId) -> Result<Option<readers::Model>, DbErr> {
    readers::Entity::find_by_id(user.0).one(db).await
}

/// The numbers of what is the viewer's and was published after this one. An event is at most one post, so that the distance
/// to it bounds the question.
async fn above(db: &impl ConnectionTrait, viewer: &Viewer, read_through: i64) -> Result<Vec<i64>, DbErr> {
    let count = Ord::min(u64::try_from(viewer.as_of - read_through).unwrap_or_default(), REACH);
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut numbers = branches::newest_posts(db, viewer, &Part::default(), count).await?;
    numbers.retain(|number| *number > read_through);
    Ok(numbers)
}

/// The numbers of what the viewer put back to be read later, and of what has come back to them, the newest first, each with the
/// time since when it was snoozed.
async fn put_back(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<(i64, Option<i64>)>, DbErr> {
    receipts::Entity::find()
        .select_only()
        .columns([receipts::Column::Number, receipts::Column::SnoozedMs])
        .filter(receipts::Column::UserId.eq(viewer.user.0))
        .filter(is_put_back())
        .filter(receipts::Column::Number.lte(viewer.as_of))
        .order_by_desc(receipts::Column::Number)
        .limit(REACH)
        .into_tuple()
        .all(db)
        .await
}

/// Of what the viewer put back, what they may see, as far as the list reaches; and of what has come back to them, however old.
async fn still_listed(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    mut rows: Vec<(i64, Option<i64>)>,
) -> Result<HashMap<i64, Option<i64>>, DbErr> {
    rows.retain(|(number, _)| *number <= viewer.as_of);
    let Some(oldest) = rows.iter().map(|(number, _)| *number).min() else { return Ok(HashMap::new()) };
    if oldest <= viewer.as_of - REACH.cast_signed() {
        let list = branches::newest_posts(db, viewer, &Part::default(), REACH).await?;
        let floor = list.last().copied().filter(|_| list.len() as u64 == REACH).unwrap_or(i64::MIN);
        rows.retain(|(number, snoozed_ms)| *number >= floor || snoozed_ms.is_some());
    }
    let audiences = Audience::load(db, rows.iter().map(|(number, _)| *number)).await?;
    rows.retain(|(number, _)| audiences.get(number).is_some_and(|audience| audience.includes(viewer)));
    Ok(rows.into_iter().collect())
}

/// The numbers of what the viewer was told of again after this number, as far as they may see it and the list reaches.
async fn told_again(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    read_through: i64,
    known: Option<&[(i64, i64)]>,
) -> Result<Vec<i64>, DbErr> {
    let mut numbers = match known {
        Some(all) => {
            let is_after = |(number, told): &&(i64, i64)| *told > read_through && *number <= read_through;
            all.iter().filter(is_after).map(|(number, _)| *number).collect()
        }
        None => numbers_told_again(db, read_through).await?,
    };
    let Some(oldest) = numbers.iter().min() else { return Ok(numbers) };
    if *oldest <= viewer.as_of - REACH.cast_signed() {
        let list = branches::newest_posts(db, viewer, &Part::default(), REACH).await?;
        let floor = list.last().copied().filter(|_| list.len() as u64 == REACH).unwrap_or(i64::MIN);
        numbers.retain(|number| *number >= floor);
    }
    let audiences = Audience::load(db, numbers.iter().copied()).await?;
    numbers.retain(|number| audiences.get(number).is_some_and(|audience| audience.includes(viewer)));
    Ok(numbers)
}

async fn numbers_told_again(db: &impl ConnectionTrait, read_through: i64) -> Result<Vec<i64>, DbErr> {
    use posts::Column::{Number, Told};
    posts::Entity::find()
        .select_only()
        .column(Number)
        // As the index of these rows says it.
        .filter(Expr::col(Told).gt(Expr::col(Number)))
        .filter(Told.gt(read_through))
        .filter(Number.lte(read_through))
        .order_by_desc(Told)
        .limit(REACH)
        .into_tuple()
        .all(db)
        .await
}

/// As the index of these rows says it.
pub(super) fn is_put_back() -> SimpleExpr {
    Expr::col((receipts::Entity, receipts::Column::IsUnread)).eq(Expr::cust("TRUE"))
}

/// Of these posts, those that are not the user's own, and that they have not read by themselves.
async fn not_read(
    db: &impl ConnectionTrait,
    user: UserId,
    numbers: Vec<i64>,
) -> Result<Vec<UnreadPost>, DbErr> {
    use posts::Column::{AuthorId, Id, Kind, Number, OfServer, PublishedMs, ResolvedMs, Severity, Told};
    let read_at = || Expr::col((receipts::Entity, receipts::Column::ReadAt));
    let read = Query::select()
        .expr(Expr::val(1))
        .from(receipts::Entity)
        .and_where(receipts::Column::UserId.eq(user.0))
        .and_where(Expr::col((receipts::Entity, receipts::Column::PostId)).equals((posts::Entity, Id)))
        .and_where(receipts::Column::IsUnread.eq(false))
        .and_where(read_at().gte(Expr::col((posts::Entity, Number))))
        .and_where(read_at().gte(Expr::col((posts::Entity, Told))))
        .to_owned();
    let rows = posts::Entity::find()
        .select_only()
        .columns([Id, Number, Told, Kind, Severity, PublishedMs, ResolvedMs])
        .filter(Number.is_in(numbers))
        // The column itself, of which PostgreSQL knows that it is seldom so.
        .filter(AuthorId.ne(user.0).or(OfServer.into_expr()))
        .filter(Expr::exists(read).not())
        .order_by_desc(Number)
        .into_tuple::<(i64, i64, i64, _, _, i64, Option<i64>)>()
        .all(db)
        .await?;
    let post = |(id, number, told, kind, severity, published_ms, resolved_ms)| UnreadPost {
        id,
        number,
        told: Ord::max(told, number),
        kind,
        severity,
        published_ms,
        is_over: Option::<i64>::is_some(&resolved_ms),
        snoozed_ms: None,
    };
    Ok(rows.into_iter().map(post).collect())
}

impl Unread {
    /// Whether a post is among them.
    pub fn has(&self, post: i64) -> bool {
        self.of(post).is_some()
    }

    /// A post, if it is among them.
    pub fn of(&self, post: i64) -> Option<&UnreadPost> {
        self.posts.iter().find(|unread| unread.id == post)
    }

    /// Those that the filter lists, newest first, whatever its place in the list. Fails as the database does.
    pub async fn listed(
        &self,
        db: &impl ConnectionTrait,
        filter: &Filter,
    ) -> Result<Vec<&UnreadPost>, DbErr> {
        let is_listed = |post: &&UnreadPost| {
            filter.kind.is_none_or(|kind| kind == post.kind)
                && filter.severity.is_none_or(|severity| Some(severity) == post.severity)
        };
        let mut listed: Vec<_> = self.posts.iter().filter(is_listed).collect();
        let numbers = listed.iter().map(|post| post.number).collect();
        let wanted: HashSet<i64> = search::among(db, filter, numbers).await?.into_iter().collect();
        listed.retain(|post| wanted.contains(&post.number));
        Ok(listed)
    }

    /// Up to where everything is read, if that is far enough above the reader's number to be written.
    pub(super) fn settles(&self) -> Option<i64> {
        let through = self.reader.read_through;
        let new: Vec<_> = self.posts.iter().filter(|post| post.told > through).collect();
        let settled = new.iter().map(|post| post.told - 1).min().unwrap_or(self.as_of);
        let is_far = self.candidates >= new.len() + WORTH_SETTLING && settled > through;
        (is_far || !self.is_known).then_some(settled)
    }
}
