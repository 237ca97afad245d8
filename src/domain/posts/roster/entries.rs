//! What single recipients of a post said of it. Everything here fails as the database does.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::{
    RosterState, added, receipts_of, recipient,
    recipients::Recipients,
    seen::{self, Seen},
    user_id,
};
use crate::{
    domain::{
        organisation::Receipts,
        posts::{
            Post,
            answers::{self, Offer},
            roster::View,
        },
        users::{self, User},
    },
    entities::{receipts, users as user_table},
    ids::UserId,
};

/// One of the recipients.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Who it is.
    pub user: User,
    /// When it reached them, if it was not for them when it was published, in Unix milliseconds.
    pub added_ms: Option<i64>,
    /// What they said.
    pub state: RosterState,
    /// When, in Unix milliseconds.
    pub at_ms: Option<i64>,
    /// Which of the answers they gave, from 0.
    pub answer: Option<i32>,
    /// What they said beside it.
    pub note: Option<String>,
    /// By which number they can be called.
    pub telephone: Option<String>,
    /// Who helps them, and since when, in Unix milliseconds.
    pub taken: Option<(String, i64)>,
    /// Who answered in their place.
    pub by: Option<String>,
    /// Whether it was sent to an open page of theirs, and whether they have read it; none where that is told of nobody.
    pub seen: Option<Seen>,
}

/// One of the recipients; none, if it did not reach them.
pub async fn entry(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
    user: UserId,
) -> Result<Option<Entry>, DbErr> {
    let to = Recipients::of(db, post, view).await?;
    let this = user_table::Entity::find_by_id(user.0).filter(to.include(user_id()));
    Ok(entries(db, post, to, this.all(db).await?).await?.pop())
}

pub(super) async fn entries(
    db: &impl ConnectionTrait,
    post: &Post,
    to: Recipients,
    users: Vec<User>,
) -> Result<Vec<Entry>, DbErr> {
    let mut said = said(db, post, &users).await?;
    let asked = if post.is_asking() { still_asked(db, to, &users).await? } else { Vec::new() };
    let others = said.values().flat_map(|said| [said.taken_by, said.answered_by]).flatten();
    let names = users::names(db, others.map(UserId).collect::<HashSet<_>>()).await?;
    let is_by_name = receipts_of(db, post).await? == Some(Receipts::Names);
    let seen = if is_by_name { Some(seen::of(db, post, &users).await?) } else { None };
    let added = added::of(db, post, to, &users).await?;
    let of = |user: User| {
        let seen = seen.as_ref().map(|seen| seen.get(&user.id).copied().unwrap_or_default());
        Entry { added_ms: added.get(&user.id).copied(), seen, ..Entry::of(user, &mut said, &asked, &names) }
    };
    Ok(users.into_iter().map(of).collect())
}

/// Who needs help, whom nobody has taken first, and of those the longest waiting, at most `limit`.
pub async fn needing_help(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let help = answers::of_help(post);
    if help.is_empty() {
        return Ok(Vec::new());
    }
    let to = Recipients::of(db, post, view).await?;
    let waiting = receipts::Entity::find()
        .select_only()
        .column(receipts::Column::UserId)
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::Answer.is_in(help))
        .filter(to.tell_of(recipient()))
        .order_by_asc(Expr::col(receipts::Column::TakenMs).is_not_null())
        .order_by_asc(receipts::Column::AcknowledgedMs)
        .limit(limit);
    let waiting: Vec<i64> = waiting.into_tuple().all(db).await?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let users = user_table::Entity::find().filter(user_table::Column::Id.is_in(waiting)).all(db).await?;
    let mut found = entries(db, post, to, users).await?;
    found.sort_by_key(|entry| (entry.taken.is_some(), entry.at_ms));
    Ok(found)
}

impl Entry {
    /// Which of the post's answers they gave.
    pub fn offer<'a>(&self, offers: &'a [Offer]) -> Option<&'a Offer> {
        offers.get(usize::try_from(self.answer?).ok()?)
    }

    fn of(
        user: User,
        said: &mut HashMap<i64, receipts::Model>,
        asked: &[i64],
        names: &HashMap<UserId, String>,
    ) -> Self {
        let said = said.remove(&user.id);
        let at_ms = said.as_ref().and_then(|said| said.acknowledged_ms);
        let state = match at_ms {
            Some(_) => RosterState::Acknowledged,
            None if asked.contains(&user.id) => RosterState::Outstanding,
            None => RosterState::Apart,
        };
        let answer = said.as_ref().and_then(|said| said.answer);
        let taken = said.as_ref().and_then(|said| said.taken_by.zip(said.taken_ms));
        let name = |id: i64| names.get(&UserId(id)).cloned().unwrap_or_default();
        let taken = taken.map(|(by, ms)| (name(by), ms));
        let by = said.as_ref().and_then(|said| said.answered_by).map(name);
        let (note, telephone) = said.map_or((None, None), |said| (said.note, said.telephone));
        Self { user, added_ms: None, state, at_ms, answer, note, telephone, taken, by, seen: None }
    }
}

/// What those of these users said who said anything, by their ids.
async fn said(
    db: &impl ConnectionTrait,
    post: &Post,
    users: &[User],
) -> Result<HashMap<i64, receipts::Model>, DbErr> {
    let rows = receipts::Entity::find()
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::UserId.is_in(users.iter().map(|user| user.id)))
        .filter(receipts::Column::AcknowledgedMs.is_not_null());
    Ok(rows.all(db).await?.into_iter().map(|row| (row.user_id, row)).collect())
}

/// Which of these users may sign in and see it still.
async fn still_asked(db: &impl ConnectionTrait, to: Recipients, users: &[User]) -> Result<Vec<i64>, DbErr> {
    let these = user_table::Entity::find()
        .select_only()
        .column(user_table::Column::Id)
        .filter(user_table::Column::Id.is_in(users.iter().map(|user| user.id)))
        .filter(users::who_may_sign_in())
        .filter(to.still_include(user_id()));
    these.into_tuple().all(db).await
}
