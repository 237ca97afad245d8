//! Pinning what one has published, or coordinates, to the top of its readers' lists.

use askama::Template;
use poem::{
    Response, handler,
    http::HeaderMap,
    web::{Data, Path},
};

use super::resolution::come_too_late;
use crate::{
    app::App,
    clock::Moment,
    domain::posts::{
        Post,
        changes::{self, Refusal},
        times,
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
        views::{post, preferences::zone_of},
    },
};

#[derive(Template)]
#[template(path = "post_pin.html")]
struct PinPage {
    page: Page,
    post: Post,
    /// Until when it is pinned already.
    pinned: Option<Moment>,
    /// As it was typed, and the zone in which it is meant.
    until: String,
    zone: String,
}

/// `GET /admin/posts/{id}/pin`: until when?
#[handler]
pub async fn ask(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let post = find(&app, &current, id).await?;
    let zone = zone_of(&app, &current.user);
    let until = times::wall(post.pinned_until_ms, &zone);
    let zone = zone.iana_name().unwrap_or("UTC").to_owned();
    show(&app, &current, post, (until, zone), Problems::default())
}

/// `POST /admin/posts/{id}/pin` (`until` in `zone`).
#[handler]
pub async fn pin(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let (until, zone) = (fields.one("until"), fields.one("zone"));
    let refused = match times::until(&until, &zone) {
        Err(problem) => problem,
        Ok(until_ms) => {
            let (mut change, post) = current.hold_post(&app, id).await?;
            let address = post::address(&post);
            match changes::pin(&mut change, &current.by(), post, until_ms).await? {
                Ok(changed) => {
                    changes::finish(change, changed).await?;
                    return Ok(notice::done(headers, &address, "pinned"));
                }
                Err(Refusal::Problems(problems)) => problems.pinned.unwrap_or_default(),
                Err(refusal) => return come_too_late(headers, change, &address, &refusal).await,
            }
        }
    };
    let problems = Problems::one("until", refused);
    if page::wants_json(headers) {
        return Ok(problems.as_json());
    }
    show(&app, &current, find(&app, &current, id).await?, (until, zone), problems)
}

/// `POST /admin/posts/{id}/pin/removal`.
#[handler]
pub async fn unpin(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let (mut change, post) = current.hold_post(&app, id).await?;
    let changed = changes::unpin(&mut change, &current.by(), post).await?;
    let post = changes::finish(change, changed).await?;
    Ok(notice::done(headers, &post::address(&post), "unpinned"))
}

async fn find(app: &App, current: &CurrentUser, id: i64) -> Result<Post, Error> {
    let post = current.managed_post(app, id).await?.post;
    if post.is_gone() { Err(Error::NotFound) } else { Ok(post) }
}

fn show(
    app: &App,
    current: &CurrentUser,
    post: Post,
    (until, zone): (String, String),
    problems: Problems,
) -> Result<Response, Error> {
    let pinned = post.pinned_until_ms.map(|ms| Moment::of(ms, &app.config.time_zone));
    let page = Page::of(&current.user, Section::Posts).with_problems(problems);
    page::show(page.problems.status(), &PinPage { page, post, pinned, until, zone })
}
