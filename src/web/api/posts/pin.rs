//! `/api/v1/posts/{id}/pin`: a program pins what it published to the top of lists until a time.

use poem::{
    Response, handler,
    web::{Data, Path},
};
use serde::Deserialize;

use crate::{
    app::App,
    domain::posts::{Problems, changes, times},
    web::{
        api::{
            fields::present,
            posts::{changes::refused, own},
        },
        extract::{json::Json, token::PublishingProgram},
        problem::Problem,
    },
};

/// Until when a post is to be pinned.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPin {
    until: String,
    #[serde(default, deserialize_with = "present")]
    zone: Option<String>,
}

/// `PUT /api/v1/posts/{id}/pin`.
#[handler]
pub async fn pin(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
    sent: Json<NewPin>,
) -> Result<Response, Problem> {
    let NewPin { until, zone } = sent.value;
    let until_ms = times::until(&until, &zone.unwrap_or_default());
    let until_ms = until_ms
        .map_err(|why| Problem::Invalid(Problems { pinned: Some(why), ..Default::default() }.into()))?;
    let (mut change, post) = own::hold(&app, &program, id).await?;
    let changed = changes::pin(&mut change, &program.author.by, post, until_ms).await?.map_err(refused)?;
    changes::finish(change, changed).await?;
    own::show(&app, &program, id).await
}

/// `DELETE /api/v1/posts/{id}/pin`.
#[handler]
pub async fn unpin(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let (mut change, post) = own::hold(&app, &program, id).await?;
    let changed = changes::unpin(&mut change, &program.author.by, post).await?;
    changes::finish(change, changed).await?;
    own::show(&app, &program, id).await
}
