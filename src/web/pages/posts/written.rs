//! What one has written or coordinates, by what has become of it.

use std::collections::HashMap;

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use crate::{
    app::App,
    domain::{
        posts::{
            self, Post, PostState, Published, managing,
            roster::{self, MAX_SAID, SaidCounts, View},
        },
        users::User,
    },
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

/// Whom a post reached is counted anew each time; of more posts in a list, only who said something is told.
const MAX_COUNTED: usize = 5;

#[derive(Template)]
#[template(path = "posts_written.html")]
struct WrittenPage {
    page: Page,
    /// As of which event the list is, or is newer.
    cursor: String,
    states: Vec<StateChoice>,
    posts: Vec<PostRow>,
    /// The address of what is older.
    older: Option<String>,
    /// Whether it is the newest part.
    is_newest: bool,
    /// Whether they may write one.
    may_post: bool,
}

/// One of the posts.
struct PostRow {
    post: PostView,
    /// Whether they may act on it: who may not post any more has what they wrote to look at.
    is_managed: bool,
    /// Where it asks for something: who said so.
    said: Option<SaidView>,
    /// Who is asked still, where that is known.
    outstanding: u64,
}

/// As it is said.
struct SaidView(SaidCounts);

/// One of the lists.
struct StateChoice {
    address: String,
    title: String,
    is_current: bool,
}

/// `GET /admin/posts`, with `?state=` and `?before=`.
#[handler]
pub async fn list(current: CurrentUser, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let (state, before) = (PostState::called(&query.one("state")), query.number("before"));
    let user = current.user.user_id();
    // Before the list is read: what comes in between is told to the page, too.
    let cursor = app.log.in_client_form(app.log.head()).to_string();
    let (found, has_more) = posts::managed_by(&app.db.read, user, state, before, PAGE_SIZE).await?;
    let last = found.last().map(|found| found.post.number).filter(|_| has_more);
    let older = last.map(|before| match state {
        Some(state) => format!("/admin/posts?state={}&before={before}", state.word()),
        None => format!("/admin/posts?before={before}"),
    });
    let posts = rows(&app, &current.user, found).await?;
    let page = WrittenPage {
        page: Page::of(&current.user, Section::Posts),
        cursor,
        states: [None]
            .into_iter()
            .chain(PostState::ALL.map(Some))
            .map(|one| StateChoice::of(one, state))
            .collect(),
        posts,
        older,
        is_newest: before.is_none(),
        may_post: current.user.may_post(),
    };
    page::show(StatusCode::OK, &page)
}

async fn rows(app: &App, user: &User, found: Vec<Published>) -> Result<Vec<PostRow>, Error> {
    let (db, zone) = (&app.db.read, &app.config.time_zone);
    let managed = managing::managed_among(db, user, &found).await?;
    let asked = found.iter().map(|found| &found.post).filter(|post| post.acknowledge);
    let asked: Vec<_> = asked.filter(|post| managed.contains(&post.id)).collect();
    let mut outstanding = HashMap::new();
    for post in asked.iter().filter(|post| post.is_asking()).take(MAX_COUNTED) {
        let view = View::of(db, user, post).await?;
        outstanding.insert(post.id, roster::still_asked(db, post, view).await?);
    }
    let said = roster::said(db, user, &asked).await?;
    let row = |found: Published| {
        let Post { id, .. } = found.post;
        let post = PostView::of(&found, zone).seen_by(user.user_id(), found.post.writer(), None, zone);
        let outstanding = outstanding.get(&id).copied().unwrap_or_default();
        let is_managed = managed.contains(&id);
        PostRow { post, is_managed, said: said.get(&id).copied().map(SaidView), outstanding }
    };
    Ok(found.into_iter().map(row).collect())
}

impl SaidView {
    /// How many said so.
    fn acknowledged(&self) -> String {
        match self.0.acknowledged {
            people if people > MAX_SAID => text::of("written-said-many").with("people", MAX_SAID).unmarked(),
            people => text::of("written-said").with("people", people).unmarked(),
        }
    }

    /// How many of them need help, if anybody does.
    fn help(&self) -> Option<String> {
        match self.0.help {
            0 => None,
            people if people > MAX_SAID => {
                Some(text::of("written-help-many").with("people", MAX_SAID).unmarked())
            }
            people => Some(text::of("written-help").with("people", people).unmarked()),
        }
    }
}

impl StateChoice {
    fn of(state: Option<PostState>, current: Option<PostState>) -> Self {
        let title = match state {
            None => text::key("written-all"),
            Some(PostState::Open) => text::key("written-open"),
            Some(PostState::Over) => text::key("written-over"),
            Some(PostState::Expired) => text::key("written-expired"),
            Some(PostState::Withdrawn) => text::key("written-withdrawn"),
        };
        let address =
            state.map_or("/admin/posts".into(), |state| format!("/admin/posts?state={}", state.word()));
        Self { address, title: text::say(title), is_current: state == current }
    }
}
