//! Taking back what one has published, or coordinates.

use askama::Template;
use poem::{
    Response, handler,
    http::HeaderMap,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::posts::{
        Post,
        changes::{self, parse_note},
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

#[derive(Template)]
#[template(path = "post_withdrawal.html")]
struct WithdrawalPage {
    page: Page,
    post: Post,
    /// What was typed of why.
    reason: String,
}

/// `GET /admin/posts/{id}/withdrawal`: asks, and says what it means.
#[handler]
pub async fn ask(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let post = current.post_to_end(&app, id).await?.post;
    if post.is_withdrawn() {
        return Ok(page::see_other(&post::address(&post)));
    }
    show(&current, post, String::new(), Problems::default())
}

/// `POST /admin/posts/{id}/withdrawal`.
#[handler]
pub async fn withdraw(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let typed = fields.one("reason");
    let reason = match parse_note(&typed) {
        Ok(reason) => reason,
        Err(problem) => {
            let post = current.post_to_end(&app, id).await?.post;
            let problems = Problems::one("reason", problem);
            return match page::wants_json(headers) {
                true => Ok(problems.as_json()),
                false => show(&current, post, typed, problems),
            };
        }
    };
    let (mut change, post) = current.hold_post_to_end(&app, id).await?;
    let changed = changes::withdraw(&mut change, &current.by(), post, reason).await?;
    let post = changes::finish(change, changed).await?;
    // What is nobody's is there for nobody then.
    let to = if post.of_server { "/".to_owned() } else { post::address(&post) };
    Ok(notice::done(headers, &to, "withdrawn"))
}

fn show(current: &CurrentUser, post: Post, reason: String, problems: Problems) -> Result<Response, Error> {
    let page = Page::of(&current.user, Section::Posts).with_problems(problems);
    page::show(page.problems.status(), &WithdrawalPage { page, post, reason })
}
