//! Having a post wait: until when, and that it is to be seen after all.

use askama::Template;
use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Path},
};

use crate::{
    app::App,
    clock::{self, Moment},
    domain::posts::{
        Published,
        receipts::{
            Done, What,
            snoozes::{self, Refusal},
        },
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
        views::{
            post,
            preferences::zone_of,
            snooze::{self, SnoozeChoice},
        },
    },
};

#[derive(Template)]
#[template(path = "snooze.html")]
struct SnoozePage {
    page: Page,
    post: i64,
    title: String,
    url: String,
    choices: Vec<SnoozeChoice>,
    /// It can wait for minutes only.
    is_pressing: bool,
    /// The time that was typed.
    until: String,
    /// Until when it waits already.
    snoozed_until: Option<Moment>,
    /// The name of the zone by whose clock times are.
    zone: String,
}

/// `GET /posts/{id}/snooze`: until when?
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let found = current.post(&app, id).await?;
    show_page(&current, &app, found, String::new(), Problems::default()).await
}

/// `POST /posts/{id}/snooze`: until then.
#[handler]
pub async fn create(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let (user, found) = (current.user.user_id(), current.post(&app, id).await?);
    let typed = fields.one("until");
    let until = snooze::parse(&typed, clock::now(), &zone_of(&app, &current.user));
    let until_ms = match until.map(|until| until.as_millisecond()) {
        Some(until_ms) => snoozes::check(user, &found.post, until_ms).map(|()| until_ms).map_err(words),
        None => Err(text::say("quiet-no-moment")),
    };
    let written = match until_ms {
        Ok(until_ms) => match app.receipt_queue.write(user, What::snooze(&found.post, until_ms)).await? {
            Done::TooMany => Err(text::of("snooze-too-many").with("most", snoozes::MAX_SNOOZED).say()),
            Done::Written | Done::Marked(_) | Done::NotFound | Done::TooLate | Done::OwnAnswer => Ok(()),
        },
        Err(problem) => Err(problem),
    };
    match written {
        Ok(()) if page::wants_json(headers) => Ok(StatusCode::NO_CONTENT.into()),
        Ok(()) => Ok(notice::lead_to("/", "snoozed")),
        Err(problem) => {
            let problems = Problems::one("until", problem);
            match page::wants_json(headers) {
                true => Ok(problems.as_json()),
                false => show_page(&current, &app, found, typed, problems).await,
            }
        }
    }
}

/// `POST /posts/{id}/snooze/removal`: it is to be seen after all.
#[handler]
pub async fn remove(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let found = current.post(&app, id).await?;
    app.receipt_queue.write(current.user.user_id(), What::end_snooze(&found.post)).await?;
    match page::wants_json(headers) {
        true => Ok(StatusCode::NO_CONTENT.into()),
        false => Ok(notice::lead_to("/", "snooze-ended")),
    }
}

async fn show_page(
    current: &CurrentUser,
    app: &App,
    found: Published,
    typed: String,
    problems: Problems,
) -> Result<Response, Error> {
    let (post, zone) = (&found.post, zone_of(app, &current.user));
    let snoozed = snoozes::snoozed(&app.db.read, current.user.user_id()).await?;
    let until_ms = snoozed.iter().find(|one| one.post == post.id).map(|one| one.until_ms);
    let is_pressing = snoozes::is_pressing(post);
    let status = problems.status();
    let shown = SnoozePage {
        page: Page::of(&current.user, Section::Feed).with_problems(problems),
        post: post.id,
        title: post.title.clone(),
        url: post::address(post),
        choices: snooze::choices(is_pressing, clock::now(), &zone),
        is_pressing,
        // Of what a button says, nothing was typed.
        until: if typed.contains('T') { typed } else { String::new() },
        snoozed_until: until_ms.map(|ms| Moment::of(ms, &zone)),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
    };
    page::show(status, &shown)
}

fn words(refusal: Refusal) -> String {
    text::say(match refusal {
        Refusal::Past => text::key("quiet-past"),
        Refusal::TooLong => text::key("snooze-too-long"),
        Refusal::Critical => text::key("snooze-critical"),
        Refusal::Own => text::key("snooze-own"),
        Refusal::Asks => text::key("snooze-asks"),
    })
}
