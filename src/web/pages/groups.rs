//! The groups, for admins: a list, a form to make one, and a page for each with who is in it.

use std::collections::HashSet;

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::{
        groups::{self, Group, GroupError},
        tokens::{self, MOST_NAMED},
        users::{self, User},
    },
    ids::{GroupId, UserId},
    web::{
        error::Error,
        extract::{
            access::Admin,
            form::{Form, SmallForm},
            query::Query,
        },
        respond::{
            confirmation::Confirmed,
            page::{self, Page},
            question::{self, Question},
        },
    },
};

/// Thousands of names may be ticked.
type UsersForm = Form<{ 512 * 1024 }>;

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
    size: i64,
}

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage {
    page: Page,
    id: i64,
    name: String,
    members: Vec<User>,
    others: Vec<String>,
    /// Other groups that this one may be taken for.
    alike: Vec<String>,
    /// What was typed for another name.
    new_name: String,
    name_problem: Option<String>,
    users_problem: Option<String>,
    done: Option<&'static str>,
}

/// What is wrong with a change: with the other name that was typed, or with who was chosen.
#[derive(Default)]
struct Wrong {
    new_name: Option<String>,
    name_problem: Option<String>,
    users_problem: Option<String>,
}

/// `GET /admin/groups`.
#[handler]
pub async fn list(admin: Admin, app: Data<&App>, asked: Query) -> Result<Response, Error> {
    let done = asked.one("done") == "removed";
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
    asked: Query,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let done = match asked.one("done").as_str() {
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
            let wrong = Wrong { new_name: Some(typed), name_problem: Some(problem), users_problem: None };
            show_one(&app, &admin, &group, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await
        }
    }
}

/// `GET /admin/groups/{id}/removal`: asks, and names what goes with it.
#[handler]
pub async fn ask(admin: Admin, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let people = match groups::size(&app.db.read, group.group_id()).await? {
        0 => "Nobody is in it. What was posted to it stays with those who got it.".to_owned(),
        1 => "One person is in it. They stay, and so does what they got.".to_owned(),
        people => format!("{people} people are in it. They stay, and so does what they got."),
    };
    let title = format!("Remove “{}”?", question::isolated(&group.name));
    let (action, back) = (format!("/admin/groups/{id}/removal"), format!("/admin/groups/{id}"));
    let mut question = Question::new(title, "Remove the group", action, back).takes(people);
    let held = tokens::held_to(&app.db.read, group.group_id()).await?;
    for token in held.iter().take(MOST_NAMED) {
        let name = question::isolated(&token.name);
        question = question.takes(match token.has_others {
            true => format!("The token “{name}” may no longer post to it, only to its other groups."),
            false => format!(
                "The token “{name}” may post to this group alone: it will not be able to post at all."
            ),
        });
    }
    if held.len() > MOST_NAMED {
        question = question.takes("More tokens may no longer post to it.");
    }
    question
        .takes(
            "A new group of this name will be another one: who is in this one has to be put into it again.",
        )
        .ask(&admin.0.user, "groups")
}

/// `POST /admin/groups/{id}/removal`: takes what tokens may with it, so the password is asked again.
#[handler]
pub async fn remove(sent: Confirmed, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    groups::remove(&app.db, &sent.admin.0.by(), &group).await?;
    Ok(page::see_other("/admin/groups?done=removed"))
}

/// `POST /admin/groups/{id}/members`: puts people in; whoever is in it already stays.
#[handler]
pub async fn join(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: UsersForm,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let (joining, unknown) = users::find_by_names(&app.db.read, &fields.all("people")).await?;
    let problem = match unknown.first() {
        Some(name) => Some(format!("Nobody who can sign in is called {name}.")),
        None if joining.is_empty() => Some("Choose at least one person.".into()),
        None => None,
    };
    if let Some(problem) = problem {
        let wrong = Wrong { users_problem: Some(problem), ..Default::default() };
        return show_one(&app, &admin, &group, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    }
    groups::join(&app.db, &admin.0.by(), &group, &joining).await?;
    Ok(page::see_other(&address(&group, "joined")))
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
    groups::leave(&app.db, &admin.0.by(), &group, &user).await?;
    Ok(page::see_other(&address(&group, "left")))
}

/// What is wrong with the name, or the failure that is none of the typist's.
fn because(refusal: GroupError) -> Result<String, Error> {
    match refusal {
        GroupError::Database(error) => Err(error.into()),
        refusal @ GroupError::NameTaken => Ok(refusal.to_string()),
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
        size: sizes.get(&group.group_id()).copied().unwrap_or_default(),
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
    let alike = groups::looking_like(&app.db.read, group).await?;
    let everybody = users::all(&app.db.read).await?;
    let inside: HashSet<_> = members.iter().map(|member| member.id).collect();
    let others = everybody.into_iter().filter(|user| !user.disabled && !inside.contains(&user.id));
    let shown = GroupPage {
        page: Page::of(&admin.0.user, "groups"),
        id: group.id,
        name: group.name.clone(),
        others: others.map(|user| user.name).collect(),
        alike: alike.into_iter().map(|group| group.name).collect(),
        members,
        new_name: wrong.new_name.unwrap_or_else(|| group.name.clone()),
        name_problem: wrong.name_problem,
        users_problem: wrong.users_problem,
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
