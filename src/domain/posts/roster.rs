//! The roster of a post: whom it reached, and what each of them said of it. Those who were asked to say that they have seen it are
//! told by name. Reading is told as a number alone, and of fewer than ten people not at all, unless the organisation chose
//! names, or nothing. Whatever takes a `db` fails as the database does.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QuerySelect,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::{
    domain::{
        audit::{self, Action, Actor, Detail},
        change::Changes,
        groups,
        organisation::{self, Receipts},
        posts::{Post, roster::recipients::Recipients},
        users,
    },
    entities::{post_acts, post_groups, receipts, users as user_table},
    names,
};

pub use self::{
    changes::{Told, changed, newest_rev, rev},
    counts::{Counted, Moment, RosterCounts},
    entries::{Entry, entry, needing_help},
    lists::{Filter, list},
    numbers::{Numbers, numbers, still_asked, tally},
    said::{MAX_SAID, SaidCounts, said},
    seen::Seen,
    view::View,
};
pub use crate::entities::post_groups::Model as PostGroup;

mod added;
mod changes;
mod counts;
mod entries;
mod lists;
mod numbers;
mod recipients;
mod said;
mod seen;
mod sent;
mod view;

/// What somebody said of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterState {
    /// That they have seen it.
    Acknowledged,
    /// Nothing yet.
    Outstanding,
    /// Nothing, and they are asked no more: they may not sign in, or not see it, or it is over.
    Apart,
}

/// Whether its author sees whom it reached by name: where it asks them to say something, or the organisation lets authors see
/// who has read it.
pub async fn has_names(db: &impl ConnectionTrait, post: &Post) -> Result<bool, DbErr> {
    Ok(post.acknowledge || receipts_of(db, post).await? == Some(Receipts::Names))
}

/// Notes that somebody takes a list of whom a post reached with them, before anything of it is sent.
pub async fn note_export(
    changes: &Changes,
    by: &Actor,
    post: &Post,
    what: impl Into<Detail>,
) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let entry = audit::Entry::done(by, Action::ExportRoster, format!("post {}", post.id));
    change.record(entry.detail(what)).await?;
    change.commit().await
}

/// What its author sees of who has read it; none, when that is no longer kept.
pub async fn receipts_of(db: &impl ConnectionTrait, post: &Post) -> Result<Option<Receipts>, DbErr> {
    if sent::are_forgotten(db, post).await? {
        return Ok(None);
    }
    organisation::receipts_of(db, post.number).await.map(Some)
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

impl RosterState {
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

/// Whether a row of `users`, who is a recipient, is in this state.
fn is_in(state: RosterState, to: Recipients, post: &Post) -> Condition {
    let is_acknowledged = user_id().in_subquery(who_acknowledged(post));
    let is_asked = match post.is_asking() {
        true => to.still_include(user_id()).add(users::who_may_sign_in()),
        false => Condition::all().add(Expr::cust("1 = 0")),
    };
    match state {
        RosterState::Acknowledged => Condition::all().add(is_acknowledged),
        RosterState::Outstanding => is_asked.add(is_acknowledged.not()),
        RosterState::Apart => Condition::all().add(is_acknowledged.not()).add(is_asked.not()),
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

async fn count(db: &impl ConnectionTrait, are_meant: Condition) -> Result<u64, DbErr> {
    let these = user_table::Entity::find().select_only().column(user_table::Column::Id);
    these.filter(are_meant).count(db).await
}

fn user_id() -> Expr {
    Expr::col((user_table::Entity, user_table::Column::Id))
}

fn recipient() -> Expr {
    Expr::col((receipts::Entity, receipts::Column::UserId))
}
