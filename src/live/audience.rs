//! Who may see which post: the one rule, for pages, lists and streams alike.

use sea_orm::{ColumnTrait, Condition, sea_query::Query};

use crate::{
    entities::{
        posts::{self, Audience},
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
