//! Who may see which post: the one rule, for pages, lists and streams alike, as SQL and in memory. A change of the rule
//! is a change of both.

use sea_orm::{ColumnTrait, Condition, sea_query::Query};

use crate::{
    entities::{
        posts::{self, Audience, Model as Post},
        recipients,
    },
    ids::UserId,
};

/// The one rule of who may see a post: it is for everyone, or the viewer wrote it, or was among its
/// recipients when it was published. Admins have no other right to read.
pub fn visible_to(viewer: UserId) -> Condition {
    let received = Query::select()
        .column((recipients::Entity, recipients::Column::PostId))
        .from(recipients::Entity)
        .and_where(recipients::Column::UserId.eq(viewer.0))
        .to_owned();
    Condition::any()
        .add(posts::Column::Audience.eq(Audience::Everyone))
        .add(posts::Column::AuthorId.eq(viewer.0))
        .add(posts::Column::Id.in_subquery(received))
}

/// Who is told something of an event.
#[derive(Debug)]
pub enum Viewers {
    /// Everybody who listens.
    Everyone,
    /// These people, each once.
    Named(Box<[UserId]>),
}

impl Viewers {
    /// Who may see this post, which these people received: `visible_to`, in memory.
    pub fn of(post: &Post, recipients: &[UserId]) -> Self {
        if post.audience == Audience::Everyone {
            return Self::Everyone;
        }
        let author = UserId(post.author_id);
        let others = recipients.iter().copied().filter(|user| *user != author);
        Self::Named(std::iter::once(author).chain(others).collect())
    }

    /// Those who are named.
    pub fn named(&self) -> &[UserId] {
        match self {
            Self::Everyone => &[],
            Self::Named(users) => users,
        }
    }

    /// Whether this person is among them.
    pub fn include(&self, user: UserId) -> bool {
        matches!(self, Self::Everyone) || self.named().contains(&user)
    }
}
