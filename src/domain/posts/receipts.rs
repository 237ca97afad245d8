//! Receipts: what each person has read. It is state, numbered by rev, and said in numbers of the log: a person has read
//! what was told up to one number, and beside that there are receipts of single posts, of what they read after it, and of
//! what they put back to be read later. One's own posts are read.
//!
//! Whatever takes a `db` fails as the database does.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    db,
    domain::{
        posts::{Post, asking},
        users,
    },
    entities::{markings, receipts},
    ids::UserId,
    live::audience::Viewer,
};

pub use self::{
    queue::{Done, ReceiptQueue, TAKE_BACK_TIME, What},
    unread::{Known, Unread, UnreadPost, unread, unread_of},
};
pub(in crate::domain::posts) use queue::hold;

mod queue;
pub mod returns;
pub mod snoozes;
mod unread;

/// Markings can be undone for so long.
pub const KEEP_MARKINGS: Duration = Duration::from_secs(24 * 60 * 60);

/// A stream is told of so many receipts at once; of more, it gets everything anew.
const MAX_TOLD: u64 = 200;

/// What there is to tell somebody of their receipts.
#[derive(Debug)]
pub struct News {
    /// Up to where this is.
    pub rev: i64,
    /// Whether whatever else was told before counts no more.
    pub is_whole: bool,
    /// How many posts are unread.
    pub unread: usize,
    /// By post, how it is: of those that changed, or of all that are unread and those that were read last.
    pub posts: BTreeMap<i64, ReadState>,
    /// Up to where their number could move.
    pub settles: Option<i64>,
}

/// What is so of a post for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadState {
    /// Whether it is read, or waits to be.
    pub is_read: bool,
    /// Until when it waits, in Unix milliseconds.
    pub snoozed_until_ms: Option<i64>,
    /// Of what has come back: since when it had waited, in Unix milliseconds.
    pub snoozed_ms: Option<i64>,
    /// When they said that they have seen it, in Unix milliseconds.
    pub acknowledged_ms: Option<i64>,
    /// Which of its answers they gave, from 0.
    pub answer: Option<i32>,
    /// Who gave it in their place.
    pub answered_by: Option<String>,
    /// Who helps them, if they need help and somebody does.
    pub taken_by: Option<String>,
    /// When they were last reminded of it, in Unix milliseconds.
    pub reminded_ms: Option<i64>,
}

/// What changed after this rev for the viewer; everything, without one, or if it is too much. `told_again` is what anybody was told
/// of again, if that is known.
pub async fn news(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    since: Option<i64>,
    told_again: Option<&[(i64, i64)]>,
) -> Result<News, DbErr> {
    // Before their receipts: what is done in between has a later rev, and is told next.
    let reader = unread::reader(db, viewer.user).await?;
    let marked_rev = reader.as_ref().map_or(0, |reader| reader.marked_rev);
    let changed = match since.filter(|since| *since >= marked_rev) {
        Some(since) => Some(latest(db, viewer.user, Some(since), MAX_TOLD + 1).await?),
        None => None,
    };
    let changed = changed.filter(|rows| rows.len() as u64 <= MAX_TOLD);
    let is_whole = changed.is_none();
    let rows = match changed {
        Some(rows) => rows,
        None => latest(db, viewer.user, None, MAX_TOLD).await?,
    };
    // Who has fewer than are read at once has no others.
    let has_all = is_whole && (rows.len() as u64) < MAX_TOLD;
    let put_back =
        || rows.iter().filter(|row| row.is_unread).map(|row| (row.number, row.snoozed_ms)).collect();
    let known = Known { told_again, put_back: has_all.then(put_back) };
    let found = unread_of(db, viewer, reader, known).await?;
    // What is put back beyond the reach of the list counts as read, as the list has it.
    let others: HashSet<_> =
        rows.iter().flat_map(|row| [row.answered_by, row.taken_by]).flatten().map(UserId).collect();
    let names = users::names(db, others).await?;
    let state = |row: &receipts::Model| {
        let (acknowledged_ms, answer, reminded_ms) = (row.acknowledged_ms, row.answer, row.reminded_ms);
        let name = |by: i64| names.get(&UserId(by)).cloned().unwrap_or_default();
        let (answered_by, taken_by) = (row.answered_by.map(name), row.taken_by.map(name));
        match found.of(row.post_id) {
            Some(unread) => ReadState {
                acknowledged_ms,
                answer,
                answered_by,
                taken_by,
                reminded_ms,
                ..ReadState::of_unread(unread)
            },
            None => ReadState {
                is_read: true,
                snoozed_until_ms: row.snoozed_until_ms,
                snoozed_ms: None,
                acknowledged_ms,
                answer,
                answered_by,
                taken_by,
                reminded_ms,
            },
        }
    };
    let mut posts: BTreeMap<_, _> = rows.iter().map(|row| (row.post_id, state(row))).collect();
    if is_whole {
        let others: Vec<_> = found.posts.iter().filter(|unread| !posts.contains_key(&unread.id)).collect();
        let asked = others.iter().filter(|_| !has_all).map(|unread| unread.id);
        let said = asking::said(db, viewer.user, asked).await?;
        posts.extend(others.into_iter().map(|unread| {
            let said = said.get(&unread.id);
            let (acknowledged_ms, answer) = (said.map(|said| said.at_ms), said.and_then(|said| said.answer));
            let answered_by = said.and_then(|said| said.by.clone());
            let taken_by = said.and_then(|said| said.taken_by.clone());
            let unread_state = ReadState::of_unread(unread);
            (unread.id, ReadState { acknowledged_ms, answer, answered_by, taken_by, ..unread_state })
        }));
    }
    let (rev, unread, settles) = (found.reader.rev, found.posts.len(), found.settles());
    Ok(News { rev, is_whole, unread, posts, settles })
}

/// Whether a post was read by somebody by itself since it was last told, and since they last marked many, or waits until they
/// want to see it: then there is nothing to write.
pub async fn is_settled(db: &impl ConnectionTrait, user: UserId, post: &Post) -> Result<bool, DbErr> {
    let Some(receipt) = receipts::Entity::find_by_id((user.0, post.id)).one(db).await? else {
        return Ok(false);
    };
    if receipt.snoozed_until_ms.is_some() {
        return Ok(true);
    }
    if receipt.read_at < post.told_by() {
        return Ok(false);
    }
    let reader = unread::reader(db, user).await?;
    Ok(!receipt.is_unread && reader.is_some_and(|reader| receipt.rev > reader.marked_rev))
}

/// Whether a post that this person may see, and did not write, is read: as the list has it, but for its reach.
pub async fn is_read(db: &impl ConnectionTrait, user: UserId, post: &Post) -> Result<bool, DbErr> {
    let told = post.told_by();
    if let Some(receipt) = receipts::Entity::find_by_id((user.0, post.id)).one(db).await?
        && (receipt.is_unread || receipt.read_at >= told)
    {
        return Ok(!receipt.is_unread);
    }
    // Of somebody whose number is not known yet, everything is read.
    Ok(unread::reader(db, user).await?.is_none_or(|reader| reader.read_through >= told))
}

/// How many posts a marking of this person's took as read; `None` if there is no such marking.
pub async fn marked(db: &impl ConnectionTrait, user: UserId, marking: i64) -> Result<Option<usize>, DbErr> {
    let found = markings::Entity::find_by_id(marking).filter(markings::Column::UserId.eq(user.0));
    Ok(found.one(db).await?.map(|marking| marking.post_ids().len()))
}

/// Forgets markings from before `cut`, at most `count`; how many they were.
pub async fn sweep(db: &impl ConnectionTrait, cut: i64, count: u64) -> Result<u64, DbErr> {
    let at = markings::Column::AtMs;
    db::delete_first::<markings::Entity>(db, at, at.lt(cut), count).await
}

/// The time of the oldest marking.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let oldest = markings::Entity::find().select_only().column(markings::Column::AtMs);
    oldest.order_by_asc(markings::Column::AtMs).into_tuple().one(db).await
}

async fn latest(
    db: &impl ConnectionTrait,
    user: UserId,
    since: Option<i64>,
    count: u64,
) -> Result<Vec<receipts::Model>, DbErr> {
    receipts::Entity::find()
        .filter(receipts::Column::UserId.eq(user.0))
        .filter(receipts::Column::Rev.gt(since.unwrap_or(-1)))
        .order_by_desc(receipts::Column::Rev)
        .limit(count)
        .all(db)
        .await
}

impl ReadState {
    fn of_unread(unread: &UnreadPost) -> Self {
        Self {
            is_read: false,
            snoozed_until_ms: None,
            snoozed_ms: unread.snoozed_ms,
            acknowledged_ms: None,
            answer: None,
            answered_by: None,
            taken_by: None,
            reminded_ms: None,
        }
    }
}

impl markings::Model {
    /// The posts that were unread before.
    fn post_ids(&self) -> Vec<i64> {
        self.posts.split(',').filter_map(|id| id.parse().ok()).collect()
    }

    /// A row of these posts.
    fn of(user: UserId, rev: i64, posts: &[i64], at_ms: i64) -> markings::ActiveModel {
        let posts: Vec<_> = posts.iter().map(i64::to_string).collect();
        markings::ActiveModel {
            user_id: Set(user.0),
            rev: Set(rev),
            posts: Set(posts.join(",")),
            at_ms: Set(at_ms),
            ..Default::default()
        }
    }
}
