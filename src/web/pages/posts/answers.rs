//! Answers to a post that asks for one. What is wrong with one comes back on the post's page, with what was typed.

use poem::{
    IntoResponse, Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Path},
};
use serde_json::json;

use super::{Shown, cursor, show_page};
use crate::{
    app::App,
    domain::posts::{
        answers::{self, AnswerProblems},
        asking,
        receipts::What,
    },
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm},
        respond::{
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
        views::{
            asked::{done, key},
            came_from,
            post::Typed,
        },
    },
};

/// `POST /posts/{id}/answer`: in place of what they answered before. With a `key`, what comes again is done once.
#[handler]
pub async fn create(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let cursor = cursor(&app);
    let found = current.post(&app, id).await?;
    if found.post.answers.is_none() || !asking::reaches(&found.post, &current.user) {
        return Err(Error::NotFound);
    }
    let typed = Typed { note: fields.one("note"), telephone: fields.one("telephone"), problems: Vec::new() };
    let problems = match answers::parse(&found.post, &fields.one("answer"), &typed.note, &typed.telephone) {
        Ok(answer) => {
            let what = What::answer(&found.post, answer, key(&fields));
            app.receipt_queue.write(current.user.user_id(), what).await?;
            return Ok(done(headers, &found.post));
        }
        Err(problems) => problems,
    };
    if page::wants_json(headers) {
        let AnswerProblems { answer, note, telephone } = problems;
        let errors = json!({ "answer": answer, "note": note, "telephone": telephone });
        let body = json!({ "status": 422, "errors": errors }).to_string();
        let answer = Response::builder().status(StatusCode::UNPROCESSABLE_ENTITY);
        return Ok(answer.content_type("application/problem+json").body(body).into_response());
    }
    let told = problems.sentences();
    let page = Page::of(&current.user, Section::Feed).with_problems(Problems::one("answer", told.join(" ")));
    let list = came_from::list_address(headers);
    let shown = Shown { typed: Some(Typed { problems: told, ..typed }), ..Shown::of(found, list) };
    show_page(&app, &current, page, cursor, shown).await
}
