//! The record of a post: every act about what it asks, in its order. Rows are added, and stay. Whatever takes a `db` fails as
//! the database does.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    domain::{
        posts::{
            Post,
            roster::{self, View},
        },
        users,
    },
    entities::post_acts,
    ids::UserId,
};

pub use crate::entities::post_acts::Act;

/// One act, as the record tells it.
#[derive(Clone, Debug)]
pub struct RecordLine {
    /// In the order of the writing.
    pub id: i64,
    /// Unix time in milliseconds, by the server's clock.
    pub at_ms: i64,
    /// What was done.
    pub act: Act,
    /// Whose act it counts as: their name as it is now.
    pub who: String,
    /// Who did it, if it was somebody else.
    pub by: Option<String>,
    /// What else is to be known of it.
    pub detail: String,
    /// The post's version then.
    pub version: i64,
}

/// The acts after this one that somebody may know of, the oldest first, at most `limit`.
pub async fn acts(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
    after: i64,
    limit: u64,
) -> Result<Vec<RecordLine>, DbErr> {
    let rows = post_acts::Entity::find()
        .filter(post_acts::Column::PostId.eq(post.id))
        .filter(post_acts::Column::Id.gt(after))
        .filter(roster::told_acts(db, post, view).await?)
        .order_by_asc(post_acts::Column::Id)
        .limit(limit);
    let rows = rows.all(db).await?;
    let people = rows.iter().flat_map(|row| [Some(row.user_id), row.by_id]).flatten().map(UserId);
    let names = users::names(db, people.collect::<std::collections::HashSet<_>>()).await?;
    let name = |id: i64| names.get(&UserId(id)).cloned().unwrap_or_default();
    let line = |row: post_acts::Model| RecordLine {
        id: row.id,
        at_ms: row.at_ms,
        act: row.act,
        who: name(row.user_id),
        by: row.by_id.map(name),
        detail: row.detail,
        version: row.version,
    };
    Ok(rows.into_iter().map(line).collect())
}
