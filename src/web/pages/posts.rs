//! One post's page.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::posts::{self, Audience, alerts},
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
    /// Names of people or groups, for the author alone.
    recipients: Option<Vec<String>>,
}

/// `GET /posts/{id}`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let viewer = current.user.user_id();
    let found = posts::find(&app.db.read, viewer, id).await?.ok_or(Error::NotFound)?;
    let recipients = match found.post.audience {
        _ if found.post.author_id != current.user.id => None,
        Audience::Everyone => None,
        Audience::People => Some(posts::recipient_names(&app.db.read, id).await?),
        Audience::Groups => Some(posts::group_names(&app.db.read, id).await?),
    };
    alerts::note_shown(&app.db, &current.user, [&found.post]).await;
    let post = PostView { long: false, ..PostView::of(&found, &app.config.time_zone) };
    page::show(
        StatusCode::OK,
        &PostPage { page: Page::of(&current.user, Section::Elsewhere), post, recipients },
    )
}
