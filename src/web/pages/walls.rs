//! The links by which screens on walls show a board, for admins.

use askama::Template;
use poem::{
    Response, handler,
    http::HeaderMap,
    web::{Data, Path},
};

use crate::{
    app::App,
    clock::Moment,
    domain::{
        boards::{self, Board, Slug},
        groups,
        reveals::SecretKind,
        users,
        walls::{self, Look, MAX_GROUPS, NewWall, Wall, WallError},
    },
    ids::{ListenerId, WallId},
    text,
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm, query::Query, session::AskingSession},
        respond::{
            confirmation,
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            question::Question,
            reveal::{self, Reveal},
            section::Section,
        },
        views::picker::{self, Picker},
    },
};

#[derive(Template)]
#[template(path = "walls.html")]
struct WallsPage {
    page: Page,
    slug: String,
    board: String,
    /// Whether the board is for everyone.
    is_open: bool,
    walls: Vec<WallRow>,
    /// The address of the link that was just made.
    address: Reveal<String>,
    name: String,
    look: &'static str,
    posts: bool,
    /// The groups whose critical posts are shown.
    picker: Picker,
}

struct WallRow {
    id: i64,
    name: String,
    /// What it shows beside the board, in words.
    posts: Vec<String>,
    made_by: String,
    made: Moment,
    is_opened: bool,
    /// Whether its screen listens to this very node.
    is_live: bool,
    seen: Option<Moment>,
}

const NOTICES: Notices = &[("ended", text::key("notice-wall-ended"))];

/// `GET /admin/boards/{slug}/walls`.
#[handler]
pub async fn list(
    admin: Admin,
    app: Data<&App>,
    asking: AskingSession,
    query: Query,
    headers: &HeaderMap,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let board = find(&app, &slug).await?;
    let origin = page::origin(&app, headers);
    let address = match reveal::secret(&app, SecretKind::Wall, asking, &query.one("made")).await? {
        Reveal::Now(secret) => Reveal::Now(format!("{origin}/wall/{secret}")),
        Reveal::Gone => Reveal::Gone,
        Reveal::Nothing => Reveal::Nothing,
    };
    let page = page(&admin).with_notice(notice::find(&query, NOTICES));
    WallsPage { address, ..WallsPage::of(page, &board) }.show(&app, &board).await
}

/// `POST /admin/boards/{slug}/walls`: makes one, and on to the page that shows its address, once. Where the board is not
/// for everyone, or posts for groups are to be shown, the password is asked for again.
#[handler]
pub async fn create(
    admin: Admin,
    app: Data<&App>,
    asking: AskingSession,
    Path(slug): Path<String>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let board = find(&app, &slug).await?;
    let mut form = WallsPage::sent(page(&admin), &board, &fields);
    if picker::only_looks(&fields) {
        return form.show(&app, &board).await;
    }
    let new = match form.parse(&app, &fields).await? {
        Ok(new) => new,
        Err(problems) => {
            form.page = form.page.with_problems(problems);
            return form.show(&app, &board).await;
        }
    };
    let action = address(&slug);
    let is_open = board.audience.is_for_everyone() && new.groups.is_empty();
    if let Some(question) = ask_unless(is_open, &app, &admin, &fields, &action).await? {
        return Ok(question);
    }
    let made = walls::add_to_show(&app.changes, &admin.0.by(), &board, &new, &asking.id).await;
    match made {
        Ok(reference) => Ok(page::see_other(&format!("{action}?made={reference}"))),
        Err(WallError::Database(error)) => Err(error.into()),
        Err(problem) => {
            form.page = form.page.with_problems(Problems::one("name", problem.to_string()));
            form.show(&app, &board).await
        }
    }
}

/// `POST /admin/boards/{slug}/walls/{id}/replacement`: another link in the place of one, for a screen that was reset.
#[handler]
pub async fn replace(
    admin: Admin,
    app: Data<&App>,
    asking: AskingSession,
    Path((slug, id)): Path<(String, i64)>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let board = find(&app, &slug).await?;
    let (by, id) = (admin.0.by(), WallId(id));
    let groups = walls::group_names(&app.db.read, id).await?;
    let is_open = board.audience.is_for_everyone() && groups.is_empty();
    let action = format!("{}/{}/replacement", address(&slug), id.0);
    if let Some(question) = ask_unless(is_open, &app, &admin, &fields, &action).await? {
        return Ok(question);
    }
    match walls::replace_to_show(&app.changes, &by, &board, id, &asking.id).await {
        Ok(reference) => Ok(page::see_other(&format!("{}?made={reference}", address(&slug)))),
        Err(WallError::Database(error)) => Err(error.into()),
        Err(_) => Err(Error::NotFound),
    }
}

/// `GET /admin/boards/{slug}/walls/{id}/removal`: asks.
#[handler]
pub async fn ask(
    admin: Admin,
    app: Data<&App>,
    Path((slug, id)): Path<(String, i64)>,
) -> Result<Response, Error> {
    let board = find(&app, &slug).await?;
    let wall = walls::find_of(&app.db.read, &board, WallId(id)).await?.ok_or(Error::NotFound)?;
    let title = text::of("question-wall").with("name", &wall.name).say();
    let back = address(&slug);
    Question::new(title, text::say("question-wall-button"), format!("{back}/{id}/removal"), back)
        .consequence(text::say("question-wall-1"))
        .consequence(text::say("question-wall-2"))
        .ask(&admin.0.user, Section::AllBoards)
}

/// `POST /admin/boards/{slug}/walls/{id}/removal`.
#[handler]
pub async fn end(
    admin: Admin,
    app: Data<&App>,
    Path((slug, id)): Path<(String, i64)>,
) -> Result<Response, Error> {
    let board = find(&app, &slug).await?;
    walls::end(&app.changes, &admin.0.by(), &board, WallId(id)).await?;
    Ok(notice::lead_to(&address(&slug), "ended"))
}

/// What is for some people alone is put on a wall by nobody but who has typed their password.
async fn ask_unless(
    is_open: bool,
    app: &App,
    admin: &Admin,
    fields: &SmallForm,
    action: &str,
) -> Result<Option<Response>, Error> {
    if is_open {
        return Ok(None);
    }
    confirmation::ask_unless_lately(app, admin, fields, action).await
}

impl WallsPage {
    fn of(page: Page, board: &Board) -> Self {
        Self {
            page,
            slug: board.slug.to_string(),
            board: board.name.to_string(),
            is_open: board.audience.is_for_everyone(),
            walls: Vec::new(),
            address: Reveal::Nothing,
            name: String::new(),
            look: "",
            posts: false,
            picker: groups_picker(&board.slug),
        }
    }

    /// With what was typed into the form.
    fn sent(page: Page, board: &Board, fields: &SmallForm) -> Self {
        Self {
            name: fields.one("name"),
            look: Look::parse(&fields.one("look")).unwrap_or_default().as_str(),
            posts: fields.one("posts") == "on",
            picker: groups_picker(&board.slug).with_sent(fields),
            ..Self::of(page, board)
        }
    }

    async fn show(self, app: &App, board: &Board) -> Result<Response, Error> {
        let mut rows = Vec::new();
        for wall in walls::list(&app.db.read, board).await? {
            let groups = walls::group_names(&app.db.read, wall.wall_id()).await?;
            rows.push(WallRow::of(wall, groups, app));
        }
        let picker = self.picker.with_found(app).await?;
        page::show(self.page.problems.status(), &Self { walls: rows, picker, ..self })
    }

    /// What is to be made, or what is wrong.
    async fn parse(&self, app: &App, fields: &SmallForm) -> Result<Result<NewWall, Problems>, Error> {
        let mut problems = Problems::default();
        let (groups, unknown) = groups::find_by_names(&app.db.read, &fields.all("groups")).await?;
        let groups = match unknown.first() {
            Some(name) => Err(text::of("draft-unknown-groups").with("name", name).with("more", 0).say()),
            None if groups.len() > MAX_GROUPS => {
                Err(text::of("walls-groups-many").with("most", MAX_GROUPS).say())
            }
            None => Ok(groups),
        };
        let parsed = (
            problems.check("name", users::parse_name(&self.name)),
            problems.check("look", Look::parse(&fields.one("look")).ok_or(text::say("walls-choose-look"))),
            problems.check("groups", groups),
        );
        let (Some(name), Some(look), Some(groups)) = parsed else { return Ok(Err(problems)) };
        Ok(Ok(NewWall { name, look, posts_for_everyone: self.posts, groups }))
    }
}

impl WallRow {
    fn of(wall: Wall, groups: Vec<String>, app: &App) -> Self {
        let moment = |ms| Moment::of(ms, &app.config.time_zone);
        let everyone = wall.posts_for_everyone.then(|| text::say("for-everyone"));
        Self {
            id: wall.id,
            posts: everyone.into_iter().chain(groups).collect(),
            made: moment(wall.made_ms),
            is_opened: wall.cookie_hash.is_some(),
            is_live: app.hub.is_listening_here(ListenerId::Wall(wall.wall_id())),
            seen: wall.seen_ms.map(moment),
            name: wall.name,
            made_by: wall.made_by,
        }
    }
}

fn groups_picker(slug: &str) -> Picker {
    Picker {
        id: "find",
        label: text::say("walls-groups"),
        groups: "groups",
        suggestions: "/admin/people/suggestions".into(),
        action: address(slug),
        method: "post",
        ..Default::default()
    }
}

async fn find(app: &App, slug: &str) -> Result<Board, Error> {
    let slug = Slug::parse(slug).ok_or(Error::NotFound)?;
    boards::find(&app.db.read, &slug).await?.ok_or(Error::NotFound)
}

fn page(admin: &Admin) -> Page {
    Page::of(&admin.0.user, Section::AllBoards)
}

fn address(slug: &str) -> String {
    format!("/admin/boards/{slug}/walls")
}
