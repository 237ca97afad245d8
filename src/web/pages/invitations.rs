//! One-time links, for admins: those that are good, a form to invite somebody, and a link for a new password.

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
        access,
        links::{self, Link, LinkId, Purpose},
        reveals::SecretKind,
        search::Search,
        users::{self, Role},
    },
    ids::UserId,
    text,
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm, query::Query, session::AskingSession},
        respond::{
            confirmation::Confirmed,
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            question::Question,
            reveal::{self, Reveal},
            section::Section,
        },
        views::list::ListView,
    },
};

const NOTICES: Notices = &[("withdrawn", text::key("notice-withdrawn"))];

#[derive(Default, Template)]
#[template(path = "invitations.html")]
struct InvitationsPage {
    page: Page,
    links: Vec<LinkRow>,
    /// What is looked for among them.
    search: Search,
    list: ListView,
    /// The link that was just made.
    made: Reveal<LinkMade>,
    /// As they were typed.
    name: String,
    role: String,
}

struct LinkMade {
    address: String,
    /// For whom, if that is known.
    name: Option<String>,
}

struct LinkRow {
    id: i64,
    /// For whom, if that is known.
    name: Option<String>,
    /// As what; none for a new password.
    role: Option<String>,
    maker: String,
    until: Moment,
}

/// `GET /admin/invitations`.
#[handler]
pub async fn list(
    admin: Admin,
    app: Data<&App>,
    asking: AskingSession,
    headers: &HeaderMap,
    query: Query,
) -> Result<Response, Error> {
    let made = match reveal::secret(&app, SecretKind::Link, asking, &query.one("made")).await? {
        Reveal::Now(secret) => Reveal::Now(LinkMade::of(&app, headers, &secret).await?),
        Reveal::Gone => Reveal::Gone,
        Reveal::Nothing => Reveal::Nothing,
    };
    let page = page(&admin).with_notice(notice::find(&query, NOTICES));
    show_page(&app, InvitationsPage { page, made, search: ListView::search(&query), ..Default::default() })
        .await
}

/// `POST /admin/invitations`: makes a link, and on to the page that shows it, once. Its secret stands in no address
/// that we are asked for, and so in no log, before somebody uses it.
#[handler]
pub async fn create(sent: Confirmed, app: Data<&App>, asking: AskingSession) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let typed = fields.one("name");
    let mut problems = Problems::default();
    // Without a name, the invited choose theirs.
    let name = if typed.trim().is_empty() { Ok(None) } else { users::parse_name(&typed).map(Some) };
    let name = problems.check("name", name);
    let role = problems.check("role", Role::parse(&fields.one("role")).ok_or(text::say("choose-role")));
    let (Some(name), Some(role)) = (name, role) else { return again(&app, &admin, &fields, problems).await };
    let (by, maker) = (admin.0.by(), admin.0.user.user_id());
    match access::invite(&app.changes, &by, maker, role, name, &asking.id).await {
        Ok(reference) => Ok(see_made(&reference)),
        Err(refusal) => again(&app, &admin, &fields, Problems::refused("name", refusal)?).await,
    }
}

/// `POST /admin/people/{id}/link`: one for a new password. Who wants another one of their own has a page for
/// that, which asks for the one they have.
#[handler]
pub async fn offer_password(
    sent: Confirmed,
    app: Data<&App>,
    asking: AskingSession,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let admin = sent.admin;
    let user = users::find(&app.db.read, UserId(id)).await?.ok_or(Error::NotFound)?;
    if user.id == admin.0.user.id {
        return Ok(page::see_other("/account"));
    }
    let (by, maker) = (admin.0.by(), admin.0.user.user_id());
    let reference = access::offer_password(&app.changes, &by, maker, &user, &asking.id).await?;
    Ok(see_made(&reference))
}

/// `GET /admin/invitations/{id}/withdrawal`: asks, and names what goes with it.
#[handler]
pub async fn ask(admin: Admin, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let link = links::find_by_id(&app.db.read, LinkId(id)).await?.ok_or(Error::NotFound)?;
    let until = Moment::of(link.expires_ms, &app.config.time_zone).text;
    let (title, what) = match link.purpose() {
        Purpose::Invitation(role, name) => {
            let name = name.unwrap_or_else(|| text::say("question-whoever"));
            let what = text::of("question-link-invitation").with("name", &name).with("until", until);
            let what = what.with("role", text::say(role_key(role)));
            (text::of("question-invitation").with("name", &name), what)
        }
        Purpose::Password(user) => {
            let user = users::find(&app.db.read, user).await?.ok_or(Error::NotFound)?;
            let what = text::of("question-link-password").with("name", &user.name).with("until", until);
            (text::of("question-link").with("name", &user.name), what)
        }
    };
    let (action, back) = (format!("/admin/invitations/{id}/withdrawal"), "/admin/invitations".into());
    Question::new(title.say(), text::say("question-link-button"), action, back)
        .consequence(what)
        .consequence(text::say("question-link-3"))
        .ask(&admin.0.user, Section::Invitations)
}

/// `POST /admin/invitations/{id}/withdrawal`.
#[handler]
pub async fn withdraw(admin: Admin, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    access::withdraw_link(&app.changes, &admin.0.by(), LinkId(id)).await?;
    Ok(notice::lead_to("/admin/invitations", "withdrawn"))
}

fn page(admin: &Admin) -> Page {
    Page::of(&admin.0.user, Section::Invitations)
}

async fn again(app: &App, admin: &Admin, fields: &SmallForm, problems: Problems) -> Result<Response, Error> {
    let (page, name, role) = (page(admin).with_problems(problems), fields.one("name"), fields.one("role"));
    show_page(app, InvitationsPage { page, name, role, ..Default::default() }).await
}

async fn show_page(app: &App, rest: InvitationsPage) -> Result<Response, Error> {
    let found = links::list(&app.db.read, &rest.search).await?;
    let view = ListView::of(
        "/admin/invitations",
        text::say("list-find-invitations"),
        &rest.search,
        found.next.as_ref(),
    );
    let makers = found.rows.iter().map(|link| UserId(link.made_by));
    let users = found.rows.iter().filter_map(|link| link.user_id.map(UserId));
    let names = users::names(&app.db.read, makers.chain(users)).await?;
    let row = |link: Link| {
        let (name, role) = match link.purpose() {
            Purpose::Invitation(role, name) => (name, Some(text::say(role_key(role)))),
            Purpose::Password(user) => (names.get(&user).cloned(), None),
        };
        let maker = match link.by_shell {
            true => text::say("maker-shell"),
            false => names.get(&UserId(link.made_by)).cloned().unwrap_or_default(),
        };
        LinkRow { id: link.id, name, role, maker, until: Moment::of(link.expires_ms, &app.config.time_zone) }
    };
    let links = found.rows.into_iter().map(row).collect();
    page::show(rest.page.problems.status(), &InvitationsPage { links, list: view, ..rest })
}

/// The key of what a role is called.
fn role_key(role: Role) -> &'static str {
    match role {
        Role::Member => text::key("role-member"),
        Role::Publisher => text::key("role-publisher"),
        Role::Admin => text::key("role-admin"),
    }
}

fn see_made(reference: &str) -> Response {
    page::see_other(&format!("/admin/invitations?made={reference}"))
}

impl LinkMade {
    async fn of(app: &App, headers: &HeaderMap, secret: &str) -> Result<Self, Error> {
        let purpose = links::find(&app.db.read, secret).await?.map(|link| link.purpose());
        let name = match purpose {
            Some(Purpose::Invitation(_, name)) => name,
            Some(Purpose::Password(user)) => users::find(&app.db.read, user).await?.map(|user| user.name),
            None => None,
        };
        Ok(Self { address: format!("{}/link?token={secret}", page::origin(app, headers)), name })
    }
}
