//! Whom a post reached, as SQL: who was named, who was in its groups when they began, and of everyone those who had an account
//! then. It follows from rows that are from one number of the log to another, so that publishing writes nobody down.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};

use crate::{
    domain::{
        groups::closed,
        posts::{Post, roster::view::View},
        users::externals,
    },
    entities::{
        audiences::{
            self,
            Column::{FromNumber, Number, Scope as OfScope, Subject, ToNumber},
            Scope,
        },
        memberships, users,
    },
    ids::GroupId,
    live::audience::members_at,
};

/// The recipients of one post.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipients {
    number: i64,
    author: i64,
    /// Whether it was for everyone, of whatever kind.
    is_for_all: bool,
    /// The event with which it went; none, if it is there.
    ended: Option<i64>,
    /// Of its rows, only those from before this event are looked at.
    before: Option<i64>,
    /// Whether who is one of them only by a closed group is left out.
    hides_closed: bool,
}

/// Which of the post's groups are meant.
#[derive(Clone, Copy, Debug)]
enum Of {
    All,
    Open,
    Closed,
}

impl Recipients {
    /// Of this post, as somebody may know them. Fails as the database does.
    pub(super) async fn of(db: &impl ConnectionTrait, post: &Post, view: View) -> Result<Self, DbErr> {
        let hides_closed = view.hides_any(db, post).await?;
        let all = audiences::Entity::find()
            .select_only()
            .column(Subject)
            .filter(Number.eq(post.number))
            .filter(OfScope.is_in([Scope::Everyone, Scope::External]))
            .limit(1);
        let is_for_all = all.into_tuple::<i64>().one(db).await?.is_some();
        let author = post.writer().map_or(0, |writer| writer.0);
        let ended = if post.is_gone() { ended(db, post).await? } else { None };
        Ok(Self { number: post.number, author, is_for_all, ended, before: None, hides_closed })
    }

    /// Those whom it had reached before this event.
    pub(super) fn before(self, number: i64) -> Self {
        Self { before: Some(number), ..self }
    }

    /// Whether the user of this id is one of them.
    pub(super) fn include(self, id: Expr) -> Condition {
        self.among(id, false)
    }

    /// Whether they are, and may see the post still.
    pub(super) fn still_include(self, id: Expr) -> Condition {
        Self { ended: None, ..self }.among(id, true)
    }

    /// Whether they are, and may see it still; of what is gone, whether they could until it went.
    pub(super) fn last_include(self, id: Expr) -> Condition {
        self.among(id, true)
    }

    /// Whether the user of this id was in this group when the post was published to it.
    pub(super) fn in_group(self, id: Expr, group: GroupId) -> Expr {
        id.in_subquery(
            self.of_groups(false, self.groups())
                .and_where(memberships::Column::GroupId.eq(group.0))
                .to_owned(),
        )
    }

    /// Whether what the user of this id did with the post is told: not what somebody did who is hidden.
    pub(super) fn tell_of(self, id: Expr) -> Condition {
        if !self.hides_closed {
            return Condition::all();
        }
        let others = Query::select()
            .column((users::Entity, users::Column::Id))
            .from(users::Entity)
            .cond_where(self.include(Expr::col((users::Entity, users::Column::Id))))
            .to_owned();
        Condition::any()
            .add(id.clone().eq(self.author))
            .add(id.clone().in_subquery(self.of_groups(false, Of::Closed)).not())
            .add(id.in_subquery(others))
    }

    /// Those by which one is a recipient, as far as that is known.
    fn groups(self) -> Of {
        if self.hides_closed { Of::Open } else { Of::All }
    }

    fn among(self, id: Expr, is_open: bool) -> Condition {
        let mut excepted = self.rows(is_open);
        excepted.column((audiences::Entity, Subject)).and_where(OfScope.eq(Scope::Except));
        if !is_open {
            // Who was excepted later was reached, and who was so no longer is reached since.
            let end = Expr::col((audiences::Entity, ToNumber));
            let later = self.before.map(|before| end.clone().gte(before));
            excepted.and_where(FromNumber.eq(self.number));
            excepted.cond_where(Condition::any().add(end.is_null()).add_option(later));
        }
        Condition::all()
            .add(id.clone().in_subquery(self.reached(is_open)))
            .add(id.clone().in_subquery(excepted).not())
            .add(id.ne(self.author))
    }

    /// The ids of whom a row is for.
    fn reached(self, is_open: bool) -> SelectStatement {
        let mut named = self.rows(is_open);
        named.column((audiences::Entity, Subject)).and_where(OfScope.eq(Scope::Person));
        named.union(UnionType::Distinct, self.of_groups(is_open, self.groups()));
        if self.is_for_all {
            named.union(UnionType::Distinct, self.of_all(is_open));
        }
        named
    }

    fn of_groups(self, is_open: bool, groups: Of) -> SelectStatement {
        let member = |column| Expr::col((memberships::Entity, column));
        let since = members_at;
        let is_of_group = member(memberships::Column::GroupId).equals((audiences::Entity, Subject));
        let mut query = self.rows(is_open);
        query
            .column((memberships::Entity, memberships::Column::UserId))
            .inner_join(memberships::Entity, is_of_group)
            .and_where(OfScope.eq(Scope::Group))
            .and_where(member(memberships::Column::FromNumber).lte(since()))
            .cond_where(until(member(memberships::Column::ToNumber), since()));
        let is_closed = member(memberships::Column::GroupId).in_subquery(closed());
        match groups {
            Of::All => {}
            Of::Open => drop(query.and_where(is_closed.not())),
            Of::Closed => drop(query.and_where(is_closed)),
        }
        query
    }

    fn of_all(self, is_open: bool) -> SelectStatement {
        let user = |column| Expr::col((users::Entity, column));
        let since = || Expr::col((audiences::Entity, FromNumber));
        let is_meant = |scope: Scope, external: bool| {
            let mut is_so = Condition::any().add(user(users::Column::External).eq(external));
            if !is_open {
                // It reached those, too, who were what they are not any more.
                let were = externals::were(user(users::Column::Id), since());
                is_so = is_so.add(if external { were } else { were.not() });
            }
            Condition::all().add(OfScope.eq(scope)).add(is_so)
        };
        let mut query = self.rows(is_open);
        query
            .column((users::Entity, users::Column::Id))
            .inner_join(users::Entity, user(users::Column::FromNumber).lt(since()))
            .cond_where(
                Condition::any().add(is_meant(Scope::Everyone, false)).add(is_meant(Scope::External, true)),
            )
            // That is the newest event when they were kept from signing in, not one of its own.
            .cond_where(
                Condition::any()
                    .add(user(users::Column::ToNumber).is_null())
                    .add(user(users::Column::ToNumber).gte(since())),
            )
            .to_owned()
    }

    /// The post's rows, or those that hold still.
    fn rows(self, is_open: bool) -> SelectStatement {
        let mut query = Query::select();
        query.from(audiences::Entity).and_where(Number.eq(self.number));
        if is_open {
            let end = Expr::col((audiences::Entity, ToNumber));
            let last = self.ended.map(|ended| end.clone().eq(ended));
            query.cond_where(Condition::any().add(end.is_null()).add_option(last));
        }
        if let Some(before) = self.before {
            query.and_where(Expr::col((audiences::Entity, FromNumber)).lt(before));
        }
        query
    }
}

/// The event with which whom a post that is gone was for ended.
async fn ended(db: &impl ConnectionTrait, post: &Post) -> Result<Option<i64>, DbErr> {
    let last = audiences::Entity::find().select_only().column_as(ToNumber.max(), "last");
    let last = last.filter(Number.eq(post.number)).into_tuple::<Option<i64>>().one(db).await?;
    Ok(last.flatten())
}

/// That what ended, if it did, ended later than this.
fn until(end: Expr, number: Expr) -> Condition {
    Condition::any().add(end.clone().is_null()).add(end.gt(number))
}
