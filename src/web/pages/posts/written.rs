//! What one has written or coordinates, by what has become of it.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use crate::{
    app::App,
    domain::posts::{self, Published, State},
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::post::PostView,
    },
};

/// Posts on one page.
const PAGE_SIZE: u64 = 50;

#[derive(Template)]
#[template(path = "posts_written.html")]
struct WrittenPage {
    page: Page,
    /// As of which event the list is, or is newer.
    cursor: String,
    states: Vec<Choice>,
    posts: Vec<PostView>,
    /// The address of what is older.
    older: Option<String>,
    /// Whether it is the newest part.
    is_newest: bool,
    /// Whether they may write one.
    may_post: bool,
}

/// One of the lists.
struct Choice {
    address: String,
    title: String,
    is_current: bool,
}

/// `GET /admin/posts`, with `?state=` and `?before=`.
#[handler]
pub async fn list(current: CurrentUser, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let (state, before) = (State::called(&query.one("state")), query.number("before"));
    let user = current.user.user_id();
    // Before the list is read: what comes in between is told to the page, too.
    let cursor = app.log.in_client_form(app.log.head()).to_string();
    let (found, has_more) = posts::managed_by(&app.db.read, user, state, before, PAGE_SIZE).await?;
    let last = found.last().map(|found| found.post.number).filter(|_| has_more);
    let older = last.map(|before| match state {
        Some(state) => format!("/admin/posts?state={}&before={before}", state.word()),
        None => format!("/admin/posts?before={before}"),
    });
    let zone = &app.config.time_zone;
    let view = |found: Published| {
        let author = found.post.author_id;
        PostView::of(&found, zone).seen_by(user, author, None, zone)
    };
    let page = WrittenPage {
        page: Page::of(&current.user, Section::Posts),
        cursor,
        states: [None].into_iter().chain(State::ALL.map(Some)).map(|one| Choice::of(one, state)).collect(),
        posts: found.into_iter().map(view).collect(),
        older,
        is_newest: before.is_none(),
        may_post: current.user.may_post(),
    };
    page::show(StatusCode::OK, &page)
}

impl Choice {
    fn of(state: Option<State>, current: Option<State>) -> Self {
        let title = match state {
            None => text::key("written-all"),
            Some(State::Open) => text::key("written-open"),
            Some(State::Over) => text::key("written-over"),
            Some(State::Expired) => text::key("written-expired"),
            Some(State::Withdrawn) => text::key("written-withdrawn"),
        };
        let address =
            state.map_or("/admin/posts".into(), |state| format!("/admin/posts?state={}", state.word()));
        Self { address, title: text::say(title), is_current: state == current }
    }
}
