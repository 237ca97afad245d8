//! The record of a post, for the day after: what it said, whom it reached, what each of them said of it, and every act, as a
//! page and as JSON.

use std::collections::{HashMap, HashSet};

use askama::Template;
use bytes::Bytes;
use futures_util::stream;
use poem::{
    Body, Response, handler,
    http::{StatusCode, header},
    web::{Data, Path},
};
use sea_orm::{ActiveEnum, ConnectionTrait, DbErr};
use serde_json::json;

use super::find;
use crate::{
    app::App,
    clock::{self, Moment},
    db::Db,
    domain::{
        audit::{Action, Entry},
        posts::{
            Post, answers,
            record::{self, Act, Line},
            revisions::{self, Revision},
            roster::{self, Filter, Numbers, View},
        },
        users,
    },
    ids::UserId,
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, query::Query},
        respond::{
            page::{self, Page},
            section::Section,
        },
        views::post::{self, PostView, Resolution},
    },
};

/// Acts on one page.
const PAGE_SIZE: u64 = 200;

/// Rows that are read in one go.
const CHUNK_SIZE: u64 = 500;

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
    acts: Vec<ActRow>,
    /// The address of the next page, if there is one.
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

/// `GET /admin/posts/{id}/record`.
#[handler]
pub async fn show(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let (db, zone) = (&app.db.read, &app.config.time_zone);
    let found = find(&app, &current, id).await?;
    let after = query.number("after").unwrap_or_default();
    let view = View::of(db, &current.user, &found.post).await?;
    let lines = record::acts(db, &found.post, view, after, PAGE_SIZE).await?;
    let last = lines.last().filter(|_| lines.len() as u64 == PAGE_SIZE).map(|line| line.id);
    let row = |line: Line| ActRow {
        at: Moment::of(line.at_ms, zone),
        words: words(&line),
        who: line.who,
        by: line.by,
        detail: line.detail,
        version: line.version,
    };
    let names = revision_names(db, &found.post).await?;
    let version = |one: Revision| VersionRow {
        version: one.version,
        at: Moment::of(one.at_ms, zone),
        by: name_of(&names, one.by_id),
        title: one.title,
        body: one.body,
        struck: one.struck_ms.map(|ms| StruckRow {
            at: Moment::of(ms, zone),
            by: name_of(&names, one.struck_by),
            reason: one.struck_reason.unwrap_or_default(),
        }),
    };
    let page = RecordPage {
        versions: revisions::all(db, &found.post).await?.into_iter().map(version).collect(),
        page: Page::of(&current.user, Section::Posts),
        numbers: roster::numbers(db, &found.post, view).await?,
        is_partial: view.hides_any(db, &found.post).await?,
        acts: lines.into_iter().map(row).collect(),
        next: last.map(|last| format!("/admin/posts/{id}/record?after={last}")),
        post: PostView { long: false, ..PostView::of(&found, zone) },
    };
    page::show(StatusCode::OK, &page)
}

/// Who wrote and who struck what the post said.
async fn revision_names(db: &impl ConnectionTrait, post: &Post) -> Result<HashMap<UserId, String>, DbErr> {
    let found = revisions::all(db, post).await?;
    let people: HashSet<_> = found.iter().flat_map(|one| [one.by_id, one.struck_by]).flatten().collect();
    users::names(db, people.into_iter().map(UserId)).await
}

/// The server has no name.
fn name_of(names: &HashMap<UserId, String>, id: Option<i64>) -> String {
    match id {
        Some(id) => names.get(&UserId(id)).cloned().unwrap_or_default(),
        None => text::say("revisions-server"),
    }
}

/// `GET /admin/posts/{id}/record.json`: all of it. That it was asked for stands in the audit log before anything is sent.
#[handler]
pub async fn export(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let post = find(&app, &current, id).await?.post;
    let mut change = app.changes.begin().await?;
    let entry = Entry::done(&current.by(), Action::ExportRoster, format!("post {id}"));
    change.record(entry.detail(text::of("audit-record"))).await?;
    change.commit().await?;
    let view = View::of(&app.db.read, &current.user, &post).await?;
    let author = current.user.name.clone();
    let start = Export { db: app.db.clone(), post, view, author, part: Part::Head };
    let chunks = stream::try_unfold(Some(start), |export| async {
        let Some(export) = export else { return Ok(None) };
        export.next().await.map(Some).map_err(std::io::Error::other)
    });
    Ok(Response::builder()
        .content_type("application/json")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"record-{id}.json\""))
        .body(Body::from_bytes_stream(chunks)))
}

/// How far it was written: it is read as it is sent, so that its length costs no memory.
struct Export {
    db: Db,
    post: Post,
    /// How much of the roster is told.
    view: View,
    author: String,
    part: Part,
}

enum Part {
    Head,
    People(Filter),
    /// After which act.
    Acts(i64),
}

impl Export {
    async fn next(mut self) -> Result<(Bytes, Option<Self>), DbErr> {
        let (text, next) = match &self.part {
            Part::Head => (self.head().await?, Some(Part::People(Filter::default()))),
            Part::People(filter) => self.people(filter.clone()).await?,
            Part::Acts(after) => self.acts(*after).await?,
        };
        let Some(part) = next else { return Ok((text.into(), None)) };
        self.part = part;
        Ok((text.into(), Some(self)))
    }

    async fn head(&self) -> Result<String, DbErr> {
        let (db, post, view) = (&self.db.read, &self.post, self.view);
        let Numbers { recipients, sent, read, acknowledged, outstanding } =
            roster::numbers(db, post, view).await?;
        let told = json!({
            "id": post.id, "kind": post.kind, "severity": post.severity, "title": post.title, "body": post.body,
            "author": self.author, "url": post::address(post), "version": post.version,
            "published_at": clock::rfc3339(post.published_ms), "edited_at": post.edited_ms.map(clock::rfc3339),
            "resolution": Resolution::of(post), "acknowledge": post.acknowledge,
            "due": post.due_ms.map(clock::rfc3339), "answers": answers::of(post), "telephone": post.telephone,
            "drill": post.drill,
        });
        let numbers = json!({
            "recipients": recipients, "sent": sent, "read": read, "acknowledged": acknowledged, "outstanding": outstanding,
            "partial": view.hides_any(db, post).await?,
        });
        let made_at = clock::rfc3339(clock::now_ms());
        let revisions = self.revisions().await?;
        Ok(format!(
            "{{\"made_at\":\"{made_at}\",\"post\":{told},\"numbers\":{numbers},\"revisions\":{revisions},\"people\":["
        ))
    }

    /// What the post said before it was edited, and since, newest first: of what was struck, that it was.
    async fn revisions(&self) -> Result<serde_json::Value, DbErr> {
        let (db, post) = (&self.db.read, &self.post);
        let names = revision_names(db, post).await?;
        let told = |one: Revision| {
            let struck = one.struck_ms.map(|ms| {
                let by = name_of(&names, one.struck_by);
                json!({ "at": clock::rfc3339(ms), "by": by, "reason": one.struck_reason })
            });
            json!({
                "version": one.version, "at": clock::rfc3339(one.at_ms), "by": name_of(&names, one.by_id),
                "kind": one.kind, "severity": one.severity, "title": one.title, "body": one.body, "struck": struck,
            })
        };
        Ok(revisions::all(db, post).await?.into_iter().map(told).collect())
    }

    /// Of a post that asks nothing, nobody is named, unless the organisation lets authors see who has read it.
    async fn people(&self, mut filter: Filter) -> Result<(String, Option<Part>), DbErr> {
        let is_first = filter.search.after.is_none();
        let mut text = String::new();
        if roster::has_names(&self.db.read, &self.post).await? {
            let found = roster::list(&self.db.read, &self.post, self.view, &filter, CHUNK_SIZE).await?;
            let offers = answers::of(&self.post);
            for (place, entry) in found.rows.iter().enumerate() {
                let answer = entry.answer.and_then(|answer| offers.get(usize::try_from(answer).ok()?));
                let person = json!({
                    "id": entry.user.id, "name": entry.user.name, "state": entry.state.word(),
                    "at": entry.at_ms.map(clock::rfc3339), "answer": answer.map(|offer| &offer.text),
                    "note": entry.note, "telephone": entry.telephone, "answered_by": entry.by,
                    "taken_by": entry.taken.as_ref().map(|(name, _)| name),
                    "taken_at": entry.taken.as_ref().map(|(_, ms)| clock::rfc3339(*ms)),
                    "sent": entry.seen.map(|seen| seen.sent), "read": entry.seen.map(|seen| seen.read),
                });
                push(&mut text, is_first && place == 0, &person);
            }
            if let Some(next) = found.next {
                filter.search.after = Some(next);
                return Ok((text, Some(Part::People(filter))));
            }
        }
        text.push_str("],\"acts\":[");
        Ok((text, Some(Part::Acts(0))))
    }

    async fn acts(&self, after: i64) -> Result<(String, Option<Part>), DbErr> {
        let lines = record::acts(&self.db.read, &self.post, self.view, after, CHUNK_SIZE).await?;
        let mut text = String::new();
        for (place, line) in lines.iter().enumerate() {
            let act = json!({
                "at": clock::rfc3339(line.at_ms), "act": line.act.to_value(), "who": line.who, "by": line.by,
                "detail": line.detail, "version": line.version,
            });
            push(&mut text, after == 0 && place == 0, &act);
        }
        match lines.last() {
            Some(last) => Ok((text, Some(Part::Acts(last.id)))),
            None => Ok((text + "]}", None)),
        }
    }
}

fn push(text: &mut String, is_first: bool, value: &serde_json::Value) {
    if !is_first {
        text.push(',');
    }
    text.push_str(&value.to_string());
}

/// An act in words.
fn words(line: &Line) -> String {
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
