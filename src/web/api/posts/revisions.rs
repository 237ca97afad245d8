//! What a post said that a program published, before it was edited: read, and struck.

use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};

use super::{answer, own};
use crate::{
    app::App,
    clock,
    domain::posts::{
        Kind, Post, Problems, Severity, changes,
        revisions::{self, Revision},
    },
    web::{
        extract::{json::Json, token::PublishingProgram},
        problem::Problem,
        views::writers::Writers,
    },
};

/// Why a text is taken away.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewStriking {
    reason: String,
}

#[derive(Serialize)]
struct Revisions {
    revisions: Vec<RevisionSaid>,
}

/// What it said from one version on.
#[derive(Serialize)]
struct RevisionSaid {
    version: i64,
    at: String,
    by: String,
    kind: Kind,
    severity: Option<Severity>,
    title: String,
    body: String,
    /// Title and body are empty, if there is one.
    struck: Option<Struck>,
}

#[derive(Serialize)]
struct Struck {
    at: String,
    by: String,
    reason: String,
}

/// `GET /api/v1/posts/{id}/revisions`: nothing, if it was never edited.
#[handler]
pub async fn list(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let (post, ..) = own::find(&app, &program, id).await?;
    show(&app, &post).await
}

/// `PUT /api/v1/posts/{id}/revisions/{version}/striking`: takes the text of one away that is not what the post says now.
#[handler]
pub async fn strike(
    program: PublishingProgram,
    app: Data<&App>,
    Path((id, version)): Path<(i64, i64)>,
    sent: Json<NewStriking>,
) -> Result<Response, Problem> {
    let reason = changes::parse_reason(&sent.value.reason)
        .map_err(|why| Problem::Invalid(Problems { reason: Some(why), ..Default::default() }.into()))?;
    let (mut change, post) = own::hold(&app, &program, id).await?;
    if !revisions::strike(&mut change, &program.author.by, &post, version, Some(reason)).await? {
        return Err(Problem::NotFound);
    }
    change.commit().await?;
    show(&app, &post).await
}

async fn show(app: &App, post: &Post) -> Result<Response, Problem> {
    let found = revisions::all(&app.db.read, post).await?;
    let names = Writers::of(&app.db.read, &found).await?;
    let revisions = found.into_iter().map(|one| RevisionSaid::of(one, &names)).collect();
    Ok(answer(StatusCode::OK, &Revisions { revisions }))
}

impl RevisionSaid {
    fn of(one: Revision, names: &Writers) -> Self {
        let struck = one.struck_ms.map(|ms| Struck {
            at: clock::rfc3339(ms),
            by: names.name(one.struck_by),
            reason: one.struck_reason.unwrap_or_default(),
        });
        Self {
            version: one.version,
            at: clock::rfc3339(one.at_ms),
            by: names.name(one.by_id),
            kind: one.kind,
            severity: one.severity,
            title: one.title,
            body: one.body,
            struck,
        }
    }
}
