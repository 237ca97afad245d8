//! The posts that stand beside one in somebody's list.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    domain::posts::Post,
    entities::posts,
    live::audience::{
        Viewer,
        branches::{self, Part},
    },
};

/// What stands beside a post.
#[derive(Debug, Default)]
pub struct Neighbours {
    pub newer: Option<Neighbour>,
    pub older: Option<Neighbour>,
}

/// One of them: its id, and its title as plain text.
#[derive(Debug)]
pub struct Neighbour {
    pub id: i64,
    pub title: String,
}

/// What stands beside this post in the list of all that the viewer may see.
pub async fn neighbours(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    post: &Post,
) -> Result<Neighbours, DbErr> {
    let before = Part { before: Some(post.number), ..Part::default() };
    let older = branches::newest_posts(db, viewer, &before, 1).await?.first().copied();
    let newer = branches::next_post(db, viewer, post.number).await?;
    let found = titles(db, [older, newer].into_iter().flatten().collect()).await?;
    let mut neighbours = Neighbours::default();
    for (number, id, title) in found {
        let place = if number < post.number { &mut neighbours.older } else { &mut neighbours.newer };
        *place = Some(Neighbour { id, title });
    }
    Ok(neighbours)
}

async fn titles(db: &impl ConnectionTrait, numbers: Vec<i64>) -> Result<Vec<(i64, i64, String)>, DbErr> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    posts::Entity::find()
        .select_only()
        .columns([posts::Column::Number, posts::Column::Id, posts::Column::Title])
        .filter(posts::Column::Number.is_in(numbers))
        .into_tuple()
        .all(db)
        .await
}
