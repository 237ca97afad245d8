//! The roster of a post: whom it reached, and what each of them said of it. Reading is told as a number alone, and of fewer
//! than ten people not at all; by name are told those who were asked to say that they have seen it. Whatever takes a `db`
//! fails as the database does.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, Query, SelectStatement},
};

use crate::{
    domain::{
        groups,
        organisation::{self, Receipts},
        posts::{
            Post,
            answers::{self, Meaning},
            roster::recipients::Recipients,
        },
        search::{self, Kind, Place, Portion, Search},
        users::{self, User},
    },
    entities::{post_acts, post_groups, readers, receipts, users as user_table},
    ids::{GroupId, UserId},
    names,
};

pub use self::{seen::Seen, view::View};
pub use crate::entities::post_groups::Model as PostGroup;

mod recipients;
mod seen;
mod sent;
mod view;

/// How many of fewer people have read something is not told: it would tell of one of them.
pub const FEW: u64 = 10;

/// Recipients of so few are looked for among their own, of more among all people.
const SMALL: u64 = 1_000;

/// So many changes are told one by one.
const MAX_CHANGED: u64 = 200;

/// How many did what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Numbers {
    /// Whom it reached.
    pub recipients: u64,
    /// To whose open pages it was sent; none where that is not told.
    pub sent: Option<u64>,
    /// Who has read it; none where that is not told.
    pub read: Option<u64>,
    /// Who said that they have seen it.
    pub acknowledged: u64,
    /// Who is asked still.
    pub outstanding: u64,
}

/// What somebody said of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// That they have seen it.
    Acknowledged,
    /// Nothing yet.
    Outstanding,
    /// Nothing, and they are asked no more: they may not sign in, or not see it.
    Apart,
}

/// Which people are listed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of this state.
    pub state: Option<State>,
    /// Only who gave this one of its answers, from 0.
    pub answer: Option<i32>,
    /// Only who was in this group when the post was published to it.
    pub group: Option<GroupId>,
    /// Only these.
    pub among: Option<Vec<i64>>,
    /// Only whom it was for before this event already.
    pub had_before: Option<i64>,
    /// Only whose name has these words, and from where on.
    pub search: Search,
}

/// One of the recipients.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Who it is.
    pub user: User,
    /// What they said.
    pub state: State,
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

/// How many did what.
pub async fn numbers(db: &impl ConnectionTrait, post: &Post, view: View) -> Result<Numbers, DbErr> {
    let to = Recipients::of(db, post, view).await?;
    let recipients = count(db, to.include(user_id())).await?;
    let acknowledged = receipts::Entity::find()
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::AcknowledgedMs.is_not_null())
        .filter(to.tell_of(receiver()))
        .count(db)
        .await?;
    let outstanding = match post.is_asking() {
        true => count(db, to.include(user_id()).add(is_in(State::Outstanding, to, post))).await?,
        false => 0,
    };
    let receipts = receipts_of(db, post).await?;
    let is_told = match receipts {
        Some(Receipts::Names) => true,
        Some(Receipts::Numbers) => recipients >= FEW,
        Some(Receipts::Nothing) | None => false,
    };
    let read = match is_told {
        true => Some(count(db, to.include(user_id()).add(seen::has_read(post))).await?),
        false => None,
    };
    let is_noted = post.acknowledge || receipts == Some(Receipts::Names);
    let sent = match is_noted && is_told {
        true => Some(sent::count(db, post, to).await?),
        false => None,
    };
    Ok(Numbers { recipients, sent, read, acknowledged, outstanding })
}

/// Whether its author sees whom it reached by name: where it asks them to say something, or the organisation lets authors see
/// who has read it.
pub async fn has_names(db: &impl ConnectionTrait, post: &Post) -> Result<bool, DbErr> {
    Ok(post.acknowledge || receipts_of(db, post).await? == Some(Receipts::Names))
}

/// What its author sees of who has read it; none, when that is no longer kept.
pub async fn receipts_of(db: &impl ConnectionTrait, post: &Post) -> Result<Option<Receipts>, DbErr> {
    if sent::are_forgotten(db, post).await? {
        return Ok(None);
    }
    organisation::receipts_of(db, post.number).await.map(Some)
}

/// The recipients, by name, at most `limit`.
pub async fn list(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
    filter: &Filter,
    limit: u64,
) -> Result<Portion<Entry>, DbErr> {
    let to = Recipients::of(db, post, view).await?;
    let mut is_listed = to.include(user_id());
    if let Some(state) = filter.state {
        is_listed = is_listed.add(is_in(state, to, post));
    }
    if let Some(answer) = filter.answer {
        is_listed = is_listed.add(user_id().in_subquery(who_answered(post, [answer])));
    }
    if let Some(group) = filter.group {
        is_listed = is_listed.add(to.in_group(user_id(), group));
    }
    if let Some(among) = &filter.among {
        is_listed = is_listed.add(user_id().is_in(among.iter().copied()));
    }
    if let Some(number) = filter.had_before {
        is_listed = is_listed.add(to.before(number).include(user_id()));
    }
    let is_small = count_up_to(db, to.include(user_id()), SMALL + 1).await? <= SMALL;
    let found = if is_small {
        among_few(db, &filter.search, is_listed, limit).await?
    } else {
        let mut this = Query::select();
        this.expr(Expr::value(1)).from(user_table::Entity);
        this.and_where(user_id().eq(search::row_id())).cond_where(is_listed.clone());
        search::find(db, Kind::User, &filter.search, limit, Some(Expr::exists(this))).await?
    };
    let found = users::rows(db, found).await?;
    let next = found.next.clone();
    Ok(Portion { rows: entries(db, post, to, found.rows).await?, next })
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

async fn entries(
    db: &impl ConnectionTrait,
    post: &Post,
    to: Recipients,
    users: Vec<User>,
) -> Result<Vec<Entry>, DbErr> {
    let mut said = said(db, post, &users).await?;
    let asked = still_asked(db, to, &users).await?;
    let others = said.values().flat_map(|said| [said.taken_by, said.answered_by]).flatten();
    let names = users::names(db, others.map(UserId).collect::<HashSet<_>>()).await?;
    let is_by_name = receipts_of(db, post).await? == Some(Receipts::Names);
    let seen = if is_by_name { Some(seen::of(db, post, &users).await?) } else { None };
    let of = |user: User| {
        let seen = seen.as_ref().map(|seen| seen.get(&user.id).copied().unwrap_or_default());
        Entry { seen, ..Entry::of(user, &mut said, &asked, &names) }
    };
    Ok(users.into_iter().map(of).collect())
}

/// What may be told of acts of the post, by whose they are.
pub(super) async fn told_acts(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
) -> Result<Condition, DbErr> {
    let whose = Expr::col((post_acts::Entity, post_acts::Column::UserId));
    Ok(Recipients::of(db, post, view).await?.tell_of(whose))
}

/// Which of these people it reached.
pub(super) async fn reached_among(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
    people: &[i64],
) -> Result<Vec<i64>, DbErr> {
    let to = Recipients::of(db, post, view).await?;
    let these = user_table::Entity::find().select_only().column(user_table::Column::Id);
    let these = these.filter(user_table::Column::Id.is_in(people.iter().copied()));
    these.filter(to.include(user_id())).into_tuple().all(db).await
}

/// How many gave each of the post's answers.
pub async fn tally(db: &impl ConnectionTrait, post: &Post, view: View) -> Result<Vec<u64>, DbErr> {
    let mut tally = vec![0; answers::of(post).len()];
    if tally.is_empty() {
        return Ok(tally);
    }
    let to = Recipients::of(db, post, view).await?;
    let rows = receipts::Entity::find()
        .select_only()
        .column(receipts::Column::Answer)
        .column_as(receipts::Column::UserId.count(), "people")
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::Answer.is_not_null())
        .filter(to.tell_of(receiver()))
        .group_by(receipts::Column::Answer);
    for (answer, people) in rows.into_tuple::<(i32, i64)>().all(db).await? {
        if let Some(count) = usize::try_from(answer).ok().and_then(|answer| tally.get_mut(answer)) {
            *count = people.unsigned_abs();
        }
    }
    Ok(tally)
}

/// Who needs help, whom nobody has taken first, and of those the longest waiting, at most `limit`.
pub async fn needing_help(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
    limit: u64,
) -> Result<Vec<Entry>, DbErr> {
    let offers = answers::of(post);
    let help = offers.iter().enumerate().filter(|(_, offer)| offer.kind == Meaning::Help);
    let help: Vec<i32> = help.filter_map(|(index, _)| i32::try_from(index).ok()).collect();
    if help.is_empty() {
        return Ok(Vec::new());
    }
    let to = Recipients::of(db, post, view).await?;
    let waiting = receipts::Entity::find()
        .select_only()
        .column(receipts::Column::UserId)
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::Answer.is_in(help))
        .filter(to.tell_of(receiver()))
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

/// The rev of the last change of what anybody did with the post; none, if nobody did anything.
pub async fn rev(db: &impl ConnectionTrait, post: &Post) -> Result<Option<i64>, DbErr> {
    let newest = receipts::Entity::find()
        .select_only()
        .column(receipts::Column::Rev)
        .filter(receipts::Column::PostId.eq(post.id))
        .order_by_desc(receipts::Column::Rev)
        .limit(1);
    newest.into_tuple().one(db).await
}

/// The rev of the last change of what anybody did with any post.
pub async fn newest_rev(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let newest = readers::Entity::find()
        .select_only()
        .column(readers::Column::Rev)
        .order_by_desc(readers::Column::Rev)
        .limit(1);
    Ok(newest.into_tuple().one(db).await?.unwrap_or_default())
}

/// What somebody was told of a roster already.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// What people did with the post, up to this rev.
    pub rev: i64,
    /// What they did with any post, up to this one.
    pub all_through: i64,
    /// To whose pages it was sent, up to this time, in Unix milliseconds.
    pub at_ms: i64,
}

/// Of the recipients who said something of the post since then, or took it back, the last `MAX_CHANGED`; where it is told who
/// has read it, those, too, who have read it since, or to whose pages it was sent.
pub async fn changed(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
    since: Option<Told>,
) -> Result<Vec<Entry>, DbErr> {
    let to = Recipients::of(db, post, view).await?;
    let rev = since.map_or(0, |told| told.rev);
    let newest = receipts::Entity::find()
        .select_only()
        .column(receipts::Column::UserId)
        .filter(receipts::Column::PostId.eq(post.id))
        .filter(receipts::Column::AcknowledgedRev.gt(rev))
        .filter(to.tell_of(receiver()))
        .order_by_desc(receipts::Column::AcknowledgedRev)
        .limit(MAX_CHANGED);
    let mut users: Vec<i64> = newest.into_tuple().all(db).await?;
    if let Some(told) = since
        && receipts_of(db, post).await? == Some(Receipts::Names)
    {
        users.extend(seen::since(db, post, told, MAX_CHANGED).await?);
    }
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let these = user_table::Entity::find().filter(user_table::Column::Id.is_in(users));
    entries(db, post, to, these.filter(to.include(user_id())).all(db).await?).await
}

/// The groups that the post was published to and whose people may be told apart, by name.
pub async fn groups(db: &impl ConnectionTrait, post: &Post, view: View) -> Result<Vec<PostGroup>, DbErr> {
    let mut of_post = post_groups::Entity::find().filter(post_groups::Column::PostId.eq(post.id));
    if view == View::WithoutClosed {
        of_post = of_post.filter(post_groups::Column::GroupId.in_subquery(groups::closed()).not());
    }
    let mut groups = of_post.all(db).await?;
    groups.sort_by_cached_key(|group| names::sort_key(&group.name));
    Ok(groups)
}

impl State {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Outstanding => "outstanding",
            Self::Apart => "apart",
        }
    }

    /// The state of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Acknowledged, Self::Outstanding, Self::Apart].into_iter().find(|state| state.word() == word)
    }
}

impl Entry {
    fn of(
        user: User,
        said: &mut HashMap<i64, receipts::Model>,
        asked: &[i64],
        names: &HashMap<UserId, String>,
    ) -> Self {
        let said = said.remove(&user.id);
        let at_ms = said.as_ref().and_then(|said| said.acknowledged_ms);
        let state = match at_ms {
            Some(_) => State::Acknowledged,
            None if asked.contains(&user.id) => State::Outstanding,
            None => State::Apart,
        };
        let answer = said.as_ref().and_then(|said| said.answer);
        let taken = said.as_ref().and_then(|said| said.taken_by.zip(said.taken_ms));
        let name = |id: i64| names.get(&UserId(id)).cloned().unwrap_or_default();
        let taken = taken.map(|(by, ms)| (name(by), ms));
        let by = said.as_ref().and_then(|said| said.answered_by).map(name);
        let (note, telephone) = said.map_or((None, None), |said| (said.note, said.telephone));
        Self { user, state, at_ms, answer, note, telephone, taken, by, seen: None }
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

/// Whether a row of `users`, who is a recipient, is in this state.
fn is_in(state: State, to: Recipients, post: &Post) -> Condition {
    let is_acknowledged = user_id().in_subquery(who_acknowledged(post));
    let is_asked = to.still_include(user_id()).add(users::who_may_sign_in());
    match state {
        State::Acknowledged => Condition::all().add(is_acknowledged),
        State::Outstanding => is_asked.add(is_acknowledged.not()),
        State::Apart => Condition::all().add(is_acknowledged.not()).add(is_asked.not()),
    }
}

fn who_acknowledged(post: &Post) -> SelectStatement {
    Query::select()
        .column(receipts::Column::UserId)
        .from(receipts::Entity)
        .and_where(receipts::Column::PostId.eq(post.id))
        .and_where(receipts::Column::AcknowledgedMs.is_not_null())
        .to_owned()
}

fn who_answered(post: &Post, answers: impl IntoIterator<Item = i32>) -> SelectStatement {
    Query::select()
        .column(receipts::Column::UserId)
        .from(receipts::Entity)
        .and_where(receipts::Column::PostId.eq(post.id))
        .and_where(receipts::Column::Answer.is_in(answers))
        .to_owned()
}

async fn among_few(
    db: &impl ConnectionTrait,
    search: &Search,
    is_listed: Condition,
    limit: u64,
) -> Result<Portion<i64>, DbErr> {
    let place = Expr::col((user_table::Entity, user_table::Column::SortKey));
    let mut query = Query::select();
    query
        .expr_as(place.clone(), Alias::new("place"))
        .expr_as(user_id(), Alias::new("id"))
        .from(user_table::Entity)
        .cond_where(is_listed)
        .and_where(place.clone().is_not_null());
    for word in search.words() {
        query.and_where(search::has_word(Kind::User, &word, place.clone(), user_id()));
    }
    let rows = db.query_all(&query).await?;
    let found: Result<Vec<Place>, _> = rows.iter().map(|row| Place::from_query_result(row, "")).collect();
    let mut found = found?;
    found.retain(|found| search.after.as_ref().is_none_or(|after| found > after));
    found.sort();
    Ok(search::cut(found, limit, None))
}

async fn count(db: &impl ConnectionTrait, are_meant: Condition) -> Result<u64, DbErr> {
    let these = user_table::Entity::find().select_only().column(user_table::Column::Id);
    these.filter(are_meant).count(db).await
}

async fn count_up_to(db: &impl ConnectionTrait, are_meant: Condition, limit: u64) -> Result<u64, DbErr> {
    let some = user_table::Entity::find().select_only().column(user_table::Column::Id);
    some.filter(are_meant).limit(limit).count(db).await
}

fn user_id() -> Expr {
    Expr::col((user_table::Entity, user_table::Column::Id))
}

fn receiver() -> Expr {
    Expr::col((receipts::Entity, receipts::Column::UserId))
}
