//! What a program does to the posts that it published itself: edits one, takes it back, says that an alert is over, or that
//! it is not.

use poem::{
    Response, handler,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use crate::{
    app::App,
    domain::posts::{
        Fields, Kind, Problems, Severity,
        changes::{self, Edit, EditFields, Refusal},
    },
    web::{
        api::{
            audience::NewAudience,
            fields::{present, present_number, present_or_none, present_word},
            posts::own,
        },
        extract::{
            json::Json,
            token::{self, PublishingProgram},
        },
        problem::Problem,
    },
};

/// What is to be another; the rest stays as it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostEdit {
    #[serde(default, deserialize_with = "present_word")]
    kind: Option<Kind>,
    #[serde(default, deserialize_with = "present")]
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    body: Option<String>,
    #[serde(default, deserialize_with = "present_word")]
    severity: Option<Severity>,
    #[serde(default, deserialize_with = "present_number")]
    version: Option<i64>,
    #[serde(default)]
    again: bool,
    #[serde(default, deserialize_with = "present_or_none")]
    expires: Option<String>,
    #[serde(default, deserialize_with = "present_or_none")]
    pinned: Option<String>,
    #[serde(default, deserialize_with = "present")]
    zone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    audience: Option<NewAudience>,
    #[serde(default, deserialize_with = "present")]
    coordinators: Option<String>,
}

/// Why it is over.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewResolution {
    #[serde(default)]
    note: Option<String>,
}

/// Why it is taken back.
#[derive(Debug, Deserialize)]
pub struct WithdrawalQuery {
    reason: Option<String>,
}

/// `PATCH /api/v1/posts/{id}`.
#[handler]
pub async fn edit(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
    sent: Json<PostEdit>,
) -> Result<Response, Problem> {
    let PostEdit { kind, title, body, severity, version, again, .. } = sent.value;
    let PostEdit { expires, pinned, zone, audience, coordinators, .. } = sent.value;
    let (audience, only) = (audience.map(Fields::from), program.author.only.clone());
    let fields =
        EditFields { kind, title, body, severity, version, again, audience, only, ..Default::default() };
    let fields = EditFields { expires, pinned, coordinators, zone: zone.unwrap_or_default(), ..fields };
    let edit = Edit::parse_aside(fields).await.map_err(Problem::Invalid)?;
    let (mut change, post) = own::hold(&app, &program, id).await?;
    let changed = changes::edit(&mut change, &program.author.by, post, edit).await?;
    let changed = changed.map_err(|refusal| match refused(refusal) {
        Problem::Groups => token::refuse(&app, &program.author.by, Problem::Groups),
        problem => problem,
    })?;
    changes::finish(change, changed).await?;
    own::show(&app, &program, id).await
}

/// `DELETE /api/v1/posts/{id}`: takes it back. Why is in the address, as a body of this method may be dropped on the way
/// (RFC 9110, section 9.3.5).
#[handler]
pub async fn withdraw(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
    Query(query): Query<WithdrawalQuery>,
) -> Result<Response, Problem> {
    let reason = changes::parse_note(&query.reason.unwrap_or_default());
    let reason = reason
        .map_err(|why| Problem::Invalid(Problems { reason: Some(why), ..Default::default() }.into()))?;
    let (mut change, post) = own::hold(&app, &program, id).await?;
    let changed = changes::withdraw(&mut change, &program.author.by, post, reason).await?;
    changes::finish(change, changed).await?;
    own::show(&app, &program, id).await
}

/// `PUT /api/v1/posts/{id}/resolution`.
#[handler]
pub async fn resolve(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
    sent: Json<NewResolution>,
) -> Result<Response, Problem> {
    let note = changes::parse_note(&sent.value.note.unwrap_or_default());
    let note =
        note.map_err(|why| Problem::Invalid(Problems { note: Some(why), ..Default::default() }.into()))?;
    let (mut change, post) = own::hold(&app, &program, id).await?;
    let changed = changes::resolve(&mut change, &program.author.by, post, note).await?;
    let changed = changed.map_err(refused)?;
    changes::finish(change, changed).await?;
    own::show(&app, &program, id).await
}

/// `DELETE /api/v1/posts/{id}/resolution`.
#[handler]
pub async fn reopen(
    program: PublishingProgram,
    app: Data<&App>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    let (mut change, post) = own::hold(&app, &program, id).await?;
    let changed = changes::reopen(&mut change, &program.author.by, post).await?;
    let changed = changed.map_err(refused)?;
    changes::finish(change, changed).await?;
    own::show(&app, &program, id).await
}

pub(super) fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::OtherVersion(version) => Problem::OtherVersion(version),
        Refusal::NotAnAlert => Problem::NotAnAlert,
        Refusal::Withdrawn => Problem::Withdrawn,
        Refusal::Expired => Problem::Expired,
        Refusal::Problems(problems) => Problem::Invalid(problems),
        Refusal::OtherGroups => Problem::Groups,
    }
}
