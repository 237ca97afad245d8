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
    networks,
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm, query::Query, session::AskingSession},
        respond::{
            confirmation::Confirmed,
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            question::{self, Question},
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

const NOTICES: Notices = &[("revoked", "Revoked. What used it has ended.")];

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
        label: "Only to groups",
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
    let used =
        row.last_used.map_or("It was never used.".into(), |used| format!("It was last used: {}.", used.text));
    let title = format!("Revoke “{}”?", question::isolated(&row.name));
    Question::new(title, "Revoke the token", format!("/admin/tokens/{id}/revocation"), "/admin/tokens".into())
        .consequence(format!("It acts for {}, and may: {}.", question::isolated(&row.owner), row.scopes))
        .consequence(used)
        .consequence("Whatever program uses it is refused from then on, and its streams end at once.")
        .consequence("If the program shall go on, it needs another token.")
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
    rest.list = ListView::of("/admin/tokens", "Find tokens", &rest.search, found.next.as_ref());
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
    let all = [(token.publish, "publish"), (token.stream, "read, listen"), (token.cards, "keep cards")];
    let given: Vec<_> = all.into_iter().filter_map(|(is_given, words)| is_given.then_some(words)).collect();
    given.join(", ")
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
            Some(name) => Err(format!("There is no group called {name}.")),
            None => Ok((!groups.is_empty()).then_some(groups)),
        };
        let networks = networks::parse_list(&self.networks)
            .map_err(|wrong| format!("“{wrong}” is not an address or a network."));
        let parsed = (
            problems.check("name", users::parse_name(&self.name)),
            problems.check("owner", owner.ok_or("Nobody who can sign in has this name.")),
            problems.check(
                "scope",
                (scopes != Scopes::default()).then_some(scopes).ok_or("Choose at least one."),
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
fn expiry(days: &str) -> Result<Option<i64>, &'static str> {
    match days {
        "" => Ok(None),
        "30" | "90" | "365" => {
            let days: u64 = days.parse().expect("one of these numbers");
            Ok(Some(clock::in_ms(Duration::from_secs(days * 24 * 60 * 60))))
        }
        _ => Err("Choose when it ends."),
    }
}
