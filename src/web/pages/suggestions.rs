//! Names for whoever chooses people and groups, as they type.

use poem::{
    IntoResponse, Response, handler,
    web::{Data, Json},
};
use serde::Serialize;

use crate::{
    app::App,
    domain::search::Search,
    web::{
        error::Error,
        extract::{access::Publisher, query::Query},
        views::picker::{self, Choice},
    },
};

#[derive(Serialize)]
struct Suggestions {
    found: Vec<Choice>,
    /// Whether there are others.
    has_more: bool,
}

/// `GET /admin/people/suggestions?q=&of=`: the first people who can sign in, the first groups, or both.
#[handler]
pub async fn list(_: Publisher, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let (people, groups) = match query.one("of").as_str() {
        "people" => (true, false),
        "groups" => (false, true),
        _ => (true, true),
    };
    let search = Search::of(&query.one("q"), "");
    let (found, has_more) = picker::suggest(&app, &search, people, groups).await?;
    Ok(Json(Suggestions { found, has_more }).into_response())
}
