//! What a program does for a post that it published, and that asks something: it reminds, and stops what goes out by itself.

use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Path},
};
use serde::Serialize;

use super::{answer, keys, own};
use crate::{
    app::App,
    domain::posts::{escalation, reminders, roster_header},
    web::{extract::token::PublishingProgram, problem::Problem, views::post_form::new_key},
};

#[derive(Serialize)]
struct Reminded {
    reminded: u64,
}

/// `POST /api/v1/posts/{id}/reminder`: with a key that came before, nobody is reminded once more.
#[handler]
pub async fn remind(
    program: PublishingProgram,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let key = keys::sent(headers)?.unwrap_or_else(new_key);
    let (post, _, view) = own::find(&app, &program, id).await?;
    let reminded = match post.is_asking() {
        true => {
            let key = format!("token-{}-{key}", program.token.0);
            reminders::remind(&app.changes, &program.author.by, &post, view, &key).await?
        }
        false => 0,
    };
    Ok(answer(StatusCode::OK, &Reminded { reminded }))
}

/// `DELETE /api/v1/posts/{id}/reminders`: has it remind nobody any more by itself.
#[handler]
pub async fn stop_reminders(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let (mut change, post) = own::hold(&app, &program, id).await?;
    let is_stopped = reminders::schedule::stop(&mut change, &program.author.by, &post).await?;
    roster_header::commit_stop(change, is_stopped, &app.log, &app.hub).await?;
    Ok(StatusCode::NO_CONTENT.into())
}

/// `DELETE /api/v1/posts/{id}/escalation`: has it go to nobody else.
#[handler]
pub async fn stop_escalation(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let (mut change, post) = own::hold(&app, &program, id).await?;
    let is_stopped = escalation::stop(&mut change, &program.author.by, &post).await?;
    roster_header::commit_stop(change, is_stopped, &app.log, &app.hub).await?;
    Ok(StatusCode::NO_CONTENT.into())
}
