//! What a program published itself: of everything else it is not told whether it is there.

use poem::{Response, http::StatusCode};

use super::{answer, body::PostBody};
use crate::{
    app::App,
    domain::{
        change::Change,
        posts::{self, Post, changes, roster::View},
        users::{self, User},
    },
    web::{extract::token::PublishingProgram, problem::Problem},
};

/// What this token published, its owner, and what they may know of its roster.
pub(super) async fn find(
    app: &App,
    program: &PublishingProgram,
    id: i64,
) -> Result<(Post, User, View), Problem> {
    let db = &app.db.read;
    let post = own(posts::find(db, program.author.user, id).await?.map(|found| found.post), program)?;
    let owner = users::find(db, program.author.user).await?.ok_or(Problem::BadToken)?;
    let view = View::of(db, &owner, &post).await?;
    Ok((post, owner, view))
}

/// The same as it is until the change ends that begins here.
pub(super) async fn hold(app: &App, program: &PublishingProgram, id: i64) -> Result<(Change, Post), Problem> {
    let change = app.changes.begin().await?;
    let post = own(changes::hold(&change, id).await?, program)?;
    Ok((change, post))
}

/// The post as it is now.
pub(super) async fn show(app: &App, program: &PublishingProgram, id: i64) -> Result<Response, Problem> {
    let found = posts::find(&app.db.read, program.author.user, id).await?.ok_or(Problem::NotFound)?;
    Ok(answer(StatusCode::OK, &PostBody::from(found)))
}

fn own(post: Option<Post>, program: &PublishingProgram) -> Result<Post, Problem> {
    post.filter(|post| post.token_id == Some(program.token.0)).ok_or(Problem::NotPublishedByIt)
}
