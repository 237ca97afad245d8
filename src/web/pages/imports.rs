//! A list of the organisation's people, taken by a page: the list is chosen, what it would change is shown, and what was
//! shown is done. Meanwhile the page says how far it is, and at the end it offers the links of who is new, once.

use askama::Template;
use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::{Data, Path},
};

use self::shown::ShownPlan;
use crate::{
    app::App,
    domain::imports::{
        self, Done, ListedRow, Mistake, Plan,
        kept::{self, KeptList, ListState},
    },
    tables, text,
    web::{
        error::Error,
        extract::{access::Admin, session::AskingSession, upload::Upload},
        respond::{
            confirmation::Confirmed,
            download,
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
    },
};

mod shown;
mod taking;

#[derive(Default, Template)]
#[template(path = "import.html")]
struct ImportPage {
    page: Page,
    mistakes: Vec<String>,
}

#[derive(Template)]
#[template(path = "import_list.html")]
struct ListPage {
    page: Page,
    key: String,
    state: ListState,
    /// What it would change, while it was not taken.
    plan: Option<ShownPlan>,
    done: Done,
    failure: Option<String>,
    /// Whether there may be links for this session.
    has_links: bool,
}

/// `GET /admin/people/import`.
#[handler]
pub async fn new(admin: Admin) -> Result<Response, Error> {
    page::show(StatusCode::OK, &ImportPage { page: page(&admin), ..Default::default() })
}

/// `POST /admin/people/import`: keeps the list, if nothing is wrong with it, and shows what it would change.
#[handler]
pub async fn create(
    admin: Admin,
    app: Data<&App>,
    file: Upload<{ imports::MAX_BYTES }>,
) -> Result<Response, Error> {
    if file.0.is_empty() {
        let problem = text::say("import-no-file");
        return again(&admin, Problems::one("file", problem), Vec::new());
    }
    match compare(&app, &file.0).await? {
        Ok(_) => {}
        Err(mistakes) => {
            let problem = text::say("import-mistakes");
            return again(&admin, Problems::one("file", problem), mistakes);
        }
    }
    // What was parsed is UTF-8.
    let text = String::from_utf8_lossy(&file.0).into_owned();
    let key = kept::keep(&app.db.write, admin.0.user.user_id(), text).await?;
    Ok(page::see_other(&address(&key)))
}

/// `GET /admin/people/import/{key}`: what the list would change, how far it is taken, or what became of it.
#[handler]
pub async fn show(admin: Admin, app: Data<&App>, Path(key): Path<String>) -> Result<Response, Error> {
    let list = find(&app, &key).await?;
    show_page(&app, page(&admin), list).await
}

/// `POST /admin/people/import/{key}`: takes the list, if it would still change what was shown.
#[handler]
pub async fn take(
    sent: Confirmed,
    app: Data<&App>,
    asking: AskingSession,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let list = find(&app, &key).await?;
    if matches!(list.state(), ListState::Running | ListState::Ended) {
        return Ok(page::see_other(&address(&key)));
    }
    let Ok((rows, plan)) = compare(&app, list.text.as_bytes()).await? else {
        return show_page(&app, page(&admin), list).await;
    };
    let problem = if fields.one("plan") != plan.fingerprint() {
        text::say("import-changed")
    } else if plan.disables_many() && fields.one("many").is_empty() {
        text::say("import-tenth")
    } else {
        if kept::begin(&app.db.write, &key).await? {
            taking::start(&app, &admin, asking.id, list, rows, plan);
        }
        return Ok(page::see_other(&address(&key)));
    };
    show_page(&app, page(&admin).with_problems(Problems::one("form", problem)), list).await
}

/// `POST /admin/people/import/{key}/links`: the links that were made, as a table, once.
#[handler]
pub async fn take_links(
    _: Admin,
    app: Data<&App>,
    asking: AskingSession,
    headers: &HeaderMap,
    Path(key): Path<String>,
) -> Result<Response, Error> {
    let list = find(&app, &key).await?;
    let lines = kept::take_links(&app.db.write, &asking.id, &list).await?;
    if lines.is_empty() {
        return Ok(page::see_other(&address(&key)));
    }
    let mut text = String::from(tables::BYTE_ORDER_MARK);
    tables::push_row(&mut text, ["name", "number", "link"]);
    let origin = page::origin(&app, headers);
    for line in lines.lines() {
        let [name, number, secret] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else { continue };
        tables::push_row(&mut text, [name, number, &format!("{origin}/link?token={secret}")]);
    }
    Ok(download::whole("links.csv", tables::CONTENT_TYPE, text))
}

/// The list, and what it would change now, or what is wrong with it.
async fn compare(app: &App, text: &[u8]) -> Result<Result<(Vec<ListedRow>, Plan), Vec<Mistake>>, Error> {
    let rows = match imports::parse(text, &app.config.time_zone) {
        Ok(rows) => rows,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    Ok(imports::plan(&app.db.read, &rows).await?.map(|plan| (rows, plan)))
}

async fn show_page(app: &App, page: Page, list: KeptList) -> Result<Response, Error> {
    let (mut page, state) = (page, list.state());
    let mut plan = None;
    if matches!(state, ListState::Shown | ListState::Stopped) {
        match compare(app, list.text.as_bytes()).await? {
            Ok((_, found)) => plan = Some(ShownPlan::of(&found, &app.config.time_zone)),
            Err(mistakes) => {
                let first = mistakes.first().map(Mistake::to_string).unwrap_or_default();
                let problem = text::of("import-unfit").with("first", first.to_string()).say();
                page = page.with_problems(Problems::one("form", problem));
            }
        }
    }
    let shown = ListPage {
        state,
        plan,
        done: list.done(),
        has_links: list.parts > 0 && state != ListState::Running,
        key: list.key,
        failure: list.failure,
        page,
    };
    let mut response = page::show::<Error>(shown.page.problems.status(), &shown)?;
    if state == ListState::Running {
        // In seconds; without script, too.
        page::set_header(&mut response, header::REFRESH, "2");
    }
    Ok(response)
}

fn again(admin: &Admin, problems: Problems, mistakes: Vec<Mistake>) -> Result<Response, Error> {
    let mistakes = mistakes.iter().map(Mistake::to_string).collect();
    let page = page(admin).with_problems(problems);
    page::show(page.problems.status(), &ImportPage { page, mistakes })
}

async fn find(app: &App, key: &str) -> Result<KeptList, Error> {
    kept::find(&app.db.read, key).await?.ok_or(Error::NotFound)
}

fn page(admin: &Admin) -> Page {
    Page::of(&admin.0.user, Section::Users)
}

fn address(key: &str) -> String {
    format!("/admin/people/import/{key}")
}
