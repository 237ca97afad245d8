//! The record of what a program published, for the day after.

use poem::{
    Response, handler,
    web::{Data, Path},
};

use super::own;
use crate::{
    app::App,
    domain::posts::{Published, roster},
    text,
    web::{extract::token::PublishingProgram, problem::Problem, respond::download, views::record::Record},
};

/// `GET /api/v1/posts/{id}/record`: all of it. That it was asked for stands in the audit log before anything is sent.
#[handler]
pub async fn show(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let (post, owner, view) = own::find(&app, &program, id).await?;
    roster::note_export(&app.changes, &program.author.by, &post, text::of("audit-record")).await?;
    let record = Record::of(&app.db, Published { post, author: owner.name }, view);
    Ok(download::file(&record.file_name(), "application/json", record, Record::next))
}
