//! Who of a group is on duty, for admins: the weekly plan, and swaps.

use askama::Template;
use jiff::civil::{Time, Weekday};
use poem::{
    Response, handler,
    web::{Data, Path},
};

use crate::{
    app::App,
    clock,
    domain::{
        duty::{self, NewShift, NewSwap, TooMany},
        groups::{self, Group},
        posts::times,
        preferences, users,
    },
    ids::{GroupId, UserId},
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
        views::{
            duty::{self as view, ShiftView, SwapView},
            preferences::zone_of,
        },
    },
};

#[derive(Template)]
#[template(path = "duty.html")]
struct DutyPage {
    page: Page,
    id: i64,
    name: String,
    shifts: Vec<ShiftView>,
    swaps: Vec<SwapView>,
    /// The days of the week, each with whether it was chosen.
    days: Vec<(i8, String, bool)>,
    sent: Sent,
}

/// The forms as they were sent.
#[derive(Default)]
struct Sent {
    who: String,
    days: Vec<String>,
    from: String,
    to: String,
    zone: String,
    other: String,
    instead_of: String,
    begin: String,
    end: String,
}

const NOTICES: Notices = &[
    ("planned", text::key("notice-duty-planned")),
    ("swapped", text::key("notice-duty-swapped")),
    ("removed", text::key("notice-duty-removed")),
];

/// `GET /admin/groups/{id}/duty`.
#[handler]
pub async fn show(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let page = page(&admin).with_notice(notice::find(&query, NOTICES));
    let zone = zone_of(&app, &admin.0.user).iana_name().unwrap_or("UTC").to_owned();
    show_page(&app, page, &group, Sent { zone, ..Sent::default() }).await
}

/// `POST /admin/groups/{id}/duty/shifts`: adds to the weekly plan.
#[handler]
pub async fn add_shift(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let sent = Sent::of(&fields);
    let mut problems = Problems::default();
    let user = problems.check("who", member(&app, &group, &sent.who).await?);
    let weekdays = problems.check("days", weekdays(&sent.days));
    let from = problems.check("from", time(&sent.from));
    let to = problems.check("to", time(&sent.to));
    let zone = problems.check("zone", preferences::parse_zone(&sent.zone));
    let (Some(user), Some(weekdays), Some(from), Some(to), Some(zone)) = (user, weekdays, from, to, zone)
    else {
        return show_page(&app, page(&admin).with_problems(problems), &group, sent).await;
    };
    let zone = zone.unwrap_or("UTC").to_owned();
    let new = NewShift { user, weekdays, from, to, zone };
    let added = duty::add_shift(&app.changes, &admin.0.by(), &group, &new).await?;
    answer(&app, &admin, &group, added.map(|()| "planned").map_err(|TooMany| ("days", sent))).await
}

/// `POST /admin/groups/{id}/duty/shifts/{shift}/removal`.
#[handler]
pub async fn remove_shift(
    admin: Admin,
    app: Data<&App>,
    Path((id, shift)): Path<(i64, i64)>,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    duty::remove_shift(&app.changes, &admin.0.by(), &group, shift).await?;
    Ok(notice::lead_to(&address(id), "removed"))
}

/// `POST /admin/groups/{id}/duty/swaps`: somebody else, for once.
#[handler]
pub async fn add_swap(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    let sent = Sent::of(&fields);
    let mut problems = Problems::default();
    let user = member(&app, &group, &sent.other).await?;
    let user = problems.check("other", user.and_then(|user| user.ok_or_else(|| text::say("draft-nobody"))));
    let instead_of = problems.check("instead_of", member(&app, &group, &sent.instead_of).await?);
    let begin = problems.check("begin", times::until(&sent.begin, &sent.zone));
    let end = times::until(&sent.end, &sent.zone).and_then(|end| match begin {
        _ if end <= clock::now_ms() => Err(text::say("draft-due-past")),
        Some(begin) if end <= begin => Err(text::say("duty-end-before-begin")),
        _ => Ok(end),
    });
    let end = problems.check("end", end);
    let (Some(user), Some(instead_of), Some(from_ms), Some(to_ms)) = (user, instead_of, begin, end) else {
        return show_page(&app, page(&admin).with_problems(problems), &group, sent).await;
    };
    let new = NewSwap { user, instead_of, from_ms, to_ms };
    let added = duty::add_swap(&app.changes, &admin.0.by(), &group, new).await?;
    answer(&app, &admin, &group, added.map(|()| "swapped").map_err(|TooMany| ("other", sent))).await
}

/// `POST /admin/groups/{id}/duty/swaps/{swap}/removal`.
#[handler]
pub async fn remove_swap(
    admin: Admin,
    app: Data<&App>,
    Path((id, swap)): Path<(i64, i64)>,
) -> Result<Response, Error> {
    let group = find(&app, id).await?;
    duty::remove_swap(&app.changes, &admin.0.by(), &group, swap).await?;
    Ok(notice::lead_to(&address(id), "removed"))
}

impl Sent {
    fn of(fields: &SmallForm) -> Self {
        Self {
            who: fields.one("who"),
            days: fields.all("days"),
            from: fields.one("from"),
            to: fields.one("to"),
            zone: fields.one("zone"),
            other: fields.one("other"),
            instead_of: fields.one("instead_of"),
            begin: fields.one("begin"),
            end: fields.one("end"),
        }
    }
}

/// The member of the group who is called so; nobody in particular, if nothing was typed.
async fn member(app: &App, group: &Group, typed: &str) -> Result<Result<Option<UserId>, String>, Error> {
    let name = typed.trim();
    if name.is_empty() {
        return Ok(Ok(None));
    }
    let found = users::find_by_name(&app.db.read, name).await?;
    let Some(user) = found else {
        return Ok(Err(text::of("group-unknown-person").with("name", name).say()));
    };
    match groups::is_in(&app.db.read, group, user.user_id()).await? {
        true => Ok(Ok(Some(user.user_id()))),
        false => Ok(Err(text::of("duty-no-member").with("name", &user.name).say())),
    }
}

fn weekdays(sent: &[String]) -> Result<Vec<Weekday>, String> {
    let day = |day: &String| Weekday::from_monday_one_offset(day.parse().ok()?).ok();
    let mut days: Vec<_> = sent.iter().filter_map(day).collect();
    days.sort_by_key(|day| day.to_monday_one_offset());
    days.dedup();
    if days.is_empty() { Err(text::say("duty-no-day")) } else { Ok(days) }
}

fn time(typed: &str) -> Result<Time, String> {
    Time::strptime("%H:%M", typed.trim()).map_err(|_| text::say("duty-no-time"))
}

/// Back to the page, which says what was done; or, at this field, that there are as many as there may be.
async fn answer(
    app: &App,
    admin: &Admin,
    group: &Group,
    added: Result<&str, (&'static str, Sent)>,
) -> Result<Response, Error> {
    match added {
        Ok(done) => Ok(notice::lead_to(&address(group.id), done)),
        Err((field, sent)) => {
            let too_many = text::of("duty-too-many").with("most", duty::MAX_ROWS).say();
            show_page(app, page(admin).with_problems(Problems::one(field, too_many)), group, sent).await
        }
    }
}

async fn show_page(app: &App, page: Page, group: &Group, sent: Sent) -> Result<Response, Error> {
    let plan = duty::plan(&app.db.read, group.group_id()).await?;
    let names = duty::names(&app.db.read, &plan).await?;
    let day = |number: i8| {
        let name = view::weekday(number);
        (number, name, sent.days.iter().any(|day| *day == number.to_string()))
    };
    let shown = DutyPage {
        id: group.id,
        name: group.name.clone(),
        shifts: plan.shifts.iter().filter_map(|shift| ShiftView::of(shift, &names)).collect(),
        swaps: plan.swaps.iter().map(|swap| SwapView::of(swap, &names, &app.config.time_zone)).collect(),
        days: (1..=7).map(day).collect(),
        page,
        sent,
    };
    page::show(shown.page.problems.status(), &shown)
}

fn page(admin: &Admin) -> Page {
    Page::of(&admin.0.user, Section::Groups)
}

async fn find(app: &App, id: i64) -> Result<Group, Error> {
    groups::find(&app.db.read, GroupId(id)).await?.ok_or(Error::NotFound)
}

fn address(id: i64) -> String {
    format!("/admin/groups/{id}/duty")
}
