//! Handing a post over: to a group or somebody who may do for it what its author may, or to nobody but its author.

use poem::{
    Response, handler,
    http::HeaderMap,
    web::{Data, Path},
};

use super::{Shown, cursor, show_page};
use crate::{
    app::App,
    domain::posts::{
        changes::{self, Changed, Edit, EditFields, Refusal},
        managing, roster_header,
    },
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm},
        respond::{
            notice,
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
        views::post,
    },
};

/// `POST /admin/posts/{id}/coordinators`.
#[handler]
pub async fn hand_over(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let typed = fields.one("coordinators");
    let edit = EditFields { coordinators: Some(typed.clone()), ..EditFields::default() };
    let edit = Edit::parse(edit).map_err(|_| Error::NotFound)?;
    let (mut change, post) = current.hold_post(&app, id).await?;
    match changes::edit(&mut change, &current.by(), post, edit).await? {
        Ok(changed) => {
            let is_other = matches!(changed, Changed::Yes(_));
            let post = changes::finish(change, changed).await?;
            roster_header::tell(&app.log, &app.hub).await;
            if page::wants_json(headers) {
                return Ok(poem::http::StatusCode::NO_CONTENT.into());
            }
            // Who handed over what they did not write may not see it any more.
            let may_see = managing::may_manage(&app.db.read, &current.user, &post).await?;
            let to = if may_see { post::address(&post) } else { "/admin/posts".into() };
            Ok(if is_other { notice::lead_to(&to, "handed-over") } else { page::see_other(&to) })
        }
        Err(Refusal::Problems(problems)) => {
            change.undo().await?;
            let why = problems.coordinators.unwrap_or_default();
            refuse(&app, &current, id, typed, why, page::wants_json(headers)).await
        }
        // It was there still when the page was shown that offered it.
        Err(Refusal::Expired) => {
            change.undo().await?;
            let why = text::say("coordinators-expired");
            refuse(&app, &current, id, typed, why, page::wants_json(headers)).await
        }
        Err(Refusal::Withdrawn) => {
            change.undo().await?;
            let why = text::say("post-edit-withdrawn");
            refuse(&app, &current, id, typed, why, page::wants_json(headers)).await
        }
        // No page of ours offers it.
        Err(_) => Err(Error::NotFound),
    }
}

/// The post's page, with what was typed and what is wrong with it.
async fn refuse(
    app: &App,
    current: &CurrentUser,
    id: i64,
    typed: String,
    why: String,
    is_for_script: bool,
) -> Result<Response, Error> {
    let problems = Problems::one("coordinators", why);
    if is_for_script {
        return Ok(problems.as_json());
    }
    let cursor = cursor(app);
    let found = current.managed_post(app, id).await?;
    let page = Page::of(&current.user, Section::Feed).with_problems(problems);
    let shown = Shown { handed_to: Some(typed), ..Shown::of(found, "/".into()) };
    show_page(app, current, page, cursor, shown).await
}
