//! The audit log, for admins: a page to look through it, and the same as a table for spreadsheets (`export`).

use askama::Template;
use jiff::tz::TimeZone;
use poem::{Response, handler, web::Data};
use sea_orm::{ActiveEnum, Iterable};

use self::filters::Typed;
use crate::{
    app::App,
    clock::{self, Moment},
    domain::audit::{self, Action, Filter, Outcome, Record},
    web::{
        error::Error,
        extract::{access::Admin, query::Query},
        respond::{
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
    },
};

pub mod export;
mod filters;

/// Entries on one page.
const PAGE_SIZE: usize = 50;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    page: Page,
    typed: Typed,
    actions: Vec<Choice>,
    rows: Vec<AuditRow>,
    /// The filters as they stand behind an address.
    query: String,
    older: Option<i64>,
    /// A day from which on there are entries of a clock that was ahead.
    ahead: Option<String>,
}

struct Choice {
    value: String,
    words: &'static str,
}

struct AuditRow {
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

/// `GET /admin/audit`: the newest entries, or those before `?before=`.
#[handler]
pub async fn show(admin: Admin, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let typed = Typed::of(&query);
    let (mut filter, problems) = match typed.filter(&app).await {
        Ok(filter) => (filter, Problems::default()),
        Err(refused) => (Filter::default(), Problems::refused("form", refused)?),
    };
    let db = &app.db.read;
    // Entries of a clock that was ahead would stand before all others for as long as it was.
    let tomorrow = clock::now_ms() + DAY_MS;
    let ahead = if typed.has_period() {
        None
    } else {
        filter.until_ms = Some(tomorrow);
        let has_some = audit::has_later(db, tomorrow).await?;
        has_some.then(|| filters::day(tomorrow, &app.config.time_zone))
    };
    let before = match typed.before {
        Some(id) => Some(audit::place(db, id).await?),
        None => None,
    };
    let mut found = audit::page(db, &filter, before, PAGE_SIZE as u64 + 1).await?;
    let has_more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let status = problems.status();
    let shown = AuditPage {
        page: Page::of(&admin.0.user, Section::Audit).with_problems(problems),
        older: found.last().filter(|_| has_more).map(|last| last.id),
        rows: found.into_iter().map(|record| AuditRow::of(record, &app.config.time_zone)).collect(),
        actions: Action::iter().map(|act| Choice { value: act.to_value(), words: words(act) }).collect(),
        query: typed.query(),
        ahead,
        typed,
    };
    page::show(status, &shown)
}

impl AuditRow {
    fn of(record: Record, zone: &TimeZone) -> Self {
        Self {
            at: Moment::of(record.at_ms, zone),
            via: match record.via.as_str() {
                "page" => String::new(),
                "api" => "a program".into(),
                "shell" => "the shell".into(),
                "server" => "the server".into(),
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
        Action::RenameAccount => "Account renamed",
        Action::SetNumber => "Number set",
        Action::Disable => "Account disabled",
        Action::Enable => "Account enabled",
        Action::SetEnd => "Last day set",
        Action::EndAccount => "Account ended",
        Action::SetExternal => "External or not",
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
        Action::AddBoard => "Board made",
        Action::ChangeBoard => "Board changed",
        Action::RemoveBoard => "Board removed",
        Action::AddWall => "Wall link made",
        Action::OpenWall => "Wall link opened",
        Action::EndWall => "Wall link ended",
        Action::AddCard => "Card made",
        Action::RemoveCard => "Card removed",
        Action::AddPing => "Ping address made",
        Action::RemovePing => "Ping address removed",
        Action::Ping => "Ping",
        Action::PauseAlarms => "Alarms paused",
        Action::ResumeAlarms => "Alarms resumed",
        Action::EditPost => "Post edited",
        Action::ResolvePost => "Alert over",
        Action::ReopenPost => "Alert reopened",
        Action::Forgery => "Form from another site",
        Action::Access => "Not allowed",
    }
}
