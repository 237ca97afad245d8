//! What an entry is about, as the page shows it: a name, or a post by its title, if whoever looks may see it.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{
        audit::{Action, Record},
        posts,
    },
    ids::UserId,
};

/// What an entry is about.
pub(super) enum Subject {
    /// Nothing, or whoever did it: who signs in or out does so for themselves.
    Nothing,
    /// Whoever or whatever has this name.
    Named(String),
    /// A post, with its title for whom it is.
    Post {
        /// The id of the post.
        id: i64,
        /// None for an admin who may not see it.
        title: Option<String>,
    },
}

impl Subject {
    /// Those of these entries, in their order.
    pub(super) async fn of_all(
        db: &impl ConnectionTrait,
        viewer: UserId,
        records: &[Record],
    ) -> Result<Vec<Self>, DbErr> {
        let mut ids: Vec<_> = records.iter().filter_map(post).collect();
        ids.sort_unstable();
        ids.dedup();
        let titles = posts::titles(db, viewer, ids).await?;
        Ok(records
            .iter()
            .map(|record| match post(record) {
                Some(id) => Self::Post { id, title: titles.get(&id).cloned() },
                None if record.about.is_empty() || record.about == record.who => Self::Nothing,
                None => Self::Named(record.about.clone()),
            })
            .collect())
    }

    /// Whether there is nothing to be shown.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// The post that an entry is about.
fn post(record: &Record) -> Option<i64> {
    let id = record.about.strip_prefix("post ").filter(|_| Action::OF_POSTS.contains(&record.act))?;
    id.parse().ok()
}
