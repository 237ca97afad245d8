//! The settings of a board, for admins.

use askama::Template;
use poem::{
    Response, handler,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::boards::{self, Board, Named, Settings, Slug},
    live::{audience::Viewer, state::Audience},
    text,
    web::{
        error::Error,
        extract::{access::Admin, form::LargeForm, query::Query},
        respond::{
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            question::Question,
            section::Section,
        },
        views::picker::{self, Picker, PickerChoice},
    },
};

#[derive(Template)]
#[template(path = "board_form.html")]
struct BoardForm {
    page: Page,
    slug: String,
    name: String,
    layout: String,
    place: String,
    above_feed: bool,
    /// Whether there is a page of it for whoever changes it.
    is_for_them: bool,
    everyone: bool,
    external: bool,
    admins: bool,
    /// The people and groups that may see it.
    to: Picker,
    /// Those who may not, whatever else is said.
    except: Picker,
}

const NOTICES: Notices = &[
    ("saved", text::key("notice-board-saved")),
    ("paused", text::key("notice-board-paused")),
    ("resumed", text::key("notice-board-resumed")),
];

/// `GET /admin/boards/{slug}`.
#[handler]
pub async fn show(
    admin: Admin,
    app: Data<&App>,
    Path(slug): Path<String>,
    query: Query,
) -> Result<Response, Error> {
    let board = find(&app, &slug).await?;
    let named = boards::names_of(&app.db.read, &board.audience).await?;
    let people = named.people.iter().map(PickerChoice::person);
    let to = people.chain(named.groups.iter().map(PickerChoice::group)).collect();
    let except = named.except.iter().map(PickerChoice::person).collect();
    let form = BoardForm {
        page: page(&admin).with_notice(notice::find(&query, NOTICES)),
        is_for_them: is_for(&app, &admin, &board.audience).await?,
        name: board.name.to_string(),
        layout: board.layout.lines().to_owned(),
        place: board.place.to_string(),
        above_feed: board.above_feed,
        everyone: named.everyone,
        external: named.external,
        admins: named.admins,
        to: Picker { chosen: to, ..to_picker(&slug) },
        except: Picker { chosen: except, ..except_picker(&slug) },
        slug,
    };
    form.show(&app).await
}

/// `POST /admin/boards/{slug}`.
#[handler]
pub async fn change(
    admin: Admin,
    app: Data<&App>,
    Path(slug): Path<String>,
    fields: LargeForm,
) -> Result<Response, Error> {
    let parsed = Slug::parse(&slug).ok_or(Error::NotFound)?;
    let board = find(&app, &slug).await?;
    let says = |name: &str| fields.one(name) == "on";
    let mut form = BoardForm {
        page: page(&admin),
        is_for_them: is_for(&app, &admin, &board.audience).await?,
        name: fields.one("name"),
        layout: fields.one("layout").replace("\r\n", "\n"),
        place: fields.one("place"),
        above_feed: says("above_feed"),
        everyone: says("everyone"),
        external: says("external"),
        admins: says("admins"),
        to: to_picker(&slug).with_sent(&fields),
        except: except_picker(&slug).with_sent(&fields),
        slug,
    };
    if picker::only_looks(&fields) {
        return form.show(&app).await;
    }
    match form.parse(&app, &fields, &board.audience).await? {
        Err(problems) => {
            form.page = form.page.with_problems(problems);
            form.show(&app).await
        }
        Ok(settings) => {
            let is_for_them = is_for(&app, &admin, &settings.audience).await?;
            if !boards::change(&app.changes, &admin.0.by(), &parsed, settings).await? {
                return Err(Error::NotFound);
            }
            Ok(match is_for_them {
                true => page::see_other(&format!("/boards/{parsed}")),
                false => notice::lead_to(&format!("/admin/boards/{parsed}"), "saved"),
            })
        }
    }
}

/// `GET /admin/boards/{slug}/removal`: asks.
#[handler]
pub async fn ask(admin: Admin, app: Data<&App>, Path(slug): Path<String>) -> Result<Response, Error> {
    let board = find(&app, &slug).await?;
    let title = text::of("question-remove").with("name", &*board.name).say();
    let (action, back) = (format!("/admin/boards/{slug}/removal"), format!("/admin/boards/{slug}"));
    Question::new(title, text::say("question-board-button"), action, back)
        .consequence(text::say("question-board-1"))
        .consequence(text::say("question-board-2"))
        .ask(&admin.0.user, Section::AllBoards)
}

/// `POST /admin/boards/{slug}/removal`.
#[handler]
pub async fn remove(admin: Admin, app: Data<&App>, Path(slug): Path<String>) -> Result<Response, Error> {
    let slug = Slug::parse(&slug).ok_or(Error::NotFound)?;
    boards::remove(&app.changes, &admin.0.by(), &slug).await?;
    Ok(notice::lead_to("/admin/boards", "removed"))
}

impl BoardForm {
    async fn show(self, app: &App) -> Result<Response, Error> {
        let status = self.page.problems.status();
        let (to, except) = (self.to.with_found(app).await?, self.except.with_found(app).await?);
        page::show(status, &Self { to, except, ..self })
    }

    /// What is to be, or what is wrong.
    async fn parse(
        &self,
        app: &App,
        fields: &LargeForm,
        was_for: &Audience,
    ) -> Result<Result<Settings, Problems>, Error> {
        let named = Named {
            everyone: self.everyone,
            external: self.external,
            admins: self.admins,
            people: fields.all("people"),
            groups: fields.all("groups"),
            except: fields.all("except"),
        };
        let audience = match boards::audience_of(&app.db.read, &named, was_for).await? {
            Ok(audience) => audience,
            Err(problem) => return Ok(Err(Problems::one("audience", problem))),
        };
        let Ok(place) = self.place.trim().parse() else {
            return Ok(Err(Problems::one("place", text::say("board-place"))));
        };
        let (name, layout) = (self.name.clone(), self.layout.clone());
        let settings = Settings { name, audience, layout, place, above_feed: self.above_feed };
        Ok(match settings.problem() {
            Some((field, problem)) => Err(Problems::one(field, problem)),
            None => Ok(settings),
        })
    }
}

fn to_picker(slug: &str) -> Picker {
    Picker {
        id: "find",
        label: text::say("board-people"),
        people: "people",
        groups: "groups",
        ..picker(slug)
    }
}

fn except_picker(slug: &str) -> Picker {
    Picker { id: "find-except", label: text::say("board-except"), people: "except", ..picker(slug) }
}

fn picker(slug: &str) -> Picker {
    Picker {
        suggestions: "/admin/people/suggestions".into(),
        action: format!("/admin/boards/{slug}"),
        method: "post",
        ..Default::default()
    }
}

async fn find(app: &App, slug: &str) -> Result<Board, Error> {
    let slug = Slug::parse(slug).ok_or(Error::NotFound)?;
    boards::find(&app.db.read, &slug).await?.ok_or(Error::NotFound)
}

async fn is_for(app: &App, admin: &Admin, audience: &Audience) -> Result<bool, Error> {
    let viewer = Viewer::load(&app.db.read, admin.0.user.user_id()).await?;
    Ok(audience.includes(&viewer))
}

fn page(admin: &Admin) -> Page {
    Page::of(&admin.0.user, Section::AllBoards)
}
