//! The feed.

use askama::Template;
use jiff::tz::TimeZone;
use poem::{Response, handler, http::StatusCode, web::Data};
use sea_orm::DbErr;

use crate::{
    app::App,
    clock,
    domain::{
        first_steps::FirstSteps,
        posts::{ListPage, Next, Published, asking, receipts},
    },
    ids::UserId,
    live::{Cursor, audience::Viewer},
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        respond::{
            notice::{self, Notices},
            page::{self, Page},
            section::Section,
        },
        views::{board::BoardView, feed::FeedFilter, post::PostView, rows::Rows},
    },
};

mod parts;

#[derive(Template)]
#[template(path = "feed.html")]
struct FeedPage {
    page: Page,
    cursor: String,
    /// As of which event the list is: what was told up to it can be marked together.
    through: String,
    filter: FeedFilter,
    rows: Rows,
    is_empty: bool,
    /// How many posts the list has that are not read.
    listed: usize,
    /// That many were marked, and can be marked as unread again.
    marked: Option<Marked>,
    reads: &'static str,
    board: Option<BoardView>,
    /// What an admin does first, as long as there is nothing to read.
    steps: Option<Steps>,
    newest: bool,
    /// The address of what is older.
    older: Option<String>,
    /// The address of what was not searched.
    not_searched: Option<String>,
    /// What was searched, where that is less than what was typed.
    used: Option<String>,
    /// Whether some posts could not be searched yet.
    is_incomplete: bool,
}

/// What was just marked.
struct Marked {
    marking: i64,
    count: usize,
}

/// What an admin has done of it.
struct Steps {
    done: FirstSteps,
    https: bool,
}

const NOTICES: Notices = &[
    ("withdrawn", text::key("notice-post-withdrawn")),
    ("stale", text::key("notice-stale")),
    ("snoozed", text::key("notice-snoozed")),
    ("snooze-ended", text::key("notice-snooze-ended")),
];

/// `GET /`: the newest posts, or those before `?before=`; with `?unread=1`, those that were not read; and of these, what
/// the other filters ask for.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, query: Query) -> Result<Response, Error> {
    // Read before the list: what is published in between is delivered, and the page knows it already.
    let head = app.log.head();
    let user = current.user.user_id();
    let filter = FeedFilter::of(&query);
    let is_first = filter.is_newest() && !filter.unread;
    let (list, listed) = match is_first {
        true => {
            let list = app.first_pages.of(&current.user, current.as_of).await?;
            let listed = list.unread.posts.len();
            (list, listed)
        }
        false => parts::load(&app, &current, &filter).await?,
    };
    let ListPage { viewer, unread, snoozed, on_top, listed: found, said, .. } = &*list;
    if filter.is_newest() {
        list.note_shown(&app.db, &current.user).await;
    }
    let marked = marked(&app, user, &query).await?;
    let zone = &app.config.time_zone;
    let board = if is_first { board_above(&app, viewer) } else { None };
    let is_new = is_first && found.posts.is_empty() && current.user.is_admin();
    let steps = if is_new { Some(Steps::of(&app).await?) } else { None };
    let (older, not_searched) = match found.next {
        Some(Next::Older(before)) => (Some(before), None),
        Some(Next::NotSearched(before)) => (None, Some(before)),
        None => (None, None),
    };
    let address = |before: i64| filter.address(&[("before", &before.to_string())]);
    let page = Page::of(&current.user, Section::Feed).with_notice(notice::find(&query, NOTICES));
    let words = filter.query();
    let view = |one: &Published| {
        let post = &one.post;
        let view = PostView::of(one, zone).seen_by(user, post.writer(), unread.of(post.id), zone);
        let view = view.snoozed(snoozed.iter().find(|snoozed| snoozed.post == post.id), zone);
        let (said, is_reached) = (said.get(&post.id), asking::reaches(post, &current.user));
        let view = view.said(said.cloned(), is_reached, zone).marked_by(&words);
        PostView { on_top: on_top.place(post.number), ..view }
    };
    let views = || with_days(found.posts.iter().map(view).collect(), &found.posts, zone);
    let rows = Rows::of(&list, &current.user, views)?;
    let feed = FeedPage {
        page: page.with_unread(unread.posts.len()),
        through: Cursor { id: viewer.as_of, check: None, ..head.clone() }.to_string(),
        cursor: app.log.in_client_form(head).to_string(),
        older: older.map(address),
        not_searched: not_searched.map(address),
        used: words.used(),
        is_incomplete: found.is_incomplete,
        rows,
        is_empty: found.posts.is_empty(),
        listed,
        marked,
        reads: current.user.reads.word(),
        board,
        steps,
        newest: filter.is_newest(),
        filter,
    };
    page::show(StatusCode::OK, &feed)
}

/// The same with a heading above the first of each day. What stands on top stands above them.
fn with_days(mut views: Vec<PostView>, posts: &[Published], zone: &TimeZone) -> Vec<PostView> {
    let mut last = String::new();
    for (view, one) in views.iter_mut().zip(posts).filter(|(view, _)| view.on_top.is_none()) {
        let day = clock::day(one.post.published_ms, zone);
        if day != last {
            view.day = Some(day.clone());
            last = day;
        }
    }
    views
}

impl Steps {
    async fn of(app: &App) -> Result<Self, DbErr> {
        Ok(Self { done: FirstSteps::load(&app.db.read).await?, https: app.config.is_https() })
    }
}

/// The marking that the address names.
async fn marked(app: &App, user: UserId, query: &Query) -> Result<Option<Marked>, DbErr> {
    let Some(marking) = query.number("marking") else { return Ok(None) };
    let count = receipts::marked(&app.db.read, user, marking).await?;
    Ok(count.filter(|count| *count > 0).map(|count| Marked { marking, count }))
}

/// The board above the feed, if there is one that they may see.
fn board_above(app: &App, viewer: &Viewer) -> Option<BoardView> {
    let board = app.state.above_feed()?;
    let (recents, zone) = (app.state.recents(board.id), &app.config.time_zone);
    let cards = app.state.cards_for(viewer, board.id)?;
    Some(BoardView::of(&board, cards.iter().map(|card| &**card), &recents, viewer, zone))
}
