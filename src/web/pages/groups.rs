//! The groups, for admins: a list, and a form to make one.

use askama::Template;
use poem::{Response, handler, web::Data};

use crate::{
    app::App,
    domain::{
        groups::{self, Group},
        search::{self, Kind, Search},
        users,
    },
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
        views::list::ListView,
    },
};

const NOTICES: Notices = &[("removed", text::key("notice-group-removed"))];

#[derive(Template)]
#[template(path = "groups.html")]
struct GroupsPage {
    page: Page,
    groups: Vec<GroupRow>,
    list: ListView,
    /// How many groups there are, up to a thousand.
    count: Option<u64>,
    /// As it was typed.
    name: String,
}

struct GroupRow {
    id: i64,
    name: String,
    size: i64,
    closed: bool,
}

/// `GET /admin/groups`.
#[handler]
pub async fn list(admin: Admin, app: Data<&App>, query: Query) -> Result<Response, Error> {
    let page = page(&admin).with_notice(notice::find(&query, NOTICES));
    show_page(&app, page, &ListView::search(&query), String::new()).await
}

/// `POST /admin/groups`: makes one.
#[handler]
pub async fn create(admin: Admin, app: Data<&App>, fields: SmallForm) -> Result<Response, Error> {
    let typed = fields.one("name");
    let problems = match users::parse_name(&typed) {
        Err(problem) => Problems::one("name", problem),
        Ok(name) => match groups::add(&app.changes, &admin.0.by(), &name).await {
            Ok(group) => return Ok(notice::lead_to(&format!("/admin/groups/{}", group.id), "made")),
            Err(refusal) => Problems::refused("name", refusal)?,
        },
    };
    show_page(&app, page(&admin).with_problems(problems), &Search::default(), typed).await
}

fn page(admin: &Admin) -> Page {
    Page::of(&admin.0.user, Section::Groups)
}

async fn show_page(app: &App, page: Page, search: &Search, name: String) -> Result<Response, Error> {
    let found = groups::list(&app.db.read, search).await?;
    let view = ListView::of("/admin/groups", text::say("list-find-groups"), search, found.next.as_ref());
    let count = search::count(&app.db.read, Kind::Group).await?;
    let row =
        |group: Group| GroupRow { id: group.id, size: group.members, closed: group.closed, name: group.name };
    let groups = found.rows.into_iter().map(row).collect();
    page::show(page.problems.status(), &GroupsPage { page, groups, list: view, count, name })
}
