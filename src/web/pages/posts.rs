//! One post's page.

use std::time::Duration;

use askama::Template;
use poem::{
    Response, handler,
    http::HeaderMap,
    web::{Data, Path},
};
use sea_orm::DbErr;

use crate::{
    app::App,
    domain::{
        organisation::Receipts,
        posts::{
            self, Audience, Neighbours, Post, Published, Scope, alerts, asking, coordinators as of_post,
            managing,
            receipts::{self, What, snoozes},
            roster,
        },
        users::Reads,
    },
    live::audience::Viewer,
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        respond::{
            notice::{self, Notices},
            page::{self, Page},
            section::Section,
        },
        views::{
            came_from,
            post::{PostView, Typed},
        },
    },
};

#[derive(Template)]
#[template(path = "post.html")]
struct PostPage {
    page: Page,
    /// As of which event it is at least.
    cursor: String,
    post: PostView,
    /// By what it counts as read.
    reads: &'static str,
    /// For its readers: what its author sees of who has read it.
    told: Option<Receipts>,
    /// For who may act on it alone.
    addressees: Option<Addressees>,
    /// Whether the viewer is its author, or coordinates it.
    is_managing: bool,
    /// Who coordinates it, for those alone.
    coordinators: Option<String>,
    /// To whom it is to be handed over, as it was typed.
    handed_to: Option<String>,
    /// Whether the viewer is told of its changes as one of those who look after it: it is in no list of theirs.
    is_outside: bool,
    /// Whether the viewer may change it.
    may_manage: bool,
    /// Whether that is the most that they may do with it.
    may_withdraw: bool,
    /// Whether the viewer may say of it that it is over, or that it is not.
    may_resolve: bool,
    /// What was typed of why it is over.
    note: String,
    /// The part of the list that its reader came from.
    list: String,
    neighbours: Neighbours,
}

pub mod answers;
pub mod coordinators;
pub mod edit;
pub mod pin;
pub mod resolution;
pub mod revisions;
pub mod withdrawal;
pub mod written;

/// A post is read while the database is busy, too.
const NOTE_TIMEOUT: Duration = Duration::from_secs(1);

const NOTICES: Notices = &[
    ("over", text::key("notice-over")),
    ("reopened", text::key("notice-reopened")),
    ("too-late", text::key("notice-too-late")),
    ("withdrawn", text::key("notice-post-withdrawn")),
    ("edited", text::key("notice-post-edited")),
    ("pinned", text::key("notice-post-pinned")),
    ("unpinned", text::key("notice-post-unpinned")),
    ("told-again", text::key("notice-post-told-again")),
    ("handed-over", text::key("notice-post-handed-over")),
    ("expired-meanwhile", text::key("post-expired-meanwhile")),
    ("withdrawn-meanwhile", text::key("post-edit-withdrawn")),
];

/// Whom a post is for, by name.
struct Addressees {
    groups: Vec<String>,
    people: Vec<String>,
    except: Vec<String>,
}

/// What the page is to show.
struct Shown {
    found: Published,
    note: String,
    list: String,
    /// An answer that comes back.
    typed: Option<Typed>,
    /// To whom it was to be handed over, as it was typed.
    handed_to: Option<String>,
}

/// `GET /posts/{id}`.
#[handler]
pub async fn show(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    // Read before the post: what happens to it in between is delivered, and the page knows it already.
    let cursor = cursor(&app);
    let (found, section) = match posts::find(&app.db.read, current.user.user_id(), id).await? {
        Some(found) => {
            alerts::note_shown(&app.db, &current.user, [&found.post]).await;
            if is_visit(headers) && current.user.reads != Reads::ByHand {
                note_read(&app, &current, &found.post).await;
            }
            (found, Section::Feed)
        }
        // Who coordinates it sees it, too, and has nothing to read.
        None => (current.managed_post(&app, id).await?, Section::Posts),
    };
    let page = Page::of(&current.user, section).with_notice(notice::find(&query, NOTICES));
    let list = came_from::list_address(headers);
    show_page(&app, &current, page, cursor, Shown::of(found, list)).await
}

/// Whether a person opened the page in a window: not a script, a prefetch or a preview. Browsers say so where they send Fetch
/// Metadata (W3C); where they do not, the page's script says that it was opened.
fn is_visit(headers: &HeaderMap) -> bool {
    let is_document = headers.get("sec-fetch-dest").is_some_and(|dest| dest == "document");
    is_document && !headers.contains_key("sec-purpose")
}

/// Notes that the post was opened. A page does not wait long for it: if it cannot be noted, the post stays unread.
async fn note_read(app: &App, current: &CurrentUser, post: &Post) {
    let user = current.user.user_id();
    let note = async {
        if post.writer() != Some(user) && !receipts::is_settled(&app.db.read, user, post).await? {
            app.receipt_queue.write(user, What::read(post)).await?;
        }
        Ok::<_, DbErr>(())
    };
    match tokio::time::timeout(NOTE_TIMEOUT, note).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, user = user.0, "It could not be noted that a post was opened")
        }
        Err(_) => tracing::warn!(user = user.0, "It took too long to note that a post was opened"),
    }
}

fn cursor(app: &App) -> String {
    app.log.in_client_form(app.log.head()).to_string()
}

async fn show_page(
    app: &App,
    current: &CurrentUser,
    page: Page,
    cursor: String,
    shown: Shown,
) -> Result<Response, Error> {
    let Shown { found, note, list, typed, handed_to } = shown;
    let is_seen = posts::find(&app.db.read, current.user.user_id(), found.post.id).await?.is_some();
    let is_managing = managing::may_manage(&app.db.read, &current.user, &found.post).await?;
    let coordinators = match is_managing {
        true => of_post::name(&app.db.read, &found.post).await?,
        false => None,
    };
    let viewer = Viewer::load(&app.db.read, current.user.user_id()).await?;
    let unread = receipts::unread(&app.db.read, &viewer).await?;
    let page = page.with_unread(unread.posts.len());
    let neighbours = posts::neighbours(&app.db.read, &viewer, &found.post).await?;
    let addressees = if is_managing { Addressees::of(app, &found.post).await? } else { None };
    let post = PostView { long: false, ..PostView::of(&found, &app.config.time_zone) };
    let (id, zone) = (found.post.id, &app.config.time_zone);
    let snoozed = snoozes::snoozed(&app.db.read, viewer.user).await?;
    let post = post.seen_by(viewer.user, found.post.writer(), unread.of(id), zone);
    let post = post.snoozed(snoozed.iter().find(|snoozed| snoozed.post == id), zone);
    let asked = found.post.acknowledge.then_some(id);
    let said = asking::said(&app.db.read, viewer.user, asked).await?;
    let is_reached = is_seen && asking::reaches(&found.post, &current.user);
    let post = post.said(said.get(&id).cloned(), is_reached, zone).with_typed(typed);
    let may_manage = is_managing && post.withdrawn.is_none();
    let may_end = managing::may_end(&app.db.read, &current.user, &found.post).await?;
    let may_withdraw = may_end && !is_managing && post.withdrawn.is_none();
    let may_resolve = may_end && post.alert && post.withdrawn.is_none() && post.expired.is_none();
    let status = page.problems.status();
    let told = match is_managing {
        true => None,
        false => roster::receipts_of(&app.db.read, &found.post).await?,
    };
    let page = PostPage {
        page,
        cursor,
        post,
        reads: current.user.reads.word(),
        told,
        addressees,
        is_managing,
        is_outside: is_managing && !is_seen,
        coordinators,
        handed_to,
        may_manage,
        may_withdraw,
        may_resolve,
        note,
        list,
        neighbours,
    };
    page::show(status, &page)
}

impl Shown {
    /// With nothing that comes back.
    fn of(found: Published, list: String) -> Self {
        Self { found, note: String::new(), list, typed: None, handed_to: None }
    }
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
