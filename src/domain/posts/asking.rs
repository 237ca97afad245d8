//! What posts ask of those whom they reached: that they say that they have seen it. Whether a post still asks something of
//! somebody is found here, for whatever stays in sight until then. Whatever takes a `db` fails as the database does.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    domain::{
        posts::{Audience as Whom, Post, shared_lists::SharedLists},
        users::{self, User},
    },
    entities::{receipts, receipts::Column},
    ids::UserId,
    live::audience::Viewer,
};

/// Which of these posts, which this person may see, still ask something of them.
pub async fn asking<'a>(
    db: &impl ConnectionTrait,
    user: &User,
    posts: impl IntoIterator<Item = &'a Post>,
) -> Result<HashSet<i64>, DbErr> {
    let asked: HashSet<_> =
        posts.into_iter().filter(|post| is_asked(post, user)).map(|post| post.id).collect();
    let said = said(db, user.user_id(), asked.iter().copied()).await?;
    Ok(asked.into_iter().filter(|post| !said.contains_key(post)).collect())
}

/// The numbers of the posts that still ask something of this person, newest first. They are looked for among the newest that
/// ask anybody, of which there are few.
pub(super) async fn open_numbers(
    db: &impl ConnectionTrait,
    user: &User,
    viewer: &Viewer,
    shared: &SharedLists,
) -> Result<Vec<i64>, DbErr> {
    let visible = || shared.asking.iter().filter(|post| shared.is_for(viewer, post.number));
    let asking = asking(db, user, visible()).await?;
    Ok(visible().filter(|post| asking.contains(&post.id)).map(|post| post.number).collect())
}

/// Whether a post asks something of this person who may see it, whatever they said already: not of its author, nor of who
/// joined the organisation later and was not reached.
fn is_asked(post: &Post, user: &User) -> bool {
    post.is_asking() && reaches(post, user)
}

/// Whether a post that this person may see reached them as a reader.
pub fn reaches(post: &Post, user: &User) -> bool {
    let was_there = post.audience != Whom::Everyone || user.from_number < post.number;
    post.writer() != Some(user.user_id()) && was_there
}

/// What somebody said of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSaid {
    /// When they last said that they have seen it, in Unix milliseconds.
    pub at_ms: i64,
    /// Which of its answers they gave, from 0.
    pub answer: Option<i32>,
    /// Who answered in their place.
    pub by: Option<String>,
    /// Who helps them, if they need help and somebody does.
    pub taken_by: Option<String>,
}

/// What this person said of these posts, by post.
pub async fn said(
    db: &impl ConnectionTrait,
    user: UserId,
    posts: impl IntoIterator<Item = i64>,
) -> Result<HashMap<i64, OwnSaid>, DbErr> {
    let posts: Vec<_> = posts.into_iter().collect();
    if posts.is_empty() {
        return Ok(HashMap::new());
    }
    let columns =
        [Column::PostId, Column::AcknowledgedMs, Column::Answer, Column::AnsweredBy, Column::TakenBy];
    let rows = receipts::Entity::find()
        .select_only()
        .columns(columns)
        .filter(Column::UserId.eq(user.0))
        .filter(Column::PostId.is_in(posts))
        .filter(Column::AcknowledgedMs.is_not_null());
    let rows = rows.into_tuple::<(i64, i64, Option<i32>, Option<i64>, Option<i64>)>().all(db).await?;
    let others: HashSet<_> =
        rows.iter().flat_map(|(.., by, taken)| [*by, *taken]).flatten().map(UserId).collect();
    let names = users::names(db, others).await?;
    let name = |by: i64| names.get(&UserId(by)).cloned().unwrap_or_default();
    let said = rows.into_iter().map(|(post, at_ms, answer, by, taken)| {
        (post, OwnSaid { at_ms, answer, by: by.map(name), taken_by: taken.map(name) })
    });
    Ok(said.collect())
}
