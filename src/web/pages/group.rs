//! One group, for admins: its name, who is in it, and its removal.

use askama::Template;
use poem::{
    Response, handler,
    http::HeaderMap,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::{
        groups::{self, Group},
        search::Search,
        tokens::{self, MAX_NAMED},
        users::{self, User},
    },
    ids::{GroupId, UserId},
    text,
    web::{
        error::Error,
        extract::{
            access::Admin,
            form::{LargeForm, SmallForm},
            query::Query,
        },
        respond::{
            confirmation::Confirmed,
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            question::Question,
            section::Section,
        },
        views::{
            list::ListView,
            picker::{self, Picker},
        },
    },
};

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage {
    page: Page,
    id: i64,
    name: String,
    members: Vec<User>,
    list: ListView,
    size: i64,
    closed: bool,
    picker: Picker,
    /// Other groups that this one may be taken for.
    alike: Vec<String>,
    /// As it was typed, or as it is.
    new_name: String,
}

const NOTICES: Notices = &[
    ("made", text::key("notice-group-made")),
    ("name", text::key("notice-group-name")),
    ("joined", text::key("notice-joined")),
    ("left", text::key("notice-left")),
    ("closed", text::key("notice-group-closed")),
    ("opened", text::key("notice-group-opened")),
];

/// `GET /admin/groups/{id}`.
#[handler]
pub async fn show(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let page = page(&admin).with_notice(notice::find(&query, NOTICES));
    let shown = Shown { search: ListView::search(&query), ..Shown::of(&group) };
    show_page(&app, page, &group, shown).await
}

/// `POST /admin/groups/{id}/name`.
#[handler]
pub async fn rename(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let typed = fields.one("name");
    let problems = match users::parse_name(&typed) {
        Err(problem) => Problems::one("name", problem),
        Ok(name) => match groups::rename(&app.changes, &admin.0.by(), &group, &name).await {
            Ok(()) => return Ok(notice::lead_to(&address(id), "name")),
            Err(refusal) => Problems::refused("name", refusal)?,
        },
    };
    let shown = Shown { new_name: typed, ..Shown::of(&group) };
    show_page(&app, page(&admin).with_problems(problems), &group, shown).await
}

/// `POST /admin/groups/{id}/closing`: who is in it is named to nobody but admins and who coordinates a post.
#[handler]
pub async fn close(
    admin: Admin,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    groups::set_closed(&app.changes, &admin.0.by(), &find(&app, id).await?, true).await?;
    Ok(notice::done(headers, &address(id), "closed"))
}

/// `POST /admin/groups/{id}/closing/removal`: it is one like any other again.
#[handler]
pub async fn open(
    admin: Admin,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    groups::set_closed(&app.changes, &admin.0.by(), &find(&app, id).await?, false).await?;
    Ok(notice::done(headers, &address(id), "opened"))
}

/// `GET /admin/groups/{id}/removal`: asks, and names what goes with it.
#[handler]
pub async fn ask(admin: Admin, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let people = text::of("question-group-people").with("count", group.members).unmarked();
    let title = text::of("question-remove").with("name", &*group.name).say();
    let (action, back) = (format!("/admin/groups/{id}/removal"), address(id));
    let mut question =
        Question::new(title, text::say("question-remove-group"), action, back).consequence(people);
    let held = tokens::held_to(&app.db.read, group.group_id()).await?;
    for token in held.iter().take(MAX_NAMED) {
        let key = match token.has_others {
            true => text::key("question-group-token"),
            false => text::key("question-group-last-token"),
        };
        question = question.consequence(text::of(key).with("name", &token.name));
    }
    if held.len() > MAX_NAMED {
        question = question.consequence(text::say("question-group-more-tokens"));
    }
    question.consequence(text::say("question-group-new")).ask(&admin.0.user, Section::Groups)
}

/// `POST /admin/groups/{id}/removal`: takes what tokens may with it, so the password is asked again.
#[handler]
pub async fn remove(sent: Confirmed, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    groups::remove(&app.changes, &sent.admin.0.by(), &group).await?;
    Ok(notice::lead_to("/admin/groups", "removed"))
}

/// `POST /admin/groups/{id}/members`: puts people in, or looks for some; whoever is in it already stays.
#[handler]
pub async fn join(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: LargeForm,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let picker = picker(&group).with_sent(&fields);
    if picker::only_looks(&fields) {
        return show_page(&app, page(&admin), &group, Shown { picker, ..Shown::of(&group) }).await;
    }
    let (joining, unknown) = users::find_by_names(&app.db.read, &fields.all("people")).await?;
    let problem = match unknown.first() {
        Some(name) => Some(text::of("group-unknown-person").with("name", name).say()),
        None if joining.is_empty() => Some(text::say("draft-nobody")),
        None => None,
    };
    if let Some(problem) = problem {
        let page = page(&admin).with_problems(Problems::one("people", problem));
        return show_page(&app, page, &group, Shown { picker, ..Shown::of(&group) }).await;
    }
    groups::join(&app.changes, &admin.0.by(), &group, &joining).await?;
    Ok(notice::lead_to(&address(id), "joined"))
}

/// `POST /admin/groups/{id}/members/{person}/removal`: takes somebody out.
#[handler]
pub async fn leave(
    admin: Admin,
    app: Data<&App>,
    Path((id, user)): Path<(i64, i64)>,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let user = users::find(&app.db.read, UserId(user)).await?.ok_or(Error::NotFound)?;
    groups::leave(&app.changes, &admin.0.by(), &group, &[user]).await?;
    Ok(notice::lead_to(&address(id), "left"))
}

fn page(admin: &Admin) -> Page {
    Page::of(&admin.0.user, Section::Groups)
}

/// What the page shows besides the group itself.
struct Shown {
    search: Search,
    picker: Picker,
    /// As it was typed, or as it is.
    new_name: String,
}

impl Shown {
    fn of(group: &Group) -> Self {
        Self { search: Search::default(), picker: picker(group), new_name: group.name.clone() }
    }
}

fn picker(group: &Group) -> Picker {
    Picker {
        id: "find",
        label: text::say("list-find-people"),
        people: "people",
        suggestions: "/admin/people/suggestions".into(),
        action: format!("{}/members", address(group.id)),
        method: "post",
        ..Default::default()
    }
}

async fn show_page(app: &App, page: Page, group: &Group, shown: Shown) -> Result<Response, Error> {
    let found = groups::list_members(&app.db.read, group, &shown.search).await?;
    let alike = groups::looking_like(&app.db.read, group).await?;
    let status = page.problems.status();
    let shown = GroupPage {
        page,
        id: group.id,
        name: group.name.clone(),
        list: ListView::of(
            &address(group.id),
            text::say("list-find-members"),
            &shown.search,
            found.next.as_ref(),
        ),
        size: group.members,
        closed: group.closed,
        picker: shown.picker.with_found(app).await?,
        alike: alike.into_iter().map(|group| group.name).collect(),
        members: found.rows,
        new_name: shown.new_name,
    };
    page::show(status, &shown)
}

async fn find(app: &App, id: i64) -> Result<Group, Error> {
    groups::find(&app.db.read, GroupId(id)).await?.ok_or(Error::NotFound)
}

fn address(id: i64) -> String {
    format!("/admin/groups/{id}")
}
