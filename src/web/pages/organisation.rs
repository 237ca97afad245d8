//! What holds for the whole organisation: its page, for admins.

use askama::Template;
use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode},
    web::Data,
};
use sea_orm::ActiveEnum;

use crate::{
    app::App,
    domain::organisation::{self, CriticalBy, Organisation, OrganisationChoice, Receipts, privacy},
    text,
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm, query::Query},
        respond::{
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
    },
};

const NOTICES: Notices = &[("saved", text::key("notice-organisation"))];

/// Critical alerts have to have coordinators.
const NEEDED: &str = "critical";
/// No post has to have any.
const OPTIONAL: &str = "optional";

#[derive(Template)]
#[template(path = "organisation.html")]
struct OrganisationPage {
    page: Page,
    typed: Typed,
}

/// As it was typed, or as it is.
struct Typed {
    /// Who may publish critical alerts, in a word.
    critical_by: String,
    /// Of which alerts there have to be coordinators, in a word.
    coordinators: String,
    /// What authors see of who has read a post, in a word.
    receipts: String,
}

/// `GET /admin/organisation`.
#[handler]
pub async fn show(admin: Admin, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let chosen = organisation::find(&app.db.read).await?;
    let page = Page::of(&admin.0.user, Section::Organisation).with_notice(notice::find(&query, NOTICES));
    let typed = Typed::of(&chosen);
    page::show(StatusCode::OK, &OrganisationPage { page, typed })
}

/// `POST /admin/organisation`. A field that is not there stays as it is.
#[handler]
pub async fn save(
    admin: Admin,
    app: Data<&App>,
    headers: &HeaderMap,
    fields: SmallForm,
) -> Result<Response, Error> {
    let now = organisation::find(&app.db.read).await?;
    let now = Typed::of(&now);
    let typed = Typed {
        critical_by: given(&fields, "critical_by", now.critical_by),
        coordinators: given(&fields, "coordinators", now.coordinators),
        receipts: given(&fields, "receipts", now.receipts),
    };
    match typed.parse() {
        Ok((choice, receipts)) => {
            organisation::save(&app.changes, &admin.0.by(), &choice).await?;
            privacy::choose(&app.changes, &admin.0.author(), receipts).await?;
            if page::wants_json(headers) {
                return Ok(StatusCode::NO_CONTENT.into());
            }
            Ok(notice::lead_to("/admin/organisation", "saved"))
        }
        Err(problems) if page::wants_json(headers) => Ok(problems.as_json()),
        Err(problems) => {
            let page = Page::of(&admin.0.user, Section::Organisation).with_problems(problems);
            page::show(page.problems.status(), &OrganisationPage { page, typed })
        }
    }
}

fn given(fields: &SmallForm, name: &str, now: String) -> String {
    Some(fields.one(name)).filter(|typed| !typed.is_empty()).unwrap_or(now)
}

impl Typed {
    fn of(chosen: &Organisation) -> Self {
        let coordinators = if chosen.needs_coordinators { NEEDED } else { OPTIONAL };
        Self {
            critical_by: chosen.critical_by.to_value(),
            coordinators: coordinators.into(),
            receipts: chosen.receipts.to_value(),
        }
    }

    fn parse(&self) -> Result<(OrganisationChoice, Receipts), Problems> {
        let mut problems = Problems::default();
        let critical_by = CriticalBy::try_from_value(&self.critical_by);
        let critical_by = critical_by.map_err(|_| text::say("organisation-choose"));
        let needs_coordinators = match &*self.coordinators {
            NEEDED => Ok(true),
            OPTIONAL => Ok(false),
            _ => Err(text::say("organisation-choose")),
        };
        let receipts = Receipts::try_from_value(&self.receipts).map_err(|_| text::say("organisation-choose"));
        let critical_by = problems.check("critical_by", critical_by);
        let needs_coordinators = problems.check("coordinators", needs_coordinators);
        match (critical_by, needs_coordinators, problems.check("receipts", receipts)) {
            (Some(critical_by), Some(needs_coordinators), Some(receipts)) => {
                Ok((OrganisationChoice { critical_by, needs_coordinators }, receipts))
            }
            _ => Err(problems),
        }
    }
}
