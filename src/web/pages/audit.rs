//! The audit log, for admins: a page to look through it, and the same as a table for spreadsheets.

use askama::Template;
use bytes::Bytes;
use futures_util::stream;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use poem::{
    Body, Response, handler,
    http::{StatusCode, header},
    web::Data,
};
use sea_orm::{ActiveEnum, Iterable};

use crate::{
    app::App,
    clock::{self, Moment},
    db::Db,
    domain::audit::{self, Action, Filter, Outcome, Record},
    web::{
        error::Error,
        extract::{access::Admin, query::Query},
        respond::{
            csv,
            page::{self, Page},
        },
    },
};

/// Entries on one page.
const PAGE: usize = 50;

/// Entries that are read in one go for the table.
const CHUNK: u64 = 1000;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    page: Page,
    asked: Asked,
    problem: Option<&'static str>,
    acts: Vec<Choice>,
    rows: Vec<Row>,
    /// The filters as they stand behind an address.
    query: String,
    older: Option<i64>,
}

struct Choice {
    value: String,
    words: &'static str,
}

struct Row {
    at: Moment,
    who: String,
    via: String,
    words: &'static str,
    refused: bool,
    about: String,
    address: String,
    detail: String,
    times: i64,
}

/// The filters, as they were typed.
#[derive(Clone, Debug, Default)]
struct Asked {
    name: String,
    act: String,
    outcome: String,
    from: String,
    to: String,
    before: Option<i64>,
}

/// `GET /admin/audit`: the newest entries, or those before `?before=`.
#[handler]
pub async fn show(admin: Admin, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let asked = Asked::of(&query);
    let (filter, problem) = match asked.filter(&app.config.time_zone) {
        Ok(filter) => (filter, None),
        Err(problem) => (Filter::default(), Some(problem)),
    };
    let mut found = audit::page(&app.db.read, &filter, asked.before, PAGE as u64 + 1).await?;
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let shown = AuditPage {
        page: Page::of(&admin.0.user, "audit"),
        older: found.last().filter(|_| has_more).map(|last| last.id),
        rows: found.into_iter().map(|record| Row::of(record, &app.config.time_zone)).collect(),
        acts: Action::iter().map(|act| Choice { value: act.to_value(), words: words(act) }).collect(),
        query: asked.query(),
        asked,
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::show(status, &shown)
}

/// `GET /admin/audit.csv`: every entry that the filters let through, newest first.
#[handler]
pub async fn export(_: Admin, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let asked = Asked::of(&query);
    let Ok(filter) = asked.filter(&app.config.time_zone) else {
        // The page says what is wrong.
        return Ok(page::see_other(&format!("/admin/audit?{}", asked.query())));
    };
    let start = Export { db: app.db.clone(), filter, before: asked.before, is_first: true };
    let chunks = stream::try_unfold(Some(start), |export| async {
        let Some(export) = export else { return Ok(None) };
        export.next().await.map(Some).map_err(std::io::Error::other)
    });
    Ok(Response::builder()
        .content_type("text/csv; charset=utf-8; header=present")
        .header(header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\"")
        .body(Body::from_bytes_stream(chunks)))
}

/// How far the table was written: it is read as it is sent, so that its length costs no memory.
struct Export {
    db: Db,
    filter: Filter,
    before: Option<i64>,
    is_first: bool,
}

impl Export {
    async fn next(self) -> Result<(Bytes, Option<Self>), sea_orm::DbErr> {
        let records = audit::page(&self.db.read, &self.filter, self.before, CHUNK).await?;
        let mut text = String::new();
        if self.is_first {
            text.push(csv::BYTE_ORDER_MARK);
            let titles =
                ["id", "time", "act", "outcome", "who", "via", "address", "about", "detail", "times"];
            csv::push_row(&mut text, titles);
        }
        for record in &records {
            let (id, times) = (record.id.to_string(), record.times.to_string());
            let (at, act, outcome) =
                (clock::rfc3339(record.at_ms), record.act.to_value(), record.outcome.to_value());
            let address = record.address.as_deref().unwrap_or_default();
            let Record { who, via, about, detail, .. } = record;
            csv::push_row(&mut text, [&id, &at, &act, &outcome, who, via, address, about, detail, &times]);
        }
        let last = records.last().filter(|_| records.len() as u64 == CHUNK).map(|record| record.id);
        let rest = last.map(|id| Self { before: Some(id), is_first: false, ..self });
        Ok((text.into(), rest))
    }
}

impl Asked {
    fn of(query: &Query) -> Self {
        Self {
            name: query.one("name"),
            act: query.one("act"),
            outcome: query.one("outcome"),
            from: query.one("from"),
            to: query.one("to"),
            before: query.number("before"),
        }
    }

    fn filter(&self, zone: &TimeZone) -> Result<Filter, &'static str> {
        let act = given(&self.act).map(|act| Action::try_from_value(&act.to_owned())).transpose();
        let outcome = given(&self.outcome).map(|outcome| Outcome::try_from_value(&outcome.to_owned()));
        let from = given(&self.from).map(|day| midnight(day, zone, 0)).transpose();
        // The last day counts until its end.
        let until = given(&self.to).map(|day| midnight(day, zone, 1)).transpose();
        Ok(Filter {
            name: given(&self.name).map(str::to_owned),
            action: act.map_err(|_| "Choose from the list what is to be shown.")?,
            outcome: outcome.transpose().map_err(|_| "Choose from the list what came of it.")?,
            from_ms: from.map_err(|_| NO_DAY)?,
            until_ms: until.map_err(|_| NO_DAY)?,
        })
    }

    fn query(&self) -> String {
        let filters = [
            ("name", &self.name),
            ("act", &self.act),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let filters = filters.into_iter().filter(|(_, typed)| !typed.is_empty());
        form_urlencoded::Serializer::new(String::new()).extend_pairs(filters).finish()
    }
}

const NO_DAY: &str = "A day is written like 2026-11-24.";

/// What was typed into a filter, if anything was.
fn given(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|typed| !typed.is_empty())
}

/// When a day begins, or one that many days later, in Unix milliseconds.
fn midnight(day: &str, zone: &TimeZone, later: i64) -> Result<i64, jiff::Error> {
    let day = day.parse::<Date>()?.checked_add(later.days())?;
    Ok(day.to_zoned(zone.clone())?.timestamp().as_millisecond())
}

impl Row {
    fn of(record: Record, zone: &TimeZone) -> Self {
        Self {
            at: Moment::of(record.at_ms, zone),
            via: match record.via.as_str() {
                "page" => String::new(),
                "api" => "a program".into(),
                "shell" => "the shell".into(),
                token => token.replace(':', " "),
            },
            words: words(record.act),
            refused: record.outcome == Outcome::Refused,
            // Who signs in or out does so for themselves.
            about: if record.about == record.who { String::new() } else { record.about },
            who: record.who,
            address: record.address.unwrap_or_default(),
            detail: record.detail,
            times: record.times,
        }
    }
}

fn words(act: Action) -> &'static str {
    match act {
        Action::SignIn => "Sign-in",
        Action::SignOut => "Sign-out",
        Action::Confirm => "Password asked again",
        Action::EndSessions => "Sessions ended",
        Action::SetPassword => "Password set",
        Action::SetRole => "Role changed",
        Action::AddAccount => "Account made",
        Action::Disable => "Account disabled",
        Action::Enable => "Account enabled",
        Action::AddGroup => "Group made",
        Action::RenameGroup => "Group renamed",
        Action::RemoveGroup => "Group removed",
        Action::JoinGroup => "Put into a group",
        Action::LeaveGroup => "Taken out of a group",
        Action::AddToken => "Token made",
        Action::RevokeToken => "Token revoked",
        Action::AddLink => "One-time link made",
        Action::WithdrawLink => "One-time link withdrawn",
        Action::UseLink => "One-time link used",
        Action::Publish => "Post published",
        Action::Forgery => "Form from another site",
        Action::Access => "Not allowed",
    }
}
