//! Names for whoever chooses people and groups, as they type.

use poem::{
    IntoResponse, Response, handler,
    web::{Data, Json, Path},
};
use serde::Serialize;

use crate::{
    app::App,
    domain::{posts::managing, search::Search},
    web::{
        error::Error,
        extract::{
            access::{CurrentUser, Publisher},
            query::Query,
        },
        views::picker::{self, PickerChoice},
    },
};

#[derive(Serialize)]
struct Suggestions {
    found: Vec<PickerChoice>,
    /// Whether there are others.
    has_more: bool,
}

/// `GET /admin/people/suggestions?q=&of=`: the first people who can sign in, the first groups, or both.
#[handler]
pub async fn list(_: Publisher, app: Data<&App>, query: Query) -> Result<Response, Error> {
    suggest(&app, &query).await
}

/// `GET /admin/posts/{id}/suggestions?q=&of=`: the same for who may edit this post.
#[handler]
pub async fn for_post(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let found = managing::find(&app.db.read, &current.user, id).await?;
    if found.is_none_or(|found| found.post.is_withdrawn()) {
        return Err(Error::NotFound);
    }
    suggest(&app, &query).await
}

async fn suggest(app: &App, query: &Query) -> Result<Response, Error> {
    let (people, groups) = match query.one("of").as_str() {
        "people" => (true, false),
        "groups" => (false, true),
        _ => (true, true),
    };
    let search = Search::of(&query.one("q"), "");
    let (found, has_more) = picker::suggest(app, &search, people, groups).await?;
    Ok(Json(Suggestions { found, has_more }).into_response())
}
