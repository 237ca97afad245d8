//! Answering for somebody who has no screen: the form, and what is sent with it. What they answer themselves counts, whenever
//! they do.

use askama::Template;
use poem::{
    IntoResponse, Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Path},
};
use serde_json::json;

use super::find;
use crate::{
    app::App,
    domain::posts::{
        Post, Published,
        answers::{self, Offer},
        receipts::{Done, What},
        roster::{self, Entry},
    },
    ids::UserId,
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm},
        respond::{
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
        views::{asked::key, post::meaning_class, post_form::new_key},
    },
};

#[derive(Template)]
#[template(path = "roster_answer.html")]
struct AnswerPage {
    page: Page,
    post: Post,
    person: Entry,
    offers: Vec<Offer>,
    /// What they said already.
    said: Option<String>,
    /// Whether they said it themselves, which stays.
    is_their_own: bool,
    key: String,
    note: String,
    telephone: String,
}

/// `GET /admin/posts/{id}/people/{person}/answer`.
#[handler]
pub async fn ask(
    current: CurrentUser,
    app: Data<&App>,
    Path((id, person)): Path<(i64, i64)>,
) -> Result<Response, Error> {
    let (post, entry) = asked(&app, &current, id, person).await?;
    show(&current, Problems::default(), post, entry, (String::new(), String::new()))
}

/// `POST /admin/posts/{id}/people/{person}/answer`: with a `key`, what comes again is done once.
#[handler]
pub async fn create(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path((id, person)): Path<(i64, i64)>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let (post, entry) = asked(&app, &current, id, person).await?;
    let (note, telephone) = (fields.one("note"), fields.one("telephone"));
    let answer = match answers::parse_for_other(&post, &fields.one("answer"), &note, &telephone) {
        Ok(answer) => answer,
        Err(problems) => {
            let problems = Problems::one("answer", problems.sentences().join(" "));
            if page::wants_json(headers) {
                return Ok(problems.as_json());
            }
            return show(&current, problems, post, entry, (note, telephone));
        }
    };
    let (person, by) = (UserId(person), current.user.user_id());
    // Nobody answers for themselves in somebody's name.
    let what = match person == by {
        true => What::answer(&post, answer, key(&fields)),
        false => What::answer_for(&post, answer, &current.by(), key(&fields)),
    };
    let done = app.receipt_queue.write(person, what).await?;
    let is_kept = done == Done::OwnAnswer;
    if page::wants_json(headers) {
        return Ok(match is_kept {
            true => {
                let body = json!({ "status": 409, "title": text::say("answer-for-own") }).to_string();
                let answer = Response::builder().status(StatusCode::CONFLICT);
                answer.content_type("application/problem+json").body(body).into_response()
            }
            false => StatusCode::NO_CONTENT.into(),
        });
    }
    let word = if is_kept { "own-answer" } else { "answered" };
    Ok(page::see_other(&format!("/admin/posts/{id}/roster?done={word}")))
}

/// One of those whom a post that goes on asks for an answer.
async fn asked(app: &App, current: &CurrentUser, id: i64, person: i64) -> Result<(Post, Entry), Error> {
    let (Published { post, .. }, view) = find(app, current, id).await?;
    if !post.is_asking() || post.answers.is_none() {
        return Err(Error::NotFound);
    }
    let entry = roster::entry(&app.db.read, &post, view, UserId(person)).await?;
    Ok((post, entry.ok_or(Error::NotFound)?))
}

fn show(
    current: &CurrentUser,
    problems: Problems,
    post: Post,
    person: Entry,
    (note, telephone): (String, String),
) -> Result<Response, Error> {
    let page = Page::of(&current.user, Section::Posts).with_problems(problems);
    let offers = answers::of(&post);
    let said = person.offer(&offers).map(|offer| offer.text.clone());
    let is_their_own = said.is_some() && person.by.is_none();
    let status = page.problems.status();
    let key = new_key();
    page::show(status, &AnswerPage { page, post, person, offers, said, is_their_own, key, note, telephone })
}

impl AnswerPage {
    /// The offers, each with its meaning as a class.
    fn choices(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.offers.iter().map(|offer| (offer.text.as_str(), meaning_class(offer.kind)))
    }
}
