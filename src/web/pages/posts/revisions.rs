//! What a post said before it was edited.

use askama::Template;
use poem::{
    Response, handler,
    web::{Data, Path},
};

use crate::{
    app::App,
    clock::Moment,
    domain::posts::{
        self, Kind, Post, changes, managing,
        revisions::{self, Piece, Revision, difference},
    },
    live::audience::Viewer,
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, form::SmallForm, query::Query},
        respond::{
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
        views::{post, writers::Writers},
    },
};

#[derive(Template)]
#[template(path = "revisions.html")]
struct RevisionsPage {
    page: Page,
    id: i64,
    title: String,
    revisions: Vec<RevisionView>,
    /// Which the form that came back is about, and what was typed into it.
    typed: (i64, String),
}

/// What a post said once, and how that differs from what it had said before.
struct RevisionView {
    version: i64,
    at: Moment,
    by: String,
    /// What it was, if that is another than before.
    flag: Option<String>,
    title: Vec<Piece>,
    body: Vec<Piece>,
    struck: Option<Struck>,
    may_strike: bool,
}

struct Struck {
    at: Moment,
    by: String,
    reason: String,
}

const NOTICES: Notices = &[("struck", text::key("notice-struck"))];

/// Characters of a stretch that did not change; of longer ones the ends are shown.
const MAX_SAME: usize = 300;

/// `GET /posts/{id}/revisions`.
#[handler]
pub async fn list(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let found = match posts::find(&app.db.read, current.user.user_id(), id).await? {
        Some(found) => found,
        None => current.managed_post(&app, id).await?,
    };
    let page = Page::of(&current.user, Section::Feed).with_notice(notice::find(&query, NOTICES));
    show(&app, &current, page, &found.post, (0, String::new())).await
}

/// `POST /admin/posts/{id}/revisions/{version}/striking`: takes the text of one away, and notes why.
#[handler]
pub async fn strike(
    current: CurrentUser,
    app: Data<&App>,
    Path((id, version)): Path<(i64, i64)>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let typed = fields.one("reason");
    let reason = match changes::parse_reason(&typed) {
        Ok(reason) => reason,
        Err(problem) => {
            let found = current.managed_post(&app, id).await?;
            let page = Page::of(&current.user, Section::Feed).with_problems(Problems::one("reason", problem));
            return show(&app, &current, page, &found.post, (version, typed)).await;
        }
    };
    let (mut change, post) = current.hold_post(&app, id).await?;
    if !revisions::strike(&mut change, &current.by(), &post, version, Some(reason)).await? {
        return Err(Error::NotFound);
    }
    change.commit().await?;
    Ok(notice::lead_to(&format!("/posts/{id}/revisions"), "struck"))
}

async fn show(
    app: &App,
    current: &CurrentUser,
    page: Page,
    post: &Post,
    typed: (i64, String),
) -> Result<Response, Error> {
    let db = &app.db.read;
    let may_strike = managing::may_manage(db, &current.user, post).await?;
    let found = match may_strike {
        true => revisions::all(db, post).await?,
        false => revisions::of(db, &Viewer::load(db, current.user.user_id()).await?, post).await?,
    };
    let names = Writers::of(db, &found).await?;
    let zone = app.config.time_zone.clone();
    // Comparing long texts takes a while.
    let is_current = found.first().is_some_and(|newest| revisions::is_current(newest, post));
    let views = text::aside(move || {
        let before = found.iter().skip(1).map(Some).chain([None]);
        let pairs = found.iter().zip(before).enumerate();
        let view = |(at, (now, before))| {
            let may_strike = may_strike && (at > 0 || !is_current);
            RevisionView::of(now, before, &names, &zone, may_strike)
        };
        pairs.map(view).collect::<Vec<_>>()
    });
    let revisions = views.await;
    let (status, id, title) = (page.problems.status(), post.id, post.title.clone());
    page::show(status, &RevisionsPage { page, id, title, revisions, typed })
}

impl RevisionView {
    fn of(
        now: &Revision,
        before: Option<&Revision>,
        names: &Writers,
        zone: &jiff::tz::TimeZone,
        may_strike: bool,
    ) -> Self {
        let struck = now.struck_ms.map(|ms| Struck {
            at: Moment::of(ms, zone),
            by: names.name(now.struck_by),
            reason: now.struck_reason.clone().unwrap_or_default(),
        });
        // What was struck is compared with nothing.
        let known = before.filter(|before| before.struck_ms.is_none());
        let (was_title, was_body) =
            known.map_or((&now.title, &now.body), |before| (&before.title, &before.body));
        let is_other = before.is_none_or(|before| (before.kind, before.severity) != (now.kind, now.severity));
        let flag = match now.kind {
            Kind::Alert => post::severity_words(now.severity),
            Kind::News => text::say("post-form-news"),
        };
        Self {
            version: now.version,
            at: Moment::of(now.at_ms, zone),
            by: names.name(now.by_id),
            flag: is_other.then_some(flag),
            title: difference(was_title, &now.title),
            body: difference(was_body, &now.body).into_iter().map(shortened).collect(),
            may_strike: may_strike && struck.is_none(),
            struck,
        }
    }
}

/// A long stretch that did not change, by its ends.
fn shortened(part: Piece) -> Piece {
    let Piece::Same(text) = &part else { return part };
    let length = text.chars().count();
    if length <= MAX_SAME {
        return part;
    }
    let half = MAX_SAME / 2;
    let begin: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(length - half).collect();
    Piece::Same(format!("{begin} […] {end}"))
}
