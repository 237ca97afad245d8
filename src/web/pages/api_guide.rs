//! `GET /api`: how programs use Tidings, for people to read.

use askama::Template;
use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode},
    web::Data,
};

use crate::{
    app::App,
    text,
    web::{
        error::Error,
        extract::access::Visitor,
        problem::Problem,
        respond::{
            page::{self, Page},
            section::Section,
        },
    },
};

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    page: Page,
    /// What addresses in the examples begin with.
    origin: String,
    problems: Vec<ProblemRow>,
}

struct ProblemRow {
    name: &'static str,
    status: u16,
    title: &'static str,
}

/// `GET /api`: public.
#[handler]
pub async fn show(visitor: Visitor, app: Data<&App>, headers: &HeaderMap) -> Result<Response, Error> {
    let origin = page::origin(&app, headers);
    if let Some(current) = &visitor.0 {
        current.set_frame(&app).await?;
    }
    let page = visitor.0.map_or_else(Page::for_nobody, |current| Page::of(&current.user, Section::Elsewhere));
    let row = |problem: Problem| {
        let (status, name, title) = problem.kind();
        ProblemRow { name, status: status.as_u16(), title }
    };
    let problems = Problem::each().into_iter().map(row).collect();
    page::show(StatusCode::OK, &ApiPage { page, origin, problems })
}
