//! Posts as the log loads them, each with its author's name. Whatever takes a `db` fails as the
//! database does.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryResult,
    QuerySelect, Select, sea_query::Expr,
};

use crate::entities::{
    posts::{self, Model as Post},
    users,
};

/// A post as it is shown: the row, and who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The row.
    pub post: Post,
    /// The author's name.
    pub author: String,
}

/// Who has published what the server did.
pub const SERVER: &str = "Tidings";

/// Under this name a row has its author's.
const AUTHOR: &str = "author_name";

impl Published {
    fn of(post: Post, author: Option<String>) -> Self {
        let author = if post.of_server { Some(SERVER.to_owned()) } else { author };
        Self { post, author: author.unwrap_or_default() }
    }
}

impl FromQueryResult for Published {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let author: Option<String> = row.try_get(prefix, AUTHOR)?;
        Ok(Self::of(Post::from_query_result(row, prefix)?, author))
    }
}

/// The posts of these ids, whoever may see them.
pub async fn of_ids(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<HashMap<i64, Published>, DbErr> {
    let found = all(db, posts::Entity::find().filter(posts::Column::Id.is_in(ids))).await?;
    Ok(found.into_iter().map(|found| (found.post.id, found)).collect())
}

/// What is found of posts, each with its author's name, in one statement.
pub async fn all(db: &impl ConnectionTrait, found: Select<posts::Entity>) -> Result<Vec<Published>, DbErr> {
    let by = posts::Entity::belongs_to(users::Entity).from(posts::Column::AuthorId).to(users::Column::Id);
    let name = Expr::col((users::Entity, users::Column::Name));
    let with_names = found.join(JoinType::LeftJoin, by.into()).column_as(name, AUTHOR);
    with_names.into_model().all(db).await
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
    let published = |post: Post| {
        let author = names.get(&post.author_id).cloned();
        Published::of(post, author)
    };
    Ok(rows.into_iter().map(published).collect())
}
