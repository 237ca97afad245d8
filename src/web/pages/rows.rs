//! A post as a row of a list, for a page that shows a part of the feed and was told of it.

use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::posts::{
        self, asking,
        receipts::{self, snoozes},
    },
    live::audience::Viewer,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        views::{feed::FeedFilter, post::PostView, preferences::zone_of},
    },
};

/// `GET /posts/{id}/row`: the row, if the list with these filters has it; otherwise 204.
#[handler]
pub async fn show(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let (db, user) = (&app.db.read, current.user.user_id());
    let found = posts::find(db, user, id).await?.ok_or(Error::NotFound)?;
    let filter = FeedFilter::of(&query);
    if !filter.filter(db, &zone_of(&app, &current.user)).await?.admits(&found) {
        return Ok(StatusCode::NO_CONTENT.into());
    }
    let viewer = Viewer::load(db, user).await?;
    let unread = receipts::unread(db, &viewer).await?;
    // What is new is not snoozed.
    if filter.snoozed || (filter.unread && !unread.has(id)) {
        return Ok(StatusCode::NO_CONTENT.into());
    }
    let (post, zone) = (&found.post, &app.config.time_zone);
    let row = PostView::of(&found, zone).seen_by(user, post.writer(), unread.of(id), zone);
    let said = asking::said(db, user, post.acknowledge.then_some(id)).await?;
    let is_reached = asking::reaches(post, &current.user);
    let row = row.said(said.get(&id).cloned(), is_reached, zone);
    let on_top = match filter.has_urgent_first() {
        true => {
            let snoozed = snoozes::snoozed(db, user).await?;
            let shared = app.first_pages.shared(current.as_of).await?;
            posts::on_top(db, &current.user, &viewer, &unread, &snoozed, &shared).await?.place(post.number)
        }
        false => None,
    };
    let row = PostView { on_top, ..row };
    let html = row.marked_by(&filter.query()).fragment()?;
    Ok(Response::builder().content_type("text/html; charset=utf-8").body(html))
}
