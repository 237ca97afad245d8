//! Who stands behind a post beside its author: who coordinates it, and whom it goes to when too few have seen it.

use sea_orm::ConnectionTrait;

use crate::{
    domain::posts::{
        Author, Draft, PublishError,
        coordinators::{self, Coordinators},
        escalation,
    },
    ids::GroupId,
};

/// Those who stand behind a post.
#[derive(Debug)]
pub(super) struct Backing {
    /// Who may do for it what its author may.
    pub(super) coordinators: Option<Coordinators>,
    /// Whether an admin named them.
    pub(super) by_admin: bool,
    /// The groups that are told, one after the other, when too few have said that they have seen it.
    pub(super) escalates_to: Vec<GroupId>,
}

impl Backing {
    /// Those whom a draft names.
    ///
    /// # Errors
    /// When there are none of that name, when some are missing that have to be there, and those of the database.
    pub(super) async fn of_draft(
        db: &impl ConnectionTrait,
        author: &Author,
        draft: &Draft,
    ) -> Result<Self, PublishError> {
        let only = author.only.as_deref();
        let coordinators = coordinators::of_draft(db, only, draft).await?;
        coordinators::require(db, draft.severity, coordinators).await?;
        let escalates_to = escalation::resolve(db, only, &draft.escalation).await?;
        let by_admin = coordinators::is_named_by_admin(db, coordinators, Some(author.user)).await?;
        Ok(Self { coordinators, by_admin, escalates_to })
    }
}
