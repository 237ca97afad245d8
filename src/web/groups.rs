//! The groups, for admins: a list, a form to make one, and a page for each with who is in it.

use std::collections::HashSet;

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{
    auth::Admin,
    error::Error,
    form::{Form, SmallForm},
    page::{self, Page},
};
use crate::{
    app::App,
    groups::{self, Group, GroupId, Refusal},
    users::{self, User, UserId},
};

/// Thousands of names may be ticked.
type PeopleForm = Form<{ 512 * 1024 }>;

#[derive(Default, Template)]
#[template(path = "groups.html")]
struct GroupsPage {
    page: Page,
    groups: Vec<Row>,
    name: String,
    name_problem: Option<String>,
    done: bool,
}

struct Row {
    id: i64,
    name: String,
    people: i64,
}

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage {
    page: Page,
    id: i64,
    name: String,
    members: Vec<User>,
    others: Vec<String>,
    /// What was typed for another name.
    new_name: String,
    name_problem: Option<String>,
    people_problem: Option<String>,
    done: Option<&'static str>,
}

/// What is wrong with a change: with the other name that was typed, or with who was chosen.
#[derive(Default)]
struct Wrong {
    new_name: Option<String>,
    name_problem: Option<String>,
    people_problem: Option<String>,
}

/// What was changed just now, said after the redirect.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

/// `GET /admin/groups`.
#[handler]
pub async fn list(admin: Admin, app: Data<&App>, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let done = asked.done == "removed";
    show_list(&app, &admin, StatusCode::OK, GroupsPage { done, ..Default::default() }).await
}

/// `POST /admin/groups`: makes one.
#[handler]
pub async fn create(admin: Admin, app: Data<&App>, fields: SmallForm) -> Result<Response, Error> {
    let typed = fields.one("name");
    let made = match users::parse_name(&typed) {
        Ok(name) => groups::add(&app.db, &admin.0.by(), &name).await.map_err(because),
        Err(problem) => Err(Ok(problem.to_owned())),
    };
    match made {
        Ok(group) => Ok(page::see_other(&address(&group, "made"))),
        Err(Err(error)) => Err(error),
        Err(Ok(problem)) => {
            let again = GroupsPage { name: typed, name_problem: Some(problem), ..Default::default() };
            show_list(&app, &admin, StatusCode::UNPROCESSABLE_ENTITY, again).await
        }
    }
}

/// `GET /admin/groups/{id}`.
#[handler]
pub async fn show(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let done = match asked.done.as_str() {
        "made" => Some("Made. Now choose who is in it."),
        "name" => Some("The group has its new name."),
        "joined" => Some("They are in the group. What is posted to it from now on reaches them."),
        "left" => Some("They are no longer in the group. What they got stays theirs."),
        _ => None,
    };
    show_one(&app, &admin, &group, StatusCode::OK, Wrong::default(), done).await
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
    let renamed = match users::parse_name(&typed) {
        Ok(name) => groups::rename(&app.db, &admin.0.by(), &group, &name).await.map_err(because),
        Err(problem) => Err(Ok(problem.to_owned())),
    };
    match renamed {
        Ok(()) => Ok(page::see_other(&address(&group, "name"))),
        Err(Err(error)) => Err(error),
        Err(Ok(problem)) => {
            let wrong = Wrong { new_name: Some(typed), name_problem: Some(problem), people_problem: None };
            show_one(&app, &admin, &group, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await
        }
    }
}

/// `POST /admin/groups/{id}/removal`.
#[handler]
pub async fn remove(admin: Admin, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    groups::remove(&app.db, &admin.0.by(), &group).await?;
    Ok(page::see_other("/admin/groups?done=removed"))
}

/// `POST /admin/groups/{id}/members`: puts people in; whoever is in it already stays.
#[handler]
pub async fn join(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: PeopleForm,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let (people, unknown) = users::find_by_names(&app.db.read, &fields.all("people")).await?;
    let problem = match unknown.first() {
        Some(name) => Some(format!("Nobody who can sign in is called {name}.")),
        None if people.is_empty() => Some("Choose at least one person.".into()),
        None => None,
    };
    if let Some(problem) = problem {
        let wrong = Wrong { people_problem: Some(problem), ..Default::default() };
        return show_one(&app, &admin, &group, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    }
    groups::join(&app.db, &admin.0.by(), &group, &people).await?;
    Ok(page::see_other(&address(&group, "joined")))
}

/// `POST /admin/groups/{id}/members/{person}/removal`: takes somebody out.
#[handler]
pub async fn leave(
    admin: Admin,
    app: Data<&App>,
    Path((id, person)): Path<(i64, i64)>,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let person = users::find(&app.db.read, UserId(person)).await?.ok_or(Error::NotFound)?;
    groups::leave(&app.db, &admin.0.by(), &group, &person).await?;
    Ok(page::see_other(&address(&group, "left")))
}

/// What is wrong with the name, or the failure that is none of the typist's.
fn because(refusal: Refusal) -> Result<String, Error> {
    match refusal {
        Refusal::Database(error) => Err(error.into()),
        refusal @ Refusal::NameTaken => Ok(refusal.to_string()),
    }
}

async fn show_list(
    app: &App,
    admin: &Admin,
    status: StatusCode,
    rest: GroupsPage,
) -> Result<Response, Error> {
    let sizes = groups::sizes(&app.db.read).await?;
    let row = |group: Group| Row {
        id: group.id,
        people: sizes.get(&group.group_id()).copied().unwrap_or_default(),
        name: group.name,
    };
    let groups = groups::all(&app.db.read).await?.into_iter().map(row).collect();
    page::show(status, &GroupsPage { page: Page::of(&admin.0.user, "groups"), groups, ..rest })
}

async fn show_one(
    app: &App,
    admin: &Admin,
    group: &Group,
    status: StatusCode,
    wrong: Wrong,
    done: Option<&'static str>,
) -> Result<Response, Error> {
    let members = groups::members(&app.db.read, group.group_id()).await?;
    let everybody = users::all(&app.db.read).await?;
    let inside: HashSet<_> = members.iter().map(|member| member.id).collect();
    let others = everybody.into_iter().filter(|user| !user.disabled && !inside.contains(&user.id));
    let shown = GroupPage {
        page: Page::of(&admin.0.user, "groups"),
        id: group.id,
        name: group.name.clone(),
        others: others.map(|user| user.name).collect(),
        members,
        new_name: wrong.new_name.unwrap_or_else(|| group.name.clone()),
        name_problem: wrong.name_problem,
        people_problem: wrong.people_problem,
        done,
    };
    page::show(status, &shown)
}

async fn find(app: &App, id: i64) -> Result<Group, Error> {
    groups::find(&app.db.read, GroupId(id)).await?.ok_or(Error::NotFound)
}

fn address(group: &Group, done: &str) -> String {
    format!("/admin/groups/{}?done={done}", group.id)
}
