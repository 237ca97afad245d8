//! The record of a post, for the day after: what it said, whom it reached, what each of them said of it, and every act.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{find, rows::PersonRow};
use crate::{
    app::App,
    clock::Moment,
    domain::{
        posts::{
            answers,
            record::{self, Act, RecordLine},
            revisions::{self, Revision},
            roster::{self, Filter, Numbers},
        },
        search::Search,
    },
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        respond::{
            download,
            page::{self, Page},
            section::Section,
        },
        views::{post::PostView, record::Record, writers::Writers},
    },
};

/// Acts, and people, on one page.
const PAGE_SIZE: u64 = 200;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    page: Page,
    post: PostView,
    numbers: Numbers,
    /// Whether who is in a closed group is left out.
    is_partial: bool,
    /// What it said before it was edited, and since, newest first; nothing, if it was not.
    versions: Vec<VersionRow>,
    /// Whether people are told by name.
    has_names: bool,
    /// Whether they were asked to say something.
    is_asked: bool,
    people: Vec<PersonRow>,
    /// The address of those who are on no page yet.
    more_people: Option<String>,
    acts: Vec<ActRow>,
    /// The address of the next page of acts, if there is one.
    next: Option<String>,
}

struct VersionRow {
    version: i64,
    at: Moment,
    by: String,
    title: String,
    /// Markdown, as it was typed.
    body: String,
    struck: Option<StruckRow>,
}

struct StruckRow {
    at: Moment,
    by: String,
    reason: String,
}

struct ActRow {
    at: Moment,
    who: String,
    /// Who did it, if it was somebody else.
    by: Option<String>,
    words: String,
    detail: String,
    version: i64,
}

/// `GET /admin/posts/{id}/record`, with `?people=` and `?after=`: its people, and the acts, go on from there.
#[handler]
pub async fn show(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let (db, zone) = (&app.db.read, &app.config.time_zone);
    let (found, view) = find(&app, &current, id).await?;
    let after = query.number("after").unwrap_or_default();
    let lines = record::acts(db, &found.post, view, after, PAGE_SIZE).await?;
    let last = lines.last().filter(|_| lines.len() as u64 == PAGE_SIZE).map(|line| line.id);
    let row = |line: RecordLine| ActRow {
        at: Moment::of(line.at_ms, zone),
        words: words(&line),
        who: line.who,
        by: line.by,
        detail: line.detail,
        version: line.version,
    };
    let has_names = roster::has_names(db, &found.post).await?;
    let people = Filter { search: Search::of("", &query.one("people")), ..Filter::default() };
    let people = match has_names {
        true => Some(roster::list(db, &found.post, view, &people, PAGE_SIZE).await?),
        false => None,
    };
    let more_people = people.as_ref().and_then(|listed| listed.next.as_ref());
    let more_people = more_people.map(|next| format!("/admin/posts/{id}/record?people={next}#people"));
    let offers = answers::of(&found.post);
    let people = people.into_iter().flat_map(|listed| listed.rows);
    let versions = revisions::all(db, &found.post).await?;
    let names = Writers::of(db, &versions).await?;
    let version = |one: Revision| VersionRow {
        version: one.version,
        at: Moment::of(one.at_ms, zone),
        by: names.name(one.by_id),
        title: one.title,
        body: one.body,
        struck: one.struck_ms.map(|ms| StruckRow {
            at: Moment::of(ms, zone),
            by: names.name(one.struck_by),
            reason: one.struck_reason.unwrap_or_default(),
        }),
    };
    let page = RecordPage {
        versions: versions.into_iter().map(version).collect(),
        page: Page::of(&current.user, Section::Posts),
        numbers: roster::numbers(db, &found.post, view).await?,
        is_partial: view.hides_any(db, &found.post).await?,
        has_names,
        is_asked: found.post.acknowledge,
        people: people.map(|entry| PersonRow::of(entry, &offers, zone)).collect(),
        more_people,
        acts: lines.into_iter().map(row).collect(),
        next: last.map(|last| format!("/admin/posts/{id}/record?after={last}#acts")),
        post: PostView { long: false, ..PostView::of(&found, zone) },
    };
    page::show(StatusCode::OK, &page)
}

/// `GET /admin/posts/{id}/record.json`: all of it. That it was asked for stands in the audit log before anything is sent.
#[handler]
pub async fn export(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let (found, view) = find(&app, &current, id).await?;
    roster::note_export(&app.changes, &current.by(), &found.post, text::of("audit-record")).await?;
    let record = Record::of(&app.db, found, view);
    Ok(download::file(&record.file_name(), "application/json", record, Record::next))
}

/// An act in words.
fn words(line: &RecordLine) -> String {
    text::say(match line.act {
        Act::Escalated if line.detail.is_empty() => text::key("record-escalated-admins"),
        Act::Escalated => text::key("record-escalated"),
        Act::Acknowledged => text::key("record-acknowledged"),
        Act::Reminded => text::key("record-reminded"),
        Act::Answered => text::key("record-answered"),
        Act::AnsweredFor => text::key("record-answered-for"),
        Act::HelpTaken => text::key("record-help-taken"),
        Act::HelpGivenBack => text::key("record-help-given-back"),
        Act::TakenBack => text::key("record-taken-back"),
    })
}
