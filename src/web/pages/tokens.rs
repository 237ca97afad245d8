//! The tokens of programs, for admins: a list, a form to make one, and their revocation.

use std::time::Duration;

use askama::Template;
use jiff::tz::TimeZone;
use poem::{
    Response, handler,
    web::{Data, Path},
};

use crate::{
    app::App,
    clock::{self, Moment},
    domain::{
        access,
        groups::{self},
        reveals::SecretKind,
        search::Search,
        tokens::{self, MAX_NAMED, NewToken, Scopes, Token},
        users::{self, User},
    },
    ids::{TokenId, UserId},
    networks, text,
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
        views::{
            list::ListView,
            picker::{self, Picker},
        },
    },
};

#[derive(Default, Template)]
#[template(path = "tokens.html")]
struct TokensPage {
    page: Page,
    tokens: Vec<TokenRow>,
    /// What is looked for among them.
    search: Search,
    list: ListView,
    /// People whom the token may act for, by what was typed.
    owners: Vec<String>,
    /// The groups that it will be held to.
    picker: Picker,
    /// Of the token that was just made.
    secret: Reveal<String>,
    form: Form,
}

struct TokenRow {
    id: i64,
    name: String,
    owner: String,
    scopes: String,
    /// The groups that it may post to, if it is held to some.
    groups: Option<Vec<String>>,
    networks: String,
    expires: Option<Moment>,
    expired: bool,
    last_used: Option<Moment>,
}

#[derive(Default)]
struct Form {
    name: String,
    owner: String,
    publish: bool,
    stream: bool,
    cards: bool,
    /// In how many days; never when empty.
    expires: String,
    networks: String,
    groups: Vec<String>,
}

const NOTICES: Notices = &[("revoked", text::key("notice-revoked"))];

/// `GET /admin/tokens`.
#[handler]
pub async fn list(
    admin: Admin,
    app: Data<&App>,
    asking: AskingSession,
    query: Query,
) -> Result<Response, Error> {
    let secret = reveal::secret(&app, SecretKind::Token, asking, &query.one("made")).await?;
    let page = page(&admin).with_notice(notice::find(&query, NOTICES));
    let shown = TokensPage { page, secret, search: ListView::search(&query), ..Default::default() };
    show_page(&app, looked_up(&app, shown, &SmallForm::of(query.pairs())).await?).await
}

/// With what was typed into the form, when it was sent to look for names.
async fn looked_up(app: &App, shown: TokensPage, sent: &SmallForm) -> Result<TokensPage, Error> {
    let chosen = sent.one("is");
    if chosen.is_empty() && !picker::only_looks(sent) {
        return Ok(shown);
    }
    let mut form = Form::of(sent);
    if !chosen.is_empty() {
        form.owner = chosen;
        return Ok(TokensPage { form, picker: groups_picker().with_sent(sent), ..shown });
    }
    let owners =
        if form.owner.is_empty() { Vec::new() } else { picker::suggest_people(app, &form.owner).await? };
    Ok(TokensPage { owners, form, picker: groups_picker().with_sent(sent), ..shown })
}

fn groups_picker() -> Picker {
    Picker {
        id: "find",
        label: text::say("tokens-groups"),
        groups: "groups",
        suggestions: "/admin/people/suggestions".into(),
        action: "/admin/tokens".into(),
        method: "get",
        ..Default::default()
    }
}

/// `POST /admin/tokens`: makes one, and on to the page that shows it, once. Its secret stands in no address and no
/// log.
#[handler]
pub async fn create(sent: Confirmed, app: Data<&App>, asking: AskingSession) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let form = Form::of(&fields);
    let mut problems = Problems::default();
    let Some((owner, new)) = form.parse(&app, &mut problems).await? else {
        let owners =
            if problems.has("owner") { picker::suggest_people(&app, &form.owner).await? } else { Vec::new() };
        let (page, picker) = (page(&admin).with_problems(problems), groups_picker().with_sent(&fields));
        return show_page(&app, TokensPage { page, form, owners, picker, ..Default::default() }).await;
    };
    let reference = access::add_token_to_show(&app.changes, &admin.0.by(), &owner, &new, &asking.id).await?;
    Ok(page::see_other(&format!("/admin/tokens?made={reference}")))
}

/// `GET /admin/tokens/{id}/revocation`: asks, and names what goes with it.
#[handler]
pub async fn ask(admin: Admin, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let token = tokens::find_by_id(&app.db.read, TokenId(id)).await?.ok_or(Error::NotFound)?;
    let owner = users::find(&app.db.read, UserId(token.user_id)).await?.ok_or(Error::NotFound)?;
    let row = TokenRow::of(token, owner.name, &app.config.time_zone);
    let used = row.last_used.map_or(text::say("question-token-unused"), |used| {
        text::of("question-token-used").with("time", used.text).say()
    });
    let title = text::of("question-revoke").with("name", &*row.name).say();
    Question::new(
        title,
        text::say("question-token-button"),
        format!("/admin/tokens/{id}/revocation"),
        "/admin/tokens".into(),
    )
    .consequence(text::of("question-token-1").with("owner", &row.owner).with("scopes", &row.scopes).say())
    .consequence(used)
    .consequence(text::say("question-token-3"))
    .consequence(text::say("question-token-4"))
    .ask(&admin.0.user, Section::Tokens)
}

/// `POST /admin/tokens/{id}/revocation`.
#[handler]
pub async fn revoke(sent: Confirmed, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    access::revoke_token(&app.changes, &sent.admin.0.by(), TokenId(id)).await?;
    Ok(notice::lead_to("/admin/tokens", "revoked"))
}

fn page(admin: &Admin) -> Page {
    Page::of(&admin.0.user, Section::Tokens)
}

async fn show_page(app: &App, mut rest: TokensPage) -> Result<Response, Error> {
    let found = tokens::list(&app.db.read, &rest.search).await?;
    let owners = users::names(&app.db.read, found.rows.iter().map(|token| UserId(token.user_id))).await?;
    let mut held_to = tokens::group_names(&app.db.read, &found.rows).await?;
    rest.list =
        ListView::of("/admin/tokens", text::say("list-find-tokens"), &rest.search, found.next.as_ref());
    let row = |token: Token| {
        let owner = owners.get(&UserId(token.user_id)).cloned().unwrap_or_default();
        let groups = held_to.remove(&token.token_id());
        TokenRow { groups, ..TokenRow::of(token, owner, &app.config.time_zone) }
    };
    let tokens = found.rows.into_iter().map(row).collect();
    if rest.picker.id.is_empty() {
        rest.picker = groups_picker();
    }
    let picker = rest.picker.with_found(app).await?;
    page::show(rest.page.problems.status(), &TokensPage { tokens, picker, ..rest })
}

impl TokenRow {
    fn of(token: Token, owner: String, zone: &TimeZone) -> Self {
        Self {
            id: token.id,
            scopes: scope_words(&token),
            name: token.name,
            owner,
            groups: None,
            networks: token.networks,
            expires: token.expires_ms.map(|ms| Moment::of(ms, zone)),
            expired: token.expires_ms.is_some_and(|ms| ms <= clock::now_ms()),
            last_used: token.last_used_ms.map(|ms| Moment::of(ms, zone)),
        }
    }
}

fn scope_words(token: &Token) -> String {
    let scopes = Scopes { publish: token.publish, stream: token.stream, cards: token.cards };
    scopes.in_words().map(String::from).collect::<Vec<_>>().join(", ")
}

impl Form {
    fn of(fields: &SmallForm) -> Self {
        let scopes = fields.all("scope");
        Self {
            name: fields.one("name"),
            owner: fields.one("owner"),
            publish: scopes.iter().any(|scope| scope == "publish"),
            stream: scopes.iter().any(|scope| scope == "stream"),
            cards: scopes.iter().any(|scope| scope == "cards"),
            expires: fields.one("expires"),
            groups: fields.all("groups"),
            networks: fields.one("networks"),
        }
    }

    /// What is to be made, and for whom, unless something is wrong.
    async fn parse(&self, app: &App, problems: &mut Problems) -> Result<Option<(User, NewToken)>, Error> {
        let owner = users::find_by_name(&app.db.read, &self.owner).await?.filter(users::may_sign_in);
        let (groups, unknown) = groups::find_by_names(&app.db.read, &self.groups).await?;
        let scopes = Scopes { publish: self.publish, stream: self.stream, cards: self.cards };
        let known = match unknown.first() {
            Some(name) => Err(text::of("draft-unknown-groups").with("name", name).with("more", 0).say()),
            None => Ok((!groups.is_empty()).then_some(groups)),
        };
        let networks = networks::parse_list(&self.networks)
            .map_err(|wrong| text::of("tokens-network").with("typed", wrong).say());
        let parsed = (
            problems.check("name", users::parse_name(&self.name)),
            problems.check("owner", owner.ok_or(text::say("tokens-owner"))),
            problems.check(
                "scope",
                (scopes != Scopes::default()).then_some(scopes).ok_or(text::say("tokens-scope")),
            ),
            problems.check("expires", expiry(&self.expires)),
            problems.check("groups", known),
            problems.check("networks", networks),
        );
        let (Some(name), Some(owner), Some(scopes), Some(expires_ms), Some(groups), Some(networks)) = parsed
        else {
            return Ok(None);
        };
        Ok(Some((owner, NewToken { name, scopes, expires_ms, groups, networks })))
    }
}

/// From a number of days to when they are over.
fn expiry(days: &str) -> Result<Option<i64>, String> {
    match days {
        "" => Ok(None),
        "30" | "90" | "365" => {
            let days: u64 = days.parse().expect("one of these numbers");
            Ok(Some(clock::in_ms(Duration::from_secs(days * 24 * 60 * 60))))
        }
        _ => Err(text::say("tokens-expires")),
    }
}
