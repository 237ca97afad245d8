//! Who may see which post: the one rule, for pages, lists and streams alike, in memory here and as SQL in `branches`. A
//! change of the rule is a change of both.
//!
//! A post has rows, each of which says whom it is for from one number of the log to another; a membership of a group is
//! from one number to another, too. Who wrote a post sees it. Whoever else an open row is for sees it, unless an open
//! exception names them. A row for a group is for who was in the group when the row began, so that who leaves keeps what
//! they got, and who joins does not get what was; and so it is when a post comes back that had expired. Admins have no other right to read.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, Func, SimpleExpr},
};

use crate::{
    entities::audiences,
    ids::{GroupId, UserId},
};

pub use self::viewer::{Membership, Viewer};
pub use crate::entities::audiences::{Scope, Urgency};

pub mod branches;
mod viewer;

/// As it is now, and not as it was at some number.
const NOW: i64 = i64::MAX;

/// Whom one post is for, and was for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience(Box<[AudienceRow]>);

/// Whom a part of it is for, and from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudienceRow {
    /// Who is meant.
    pub scope: Scope,
    /// Which user or group; 0 for all.
    pub subject: i64,
    /// The event with which it began.
    pub from: i64,
    /// The event with which it ended; none as long as it holds.
    pub to: Option<i64>,
    /// As of which event it is for who was in the group.
    pub members: i64,
}

/// What an event changes for a viewer who could see its post before it, can since, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They can see it since this event.
    Gains,
    /// They have it, and can see it still.
    Keeps,
    /// They have it, and cannot see it any more since this event.
    Loses,
}

impl Audience {
    /// The audience of which these are the parts.
    pub fn new(rows: impl IntoIterator<Item = AudienceRow>) -> Self {
        Self(rows.into_iter().collect())
    }

    /// Everybody there is, from this event on.
    pub fn of_all(from: i64) -> Self {
        let row = |scope| AudienceRow { scope, subject: 0, from, to: None, members: from };
        Self::new([Scope::Everyone, Scope::External].map(row))
    }

    /// Whom each of the posts with these numbers is for. Fails as the database does.
    pub async fn load(
        db: &impl ConnectionTrait,
        numbers: impl IntoIterator<Item = i64>,
    ) -> Result<HashMap<i64, Self>, DbErr> {
        let rows = audiences::Entity::find().filter(audiences::Column::Number.is_in(numbers)).all(db).await?;
        let mut found = HashMap::<i64, Vec<AudienceRow>>::new();
        for row in rows {
            found.entry(row.number).or_default().push(AudienceRow::from(row));
        }
        Ok(found.into_iter().map(|(number, rows)| (number, Self::new(rows))).collect())
    }

    /// Its parts.
    pub fn rows(&self) -> &[AudienceRow] {
        &self.0
    }

    /// Whether the viewer may see the post now.
    pub fn includes(&self, viewer: &Viewer) -> bool {
        self.included(viewer, NOW)
    }

    /// Whether the viewer may see the post now, and only because they were in some of these groups.
    pub fn comes_only_by(&self, viewer: &Viewer, is_one: impl Fn(GroupId) -> bool) -> bool {
        let mut ways = self.0.iter().filter(|row| row.is_open(NOW) && row.is_for(viewer)).peekable();
        ways.peek().is_some() && ways.all(|row| row.scope == Scope::Group && is_one(GroupId(row.subject)))
    }

    /// Whether the viewer may see the post now because they were in one of these groups, be it beside other reasons.
    pub fn comes_by(&self, viewer: &Viewer, is_one: impl Fn(GroupId) -> bool) -> bool {
        let ways = self.0.iter().filter(|row| row.is_open(NOW) && row.is_for(viewer));
        ways.filter(|row| row.scope == Scope::Group).any(|row| is_one(GroupId(row.subject)))
    }

    /// What the event changes for the viewer, who has everything up to `since`. Nothing, if they can see the post neither
    /// before it nor after; if what they gain by it was taken from them again; and if they do not have what changes.
    pub fn standing(&self, viewer: &Viewer, event: i64, since: i64) -> Option<Standing> {
        match (self.included(viewer, event - 1), self.included(viewer, event)) {
            (false, true) => self.includes_from(viewer, event).then_some(Standing::Gains),
            (true, true) => self.included(viewer, since).then_some(Standing::Keeps),
            (true, false) => self.included(viewer, since).then_some(Standing::Loses),
            (false, false) => None,
        }
    }

    /// Whether somebody may gain or lose the post by this event.
    pub fn turns_at(&self, event: i64) -> bool {
        self.turns().any(|turn| turn == event)
    }

    /// The events by which somebody may gain or lose the post, some more than once.
    pub fn turns(&self) -> impl Iterator<Item = i64> {
        self.0.iter().flat_map(|row| [Some(row.from), row.to]).flatten()
    }

    /// Whether everybody is told of it, or has to find out that they are not.
    pub fn concerns_all(&self) -> bool {
        self.0.iter().any(|row| matches!(row.scope, Scope::Everyone | Scope::External))
    }

    /// Whether its events are the same for everybody of the organisation: all of them see it, or nobody does.
    pub fn is_common(&self) -> bool {
        let Some(first) = self.0.first() else { return true };
        let is_for_everyone = self.0.iter().any(|row| row.scope == Scope::Everyone);
        let is_as_it_began = |row: &AudienceRow| row.from == first.from && row.to.is_none();
        is_for_everyone && self.0.iter().all(|row| row.scope != Scope::Except && is_as_it_began(row))
    }

    /// Who is named in it, be it as an exception.
    pub fn named(&self) -> impl Iterator<Item = UserId> {
        let names = |row: &&AudienceRow| matches!(row.scope, Scope::Author | Scope::Person | Scope::Except);
        self.0.iter().filter(names).map(|row| UserId(row.subject))
    }

    /// The groups that it is for.
    pub fn groups(&self) -> impl Iterator<Item = GroupId> {
        self.0.iter().filter(|row| row.scope == Scope::Group).map(|row| GroupId(row.subject))
    }

    /// The event with which the viewer, who may see the post, came to see it; 0 for its author.
    pub fn seen_since(&self, viewer: &Viewer) -> i64 {
        let is_author = self.0.iter().any(|row| row.scope == Scope::Author && row.is_for(viewer));
        let began =
            self.turns().filter(|turn| !self.included(viewer, turn - 1) && self.included(viewer, *turn));
        if is_author { 0 } else { began.max().unwrap_or_default() }
    }

    /// Whether the viewer may see the post from this event on without a break.
    fn includes_from(&self, viewer: &Viewer, event: i64) -> bool {
        self.included(viewer, event)
            && self.turns().filter(|turn| *turn > event).all(|turn| self.included(viewer, turn))
    }

    fn included(&self, viewer: &Viewer, at: i64) -> bool {
        let open = || self.0.iter().filter(|row| row.is_open(at) && row.is_for(viewer));
        open().any(|row| row.scope == Scope::Author)
            || (open().any(|row| row.scope != Scope::Except) && !open().any(|row| row.scope == Scope::Except))
    }
}

impl AudienceRow {
    /// Whether it holds at this number.
    fn is_open(&self, at: i64) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }

    /// Whether the viewer is meant.
    fn is_for(&self, viewer: &Viewer) -> bool {
        match self.scope {
            Scope::Author | Scope::Person | Scope::Except => self.subject == viewer.user.0,
            Scope::Everyone | Scope::External => viewer.of_all() == Some(self.scope),
            Scope::Group => viewer.was_in(GroupId(self.subject), self.members),
        }
    }
}

impl From<audiences::Model> for AudienceRow {
    fn from(row: audiences::Model) -> Self {
        let (from, members) = (row.from_number, row.members_at());
        Self { scope: row.scope, subject: row.subject, from, to: row.to_number, members }
    }
}

/// As of which event a row is for who was in its group, as SQL.
pub fn members_at() -> SimpleExpr {
    let of = |column| Expr::col((audiences::Entity, column));
    Func::coalesce([of(audiences::Column::MembersNumber), of(audiences::Column::FromNumber)]).into()
}
