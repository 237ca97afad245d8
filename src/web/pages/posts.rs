//! One post's page.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::posts::{self, Audience, Post, Scope, alerts},
    web::{
        error::Error,
        extract::access::CurrentUser,
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::post::PostView,
    },
};

#[derive(Template)]
#[template(path = "post.html")]
struct PostPage {
    page: Page,
    post: PostView,
    /// For the author alone.
    addressees: Option<Addressees>,
}

/// Whom a post is for, by name.
struct Addressees {
    groups: Vec<String>,
    people: Vec<String>,
    except: Vec<String>,
}

/// `GET /posts/{id}`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let viewer = current.user.user_id();
    let found = posts::find(&app.db.read, viewer, id).await?.ok_or(Error::NotFound)?;
    let is_own = found.post.author_id == current.user.id;
    let addressees = if is_own { Addressees::of(&app, &found.post).await? } else { None };
    alerts::note_shown(&app.db, &current.user, [&found.post]).await;
    let post = PostView { long: false, ..PostView::of(&found, &app.config.time_zone) };
    page::show(
        StatusCode::OK,
        &PostPage { page: Page::of(&current.user, Section::Elsewhere), post, addressees },
    )
}

impl Addressees {
    /// None, if it is for everyone without exception.
    async fn of(app: &App, post: &Post) -> Result<Option<Self>, Error> {
        let db = &app.db.read;
        let groups = posts::group_names(db, post).await?;
        // What came to the people of groups before memberships were kept is theirs by name.
        let has_people = matches!(post.audience, Audience::People | Audience::Chosen);
        let people = if has_people { posts::names_in(db, post, Scope::Person).await? } else { Vec::new() };
        let except = posts::names_in(db, post, Scope::Except).await?;
        let is_empty = groups.is_empty() && people.is_empty() && except.is_empty();
        Ok((!is_empty).then_some(Self { groups, people, except }))
    }
}
