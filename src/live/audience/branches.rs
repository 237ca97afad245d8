//! The rule as SQL: which posts, or which events, somebody may see. It is asked in the order of the list, as one ordered
//! branch with a limit for each way in which a post can be somebody's, united: so it costs what it returns, however much
//! they ever got and however much there is for others.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, ExprTrait, Order,
    sea_query::{Alias, Condition, Expr, Query, SelectStatement, SimpleExpr, UnionType},
};

use crate::{
    entities::audiences::{
        self,
        Column::{Changed, FromNumber, Number, Subject, ToNumber},
        Scope, Urgency,
    },
    ids::UserId,
    live::audience::{Membership, Viewer, members_at},
};

mod among;
mod many_groups;

pub use among::{Among, newest_among};

/// SQLite unites at most 500 selects.
const MAX_BRANCHES: usize = 200;

/// What each branch and the whole give: numbers of posts, or ids of events.
const AT: &str = "at";

/// Which part of somebody's list.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Only posts with a number below this one.
    pub before: Option<i64>,
    /// Only posts of one of these urgencies; of all, when none are given.
    pub urgencies: Vec<Urgency>,
}

/// The numbers of the newest posts that the viewer may see, newest first, at most `count`. Fails as the database does.
pub async fn newest_posts(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    part: &Part,
    count: u64,
) -> Result<Vec<i64>, DbErr> {
    let mut branches = Vec::new();
    for wanted in part.wanted(viewer) {
        let groups = many_groups::newest(db, viewer, &wanted, count).await?;
        branches.extend(list(viewer, &groups, &wanted));
    }
    united(db, branches, Order::Desc, count).await
}

/// The number of the first post after this one that the viewer may see. Fails as the database does.
pub async fn next_post(db: &impl ConnectionTrait, viewer: &Viewer, after: i64) -> Result<Option<i64>, DbErr> {
    // One bound, as for the newest.
    let wanted = Condition::all().add(Number.gt(after)).add(ToNumber.is_null());
    let groups = many_groups::oldest(db, viewer, &wanted).await?;
    let found = united(db, list(viewer, &groups, &wanted), Order::Asc, 1).await?;
    Ok(found.first().copied().filter(|number| *number <= viewer.as_of))
}

/// The ids of the events after `after`, up to `through`, that may concern the viewer, in their order, at most `count`:
/// what each says to them is decided when it is loaded. Fails as the database does.
pub async fn next_events(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    after: i64,
    through: i64,
    count: u64,
) -> Result<Vec<i64>, DbErr> {
    let groups = many_groups::next(db, viewer, after, through, count).await?;
    united(db, pull(viewer, &groups, after, through), Order::Asc, count).await
}

impl Part {
    /// The highest number that a post of it can have.
    fn newest(&self, viewer: &Viewer) -> i64 {
        self.before.map_or(viewer.as_of, |before| Ord::min(viewer.as_of, before.saturating_sub(1)))
    }

    /// What is wanted of rows: for each urgency by itself, so that each is found in the order of the list.
    fn wanted(&self, viewer: &Viewer) -> Vec<Condition> {
        // One bound, not two: of two, SQLite believes that they leave little, and looks through all of it.
        let within = Condition::all().add(Number.lte(self.newest(viewer))).add(ToNumber.is_null());
        let of_urgency = |urgency: &Urgency| within.clone().add(audiences::Column::Urgency.eq(*urgency));
        if self.urgencies.is_empty() { vec![within] } else { self.urgencies.iter().map(of_urgency).collect() }
    }
}

/// The branches of a list: what is the viewer's from the beginning by each of their claims, and what became theirs
/// later by a group.
fn list(viewer: &Viewer, groups: &[Membership], wanted: &Condition) -> Vec<SelectStatement> {
    let own = rows(Number).cond_where(is_own(viewer.user)).cond_where(wanted.clone()).to_owned();
    let wanted = wanted.clone().add(is_no_exception(viewer.user));
    let by_claim = claims(viewer).chain(groups.iter().map(in_group));
    let by_claim = by_claim.map(|claim| rows(Number).cond_where(claim).cond_where(wanted.clone()).to_owned());
    let later = later_by_group(viewer, Number).map(|mut later| later.cond_where(wanted.clone()).to_owned());
    [own].into_iter().chain(by_claim).chain(later).collect()
}

/// The branches of a pull: what began for the viewer with one of these events by each of their claims, what was added to,
/// or taken from, an audience with one of them, and what they had, and has changed.
fn pull(viewer: &Viewer, groups: &[Membership], after: i64, through: i64) -> Vec<SelectStatement> {
    let between = |column: audiences::Column| Condition::all().add(column.gt(after)).add(column.lte(through));
    let began = between(Number).add(began_with_it());
    let all_claims = || claims(viewer).chain([is_own(viewer.user)]);
    let began_by = all_claims().chain(groups.iter().map(in_group));
    let mut branches: Vec<_> =
        began_by.map(|claim| rows(Number).cond_where(claim).cond_where(began.clone()).to_owned()).collect();
    let excepted = Condition::all().add(is(Scope::Except, viewer.user.0)).add(between(Number));
    branches.push(rows(Number).cond_where(excepted).to_owned());
    let ways = || all_claims().chain([is(Scope::Except, viewer.user.0)]);
    for way in ways() {
        let later = way.clone().add(is_later()).add(between(FromNumber));
        branches.push(rows(FromNumber).cond_where(later).to_owned());
        let ended = way.add(ToNumber.is_not_null()).add(between(ToNumber));
        branches.push(rows(ToNumber).cond_where(ended).to_owned());
    }
    let later = later_by_group(viewer, FromNumber);
    branches.extend(later.map(|mut later| later.cond_where(between(FromNumber)).to_owned()));
    if !viewer.memberships.is_empty() {
        let groups = viewer.memberships.iter().map(|one| one.group.0);
        let ended = between(ToNumber).add(ToNumber.is_not_null()).add(Subject.is_in(groups));
        let ended = ended.add(audiences::Column::Scope.eq(Scope::Group));
        branches.push(rows(ToNumber).cond_where(ended).to_owned());
    }
    branches.extend(changes(viewer, after, through));
    branches
}

/// The branches of what the viewer had, and has changed with one of these events. What they did not have is told with what
/// has changed since.
fn changes(viewer: &Viewer, after: i64, through: i64) -> impl Iterator<Item = SelectStatement> {
    let changed = Condition::all()
        .add(Changed.gt(after))
        .add(Changed.lte(through))
        .add(Number.lte(after))
        .add(ToNumber.is_null());
    let by = |claim: Condition, when: SimpleExpr| rows(Changed).cond_where(claim).and_where(when).to_owned();
    let began = claims(viewer).chain([is_own(viewer.user)]);
    let began = began.chain(viewer.memberships.iter().map(in_group));
    let began = began.map(move |claim| by(claim.add(began_with_it()), has_changed()));
    let later = claims(viewer).map(move |claim| by(claim, is_later()));
    let later = later.chain(later_by_group(viewer, Changed));
    began.chain(later).map(move |mut branch| branch.cond_where(changed.clone()).to_owned())
}

/// What is for the viewer beside what they wrote and what is for a group.
fn claims(viewer: &Viewer) -> impl Iterator<Item = Condition> + use<> {
    let all = viewer.of_all().map(|all| is(all, 0));
    all.into_iter().chain([is(Scope::Person, viewer.user.0)])
}

fn is_own(user: UserId) -> Condition {
    is(Scope::Author, user.0)
}

/// What was published to a group while somebody was in it.
fn in_group(membership: &Membership) -> Condition {
    is(Scope::Group, membership.group.0)
        .add(while_within(membership, &Expr::col(Number)))
        .add(began_with_it())
}

fn while_within(membership: &Membership, at: &SimpleExpr) -> Condition {
    let is_before = membership.to.map(|to| at.clone().lt(to));
    Condition::all().add(at.clone().gte(membership.from)).add_option(is_before)
}

/// What a post was widened by to groups that the viewer was in at that number, or came back for; none, if they were never in
/// one.
fn later_by_group(viewer: &Viewer, at: audiences::Column) -> Option<SelectStatement> {
    if viewer.memberships.is_empty() {
        return None;
    }
    let groups = viewer.memberships.iter().map(|one| one.group.0);
    let of_groups = audiences::Column::Scope.eq(Scope::Group).and(Subject.is_in(groups));
    let while_in = many_groups::while_in(viewer, &members_at());
    Some(rows(at).and_where(of_groups).and_where(is_later()).cond_where(while_in).to_owned())
}

fn is(scope: Scope, subject: i64) -> Condition {
    Condition::all().add(audiences::Column::Scope.eq(scope)).add(Subject.eq(subject))
}

/// Of what a post was for when it was published.
fn began_with_it() -> SimpleExpr {
    Expr::col(FromNumber).eq(Expr::col(Number))
}

/// As the index of these rows says it.
fn has_changed() -> SimpleExpr {
    Expr::col(Changed).gt(Expr::col(Number))
}

/// As the index of these rows says it.
fn is_later() -> SimpleExpr {
    Expr::col(FromNumber).gt(Expr::col(Number))
}

fn is_no_exception(user: UserId) -> SimpleExpr {
    let other = Alias::new("other");
    let excepted = Query::select()
        .expr(Expr::val(1))
        .from_as(audiences::Entity, other.clone())
        .and_where(Expr::col((other.clone(), audiences::Column::Scope)).eq(Scope::Except))
        .and_where(Expr::col((other.clone(), Subject)).eq(user.0))
        .and_where(Expr::col((other.clone(), Number)).equals((audiences::Entity, Number)))
        .and_where(Expr::col((other, ToNumber)).is_null())
        .to_owned();
    Expr::exists(excepted).not()
}

/// Once each: a post may be somebody's twice in the same way.
fn rows(at: audiences::Column) -> SelectStatement {
    Query::select()
        .distinct()
        .expr_as(Expr::col((audiences::Entity, at)), AT)
        .from(audiences::Entity)
        .to_owned()
}

/// The first `count` of what the branches give, once each.
async fn united(
    db: &impl ConnectionTrait,
    branches: Vec<SelectStatement>,
    order: Order,
    count: u64,
) -> Result<Vec<i64>, DbErr> {
    let mut found: Vec<i64> = Vec::new();
    for some in branches.chunks(MAX_BRANCHES) {
        for row in db.query_all(&unite(some, order.clone(), count)).await? {
            found.push(row.try_get_by_index(0)?);
        }
    }
    match order {
        Order::Desc => found.sort_unstable_by(|a, b| b.cmp(a)),
        _ => found.sort_unstable(),
    }
    found.dedup();
    found.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    Ok(found)
}

fn unite(branches: &[SelectStatement], order: Order, count: u64) -> SelectStatement {
    let limited = branches.iter().map(|branch| {
        let branch = branch.clone().order_by(AT, order.clone()).limit(count).to_owned();
        Query::select().column(AT).from_subquery(branch, "branch").to_owned()
    });
    let united = limited.reduce(|mut all, next| all.union(UnionType::Distinct, next).to_owned());
    united.unwrap_or_default().order_by(AT, order).limit(count).to_owned()
}

#[cfg(test)]
mod tests;
