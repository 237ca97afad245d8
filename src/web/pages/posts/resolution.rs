//! Saying of an alert that it is over, or that it is not after all.

use poem::{
    Response, handler,
    http::HeaderMap,
    web::{Data, Path},
};

use super::{Shown, cursor, show_page};
use crate::{
    app::App,
    domain::{
        change::Change,
        posts::changes::{self, Refusal},
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

/// `POST /admin/posts/{id}/resolution`: says of an alert that it is over.
#[handler]
pub async fn resolve(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let typed = fields.one("note");
    let note = match changes::parse_note(&typed) {
        Ok(note) => note,
        Err(problem) => {
            let cursor = cursor(&app);
            let found = current.post_to_end(&app, id).await?;
            let problems = Problems::one("note", problem);
            if page::wants_json(headers) {
                return Ok(problems.as_json());
            }
            let page = Page::of(&current.user, Section::Feed).with_problems(problems);
            let shown = Shown { note: typed, ..Shown::of(found, "/".into()) };
            return show_page(&app, &current, page, cursor, shown).await;
        }
    };
    let (mut change, post) = current.hold_post_to_end(&app, id).await?;
    let address = post::address(&post);
    match changes::resolve(&mut change, &current.by(), post, note).await? {
        Ok(changed) => changes::finish(change, changed).await?,
        Err(refusal) => return come_too_late(headers, change, &address, &refusal).await,
    };
    Ok(notice::done(headers, &address, "over"))
}

/// `POST /admin/posts/{id}/resolution/removal`: says that it is not over after all.
#[handler]
pub async fn reopen(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let (mut change, post) = current.hold_post_to_end(&app, id).await?;
    let address = post::address(&post);
    match changes::reopen(&mut change, &current.by(), post).await? {
        Ok(changed) => changes::finish(change, changed).await?,
        Err(refusal) => return come_too_late(headers, change, &address, &refusal).await,
    };
    Ok(notice::done(headers, &address, "reopened"))
}

/// What came of an act on a post that was there still when the page was shown that offered it: nothing, and the post's page, at
/// this address, says why.
pub(super) async fn come_too_late(
    headers: &HeaderMap,
    change: Change,
    address: &str,
    refusal: &Refusal,
) -> Result<Response, Error> {
    change.undo().await?;
    let (done, why) = match refusal {
        Refusal::Expired => ("expired-meanwhile", text::key("post-expired-meanwhile")),
        Refusal::Withdrawn => ("withdrawn-meanwhile", text::key("post-edit-withdrawn")),
        // No page of ours offers it.
        _ => return Err(Error::NotFound),
    };
    if page::wants_json(headers) {
        return Ok(Problems::one("form", text::say(why)).as_json());
    }
    Ok(notice::lead_to(address, done))
}
