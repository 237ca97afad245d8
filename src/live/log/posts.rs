//! Posts as the log loads them: each with its author's name, and whom it came to. Whatever takes a `db` fails as the
//! database does.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    entities::{
        posts::{self, Audience, Model as Post},
        recipients, users,
    },
    ids::UserId,
    live::audience::Viewers,
};

/// A post as it is shown: the row, and who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The row.
    pub post: Post,
    /// The author's name.
    pub author: String,
}

/// Posts that events tell of.
#[derive(Debug)]
pub(super) struct Posts {
    by_id: HashMap<i64, Arc<Published>>,
    /// Of those that are not for everyone.
    recipients: HashMap<i64, Vec<UserId>>,
}

impl Posts {
    /// Those of these ids.
    pub(super) async fn load(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<Self, DbErr> {
        let found = of_ids(db, ids).await?;
        let personal = found.values().filter(|one| one.post.audience != Audience::Everyone);
        let recipients = recipients_of(db, personal.map(|one| one.post.id).collect()).await?;
        let by_id = found.into_iter().map(|(id, one)| (id, Arc::new(one))).collect();
        Ok(Self { by_id, recipients })
    }

    /// One of them, and who may see it.
    pub(super) fn get(&self, id: i64) -> Option<(Arc<Published>, Viewers)> {
        let published = self.by_id.get(&id)?;
        let recipients = self.recipients.get(&id).map_or(&[][..], Vec::as_slice);
        Some((published.clone(), Viewers::of(&published.post, recipients)))
    }
}

/// The posts of these ids, whoever may see them.
pub async fn of_ids(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<HashMap<i64, Published>, DbErr> {
    let rows = posts::Entity::find().filter(posts::Column::Id.is_in(ids)).all(db).await?;
    Ok(with_authors(db, rows).await?.into_iter().map(|found| (found.post.id, found)).collect())
}

/// Whom each of these posts was resolved to.
pub async fn recipients_of(
    db: &impl ConnectionTrait,
    posts: Vec<i64>,
) -> Result<HashMap<i64, Vec<UserId>>, DbErr> {
    let rows = recipients::Entity::find().filter(recipients::Column::PostId.is_in(posts)).all(db).await?;
    let mut of_post = HashMap::<i64, Vec<UserId>>::new();
    for row in rows {
        of_post.entry(row.post_id).or_default().push(UserId(row.user_id));
    }
    Ok(of_post)
}

/// The rows, each with its author's name, in their order.
pub async fn with_authors(db: &impl ConnectionTrait, rows: Vec<Post>) -> Result<Vec<Published>, DbErr> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<_> = rows.iter().map(|post| post.author_id).collect();
    let names: HashMap<i64, String> = users::Entity::find()
        .select_only()
        .columns([users::Column::Id, users::Column::Name])
        .filter(users::Column::Id.is_in(ids))
        .into_tuple::<(i64, String)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let author = |post: &Post| names.get(&post.author_id).cloned().unwrap_or_default();
    Ok(rows.into_iter().map(|post| Published { author: author(&post), post }).collect())
}
