//! The audit log, for admins: a page to look through it, and the same as a table for spreadsheets (`export`).

use askama::Template;
use jiff::tz::TimeZone;
use poem::{Response, handler, web::Data};
use sea_orm::{ActiveEnum, Iterable};

use self::{filters::Typed, subject::Subject};
use crate::{
    app::App,
    clock::{self, Moment},
    domain::audit::{self, Action, Detail, Filter, Outcome, Record},
    text,
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
mod subject;

/// Entries on one page.
const PAGE_SIZE: usize = 50;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    page: Page,
    typed: Typed,
    actions: Vec<ActionChoice>,
    rows: Vec<AuditRow>,
    /// The filters as they stand behind an address.
    query: String,
    older: Option<i64>,
    /// A day from which on there are entries of a clock that was ahead.
    ahead: Option<String>,
}

struct ActionChoice {
    value: String,
    words: String,
}

struct AuditRow {
    at: Moment,
    who: String,
    via: String,
    words: String,
    refused: bool,
    about: Subject,
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
        has_some.then(|| filters::day(tomorrow, &text::zone_or(&app.config.time_zone)))
    };
    let before = match typed.before {
        Some(id) => Some(audit::place(db, id).await?),
        None => None,
    };
    let mut found = audit::page(db, &filter, before, PAGE_SIZE as u64 + 1).await?;
    let has_more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let subjects = Subject::of_all(db, admin.0.user.user_id(), &found).await?;
    let rows = found.iter().zip(subjects);
    let status = problems.status();
    let shown = AuditPage {
        page: Page::of(&admin.0.user, Section::Audit).with_problems(problems),
        older: found.last().filter(|_| has_more).map(|last| last.id),
        rows: rows.map(|(record, about)| AuditRow::of(record, about, &app.config.time_zone)).collect(),
        actions: Action::iter()
            .map(|act| ActionChoice { value: act.to_value(), words: words(act) })
            .collect(),
        query: typed.query(),
        ahead,
        typed,
    };
    page::show(status, &shown)
}

impl AuditRow {
    fn of(record: &Record, about: Subject, zone: &TimeZone) -> Self {
        Self {
            at: Moment::of(record.at_ms, zone),
            via: match record.via.as_str() {
                "page" => String::new(),
                "api" => text::say("channel-program"),
                "shell" => text::say("channel-shell"),
                "server" => text::say("channel-server"),
                token => token.replace(':', " "),
            },
            words: words(record.act),
            refused: record.outcome == Outcome::Refused,
            about,
            who: record.who.clone(),
            address: record.address.clone().unwrap_or_default(),
            detail: Detail::of_stored(&record.detail).to_string(),
            times: record.times,
        }
    }
}

fn words(act: Action) -> String {
    text::say(match act {
        Action::SignIn => text::key("act-sign-in"),
        Action::SignOut => text::key("act-sign-out"),
        Action::Confirm => text::key("act-password-confirmed"),
        Action::EndSessions => text::key("act-sessions-ended"),
        Action::SetPassword => text::key("act-password-set"),
        Action::SetRole => text::key("act-role-changed"),
        Action::AddAccount => text::key("act-account-created"),
        Action::RenameAccount => text::key("act-account-renamed"),
        Action::SetNumber => text::key("act-number-set"),
        Action::Disable => text::key("act-account-disabled"),
        Action::Enable => text::key("act-account-enabled"),
        Action::SetEnd => text::key("act-last-day-set"),
        Action::EndAccount => text::key("act-account-ended"),
        Action::SetExternal => text::key("act-external-or-not"),
        Action::AddGroup => text::key("act-group-created"),
        Action::RenameGroup => text::key("act-group-renamed"),
        Action::CloseGroup => text::key("act-group-closing"),
        Action::RemoveGroup => text::key("act-group-removed"),
        Action::JoinGroup => text::key("act-added-to-a-group"),
        Action::LeaveGroup => text::key("act-removed-from-a-group"),
        Action::ChangeDuty => text::key("act-duty-changed"),
        Action::AddToken => text::key("act-token-created"),
        Action::RevokeToken => text::key("act-token-revoked"),
        Action::AddLink => text::key("act-one-time-link-created"),
        Action::WithdrawLink => text::key("act-one-time-link-withdrawn"),
        Action::UseLink => text::key("act-one-time-link-used"),
        Action::Publish => text::key("act-post-published"),
        Action::AddBoard => text::key("act-board-created"),
        Action::ChangeBoard => text::key("act-board-changed"),
        Action::RemoveBoard => text::key("act-board-removed"),
        Action::AddWall => text::key("act-wall-link-created"),
        Action::OpenWall => text::key("act-wall-link-opened"),
        Action::EndWall => text::key("act-wall-link-ended"),
        Action::AddCard => text::key("act-card-created"),
        Action::RemoveCard => text::key("act-card-removed"),
        Action::AddPing => text::key("act-ping-address-created"),
        Action::RemovePing => text::key("act-ping-address-removed"),
        Action::Ping => text::key("act-ping"),
        Action::PauseAlarms => text::key("act-alarms-paused"),
        Action::ResumeAlarms => text::key("act-alarms-resumed"),
        Action::EditPost => text::key("act-post-edited"),
        Action::ResolvePost => text::key("act-alert-over"),
        Action::ReopenPost => text::key("act-alert-reopened"),
        Action::WithdrawPost => text::key("act-post-withdrawn"),
        Action::ExpirePost => text::key("act-post-expired"),
        Action::PinPost => text::key("act-post-pinned"),
        Action::UnpinPost => text::key("act-post-unpinned"),
        Action::Remind => text::key("act-reminded"),
        Action::StopReminders => text::key("act-reminders-stopped"),
        Action::Escalate => text::key("act-escalated"),
        Action::StopEscalation => text::key("act-escalation-stopped"),
        Action::ExportRoster => text::key("act-roster-exported"),
        Action::StrikeRevision => text::key("act-revision-struck"),
        Action::HandOver => text::key("act-post-handed-over"),
        Action::TakeCall => text::key("act-call-taken"),
        Action::GiveCallBack => text::key("act-call-given-back"),
        Action::AnswerFor => text::key("act-answered-for"),
        Action::Forgery => text::key("act-form-from-another-site"),
        Action::ChangeOrganisation => text::key("act-organisation-changed"),
        Action::Access => text::key("act-not-allowed"),
    })
}
