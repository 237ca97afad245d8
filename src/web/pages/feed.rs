//! The feed.

use askama::Template;
use jiff::tz::TimeZone;
use poem::{Response, handler, http::StatusCode, web::Data};
use sea_orm::{DatabaseConnection, DbErr};

use crate::{
    app::App,
    clock,
    domain::{
        first_steps::FirstSteps,
        posts::{
            self, Filter, Listed, Next, OnTop, Published, alerts, asking,
            receipts::{
                self,
                snoozes::{self, Snoozed},
            },
        },
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
        views::{board::BoardView, feed::FeedFilter, post::PostView, preferences::zone_of},
    },
};

/// Posts on one page.
const PAGE_SIZE: usize = 30;

#[derive(Template)]
#[template(path = "feed.html")]
struct FeedPage {
    page: Page,
    cursor: String,
    /// As of which event the list is: what was told up to it can be marked together.
    through: String,
    filter: FeedFilter,
    posts: Vec<PostView>,
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
    let (db, user) = (&app.db.read, current.user.user_id());
    let viewer = Viewer::load(db, user).await?;
    let unread = receipts::unread(db, &viewer).await?;
    let filter = FeedFilter::of(&query);
    let snoozed = snoozes::snoozed(db, user).await?;
    // What is searched, or is of one kind, has everything in its place.
    let mut on_top = match filter.has_urgent_first() {
        true => posts::on_top(db, &current.user, &viewer, &unread).await?,
        false => OnTop::default(),
    };
    if filter.unread {
        on_top.pinned.retain(|number| unread.posts.iter().any(|post| post.number == *number));
    }
    let wanted = filter.filter(db, &zone_of(&app, &current.user)).await?;
    let elsewhere = on_top.numbers().chain(snoozed.iter().map(|snoozed| snoozed.number));
    let without = if filter.has_urgent_first() { elsewhere.collect() } else { Vec::new() };
    let wanted = Filter { without, ..wanted };
    let marked = marked(&app, user, &query).await?;
    let listed = unread.listed(db, &wanted).await?;
    let numbers = listed.iter().map(|post| post.number).collect();
    let mut found = if filter.snoozed {
        of_snoozed(db, &viewer, &wanted, &snoozed).await?
    } else if filter.unread {
        of_unread(db, &wanted, numbers).await?
    } else {
        posts::feed_of(db, &viewer, &wanted, PAGE_SIZE).await?
    };
    if filter.is_newest() {
        let mut above = posts::of_numbers(db, on_top.urgent.clone()).await?;
        // What is real stands above every drill.
        above.sort_by_key(|one| one.post.drill);
        above.extend(posts::of_numbers(db, on_top.pinned.clone()).await?);
        found.posts.splice(0..0, above);
    }
    if filter.is_newest() {
        alerts::note_shown(&app.db, &current.user, found.posts.iter().map(|one| &one.post)).await;
    }
    let is_first = filter.is_newest() && !filter.unread;
    let zone = &app.config.time_zone;
    let board = if is_first { board_above(&app, user).await? } else { None };
    let is_new = is_first && found.posts.is_empty() && current.user.is_admin();
    let steps = if is_new { Some(Steps::of(&app).await?) } else { None };
    let (older, not_searched) = match found.next {
        Some(Next::Older(before)) => (Some(before), None),
        Some(Next::NotSearched(before)) => (None, Some(before)),
        None => (None, None),
    };
    let address = |before: i64| filter.address(&[("before", &before.to_string())]);
    let page = Page::of(&current.user, Section::Feed).with_notice(notice::find(&query, NOTICES));
    let said = asking::said(db, user, found.asked()).await?;
    let view = |one: &Published| {
        let post = &one.post;
        let view = PostView::of(one, zone).seen_by(user, post.author_id, unread.of(post.id), zone);
        let view = view.snoozed(snoozed.iter().find(|snoozed| snoozed.post == post.id), zone);
        let (said, is_reached) = (said.get(&post.id), asking::reaches(post, &current.user));
        let view = view.said(said.cloned(), is_reached, zone).marked_by(&wanted.query);
        PostView { on_top: on_top.place(post.number), ..view }
    };
    let feed = FeedPage {
        page: page.with_unread(unread.posts.len()),
        through: Cursor { id: viewer.as_of, check: None, ..head.clone() }.to_string(),
        cursor: app.log.in_client_form(head).to_string(),
        older: older.map(address),
        not_searched: not_searched.map(address),
        used: wanted.query.used(),
        is_incomplete: found.is_incomplete,
        posts: with_days(found.posts.iter().map(view).collect(), &found.posts, zone),
        listed: if filter.snoozed { 0 } else { listed.len() },
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

/// A page of what was not read.
async fn of_unread(db: &DatabaseConnection, wanted: &Filter, mut numbers: Vec<i64>) -> Result<Listed, DbErr> {
    numbers.retain(|number| wanted.before.is_none_or(|before| *number < before));
    numbers.retain(|number| !wanted.without.contains(number));
    let next = posts::cut(&mut numbers, PAGE_SIZE);
    Ok(Listed { posts: posts::of_numbers(db, numbers).await?, next, is_incomplete: false })
}

/// A page of what waits until its viewer wants to see it.
async fn of_snoozed(
    db: &DatabaseConnection,
    viewer: &Viewer,
    wanted: &Filter,
    snoozed: &[Snoozed],
) -> Result<Listed, DbErr> {
    let numbers = snoozed.iter().map(|snoozed| snoozed.number);
    let numbers = numbers.filter(|number| wanted.before.is_none_or(|before| *number < before));
    let mut posts = posts::visible_of_numbers(db, viewer, numbers.collect()).await?;
    posts.retain(|one| wanted.admits(one));
    let has_more = posts.len() > PAGE_SIZE;
    posts.truncate(PAGE_SIZE);
    let next = posts.last().filter(|_| has_more).map(|last| Next::Older(last.post.number));
    Ok(Listed { posts, next, is_incomplete: false })
}

/// The marking that the address names.
async fn marked(app: &App, user: UserId, query: &Query) -> Result<Option<Marked>, DbErr> {
    let Some(marking) = query.number("marking") else { return Ok(None) };
    let count = receipts::marked(&app.db.read, user, marking).await?;
    Ok(count.filter(|count| *count > 0).map(|count| Marked { marking, count }))
}

/// The board above the feed, if there is one that they may see.
async fn board_above(app: &App, user: UserId) -> Result<Option<BoardView>, DbErr> {
    let Some(board) = app.state.above_feed() else { return Ok(None) };
    let viewer = Viewer::load(&app.db.read, user).await?;
    let (recents, zone) = (app.state.recents(board.id), &app.config.time_zone);
    let cards = app.state.cards_for(&viewer, board.id);
    Ok(cards.map(|cards| BoardView::of(&board, cards.iter().map(|card| &**card), &recents, &viewer, zone)))
}
