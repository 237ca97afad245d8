//! The tokens of programs, for admins: a list, a form to make one, and their revocation.

use std::{collections::HashMap, time::Duration};

use askama::Template;
use jiff::tz::TimeZone;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    app::App,
    clock::{self, Moment},
    domain::{
        access,
        groups::{self},
        reveals::SecretKind,
        tokens::{self, NewToken, Scopes, Token},
        users::{self, User},
    },
    ids::{GroupId, TokenId, UserId},
    networks,
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm, query::Query, session::AskingSession},
        respond::{
            confirmation::Confirmed,
            page::{self, Page},
            question::{self, Question},
            reveal::{self, Reveal},
        },
    },
};

#[derive(Default, Template)]
#[template(path = "tokens.html")]
struct TokensPage {
    page: Page,
    tokens: Vec<Row>,
    /// The names of all groups.
    groups: Vec<String>,
    /// Of the token that was just made.
    secret: Reveal<String>,
    done: bool,
    form: Form,
    problems: Problems,
}

struct Row {
    id: i64,
    name: String,
    owner: String,
    scopes: &'static str,
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
    /// In how many days; never when empty.
    expires: String,
    groups: Vec<String>,
    networks: String,
}

#[derive(Default)]
struct Problems {
    name: Option<&'static str>,
    owner: Option<&'static str>,
    scopes: Option<&'static str>,
    expires: Option<&'static str>,
    groups: Option<String>,
    networks: Option<String>,
}

/// `GET /admin/tokens`.
#[handler]
pub async fn list(
    admin: Admin,
    app: Data<&App>,
    asking: AskingSession,
    asked: Query,
) -> Result<Response, Error> {
    let done = asked.one("done") == "revoked";
    let secret = reveal::secret(&app, SecretKind::Token, asking, &asked.one("made")).await?;
    show_list(&app, &admin, StatusCode::OK, TokensPage { secret, done, ..Default::default() }).await
}

/// `POST /admin/tokens`: makes one, and on to the page that shows it, once. Its secret stands in no address and no
/// log.
#[handler]
pub async fn create(sent: Confirmed, app: Data<&App>, asking: AskingSession) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let form = Form::of(&fields);
    match form.parse(&app).await? {
        Ok((owner, new)) => {
            let by = admin.0.by();
            let reference = access::add_token_to_show(&app.db, &by, &owner, &new, &asking.id).await?;
            Ok(page::see_other(&format!("/admin/tokens?made={reference}")))
        }
        Err(problems) => {
            let again = TokensPage { form, problems, ..Default::default() };
            show_list(&app, &admin, StatusCode::UNPROCESSABLE_ENTITY, again).await
        }
    }
}

/// `GET /admin/tokens/{id}/revocation`: asks, and names what goes with it.
#[handler]
pub async fn ask(admin: Admin, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let token = tokens::find_by_id(&app.db.read, TokenId(id)).await?.ok_or(Error::NotFound)?;
    let owner = users::find(&app.db.read, UserId(token.user_id)).await?.ok_or(Error::NotFound)?;
    let row = Row::of(token, owner.name, &app.config.time_zone);
    let used =
        row.last_used.map_or("It was never used.".into(), |used| format!("It was last used: {}.", used.text));
    let title = format!("Revoke “{}”?", question::isolated(&row.name));
    Question::new(title, "Revoke the token", format!("/admin/tokens/{id}/revocation"), "/admin/tokens".into())
        .takes(format!("It acts for {}, and may: {}.", question::isolated(&row.owner), row.scopes))
        .takes(used)
        .takes("Whatever program uses it is refused from then on, and its streams end at once.")
        .takes("If the program shall go on, it needs another token.")
        .ask(&admin.0.user, "tokens")
}

/// `POST /admin/tokens/{id}/revocation`.
#[handler]
pub async fn revoke(sent: Confirmed, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    access::revoke_token(&app.db, &sent.admin.0.by(), TokenId(id)).await?;
    app.broker.nudge();
    Ok(page::see_other("/admin/tokens?done=revoked"))
}

async fn show_list(
    app: &App,
    admin: &Admin,
    status: StatusCode,
    rest: TokensPage,
) -> Result<Response, Error> {
    let everybody = users::all(&app.db.read).await?;
    let owners: HashMap<_, _> = everybody.into_iter().map(|user| (user.id, user.name)).collect();
    let groups = groups::all(&app.db.read).await?;
    let mut tokens = Vec::new();
    for token in tokens::all(&app.db.read).await? {
        let held_to = tokens::groups_of(&app.db.read, &token).await?;
        let named = |of: Vec<GroupId>| {
            let held_to = groups.iter().filter(|group| of.contains(&group.group_id()));
            held_to.map(|group| group.name.clone()).collect()
        };
        let owner = owners.get(&token.user_id).cloned().unwrap_or_default();
        tokens.push(Row { groups: held_to.map(named), ..Row::of(token, owner, &app.config.time_zone) });
    }
    let groups = groups.into_iter().map(|group| group.name).collect();
    page::show(status, &TokensPage { page: Page::of(&admin.0.user, "tokens"), tokens, groups, ..rest })
}

impl Row {
    fn of(token: Token, owner: String, zone: &TimeZone) -> Self {
        Self {
            id: token.id,
            name: token.name,
            owner,
            scopes: match (token.publish, token.stream) {
                (true, true) => "publish, read, listen",
                (true, false) => "publish",
                _ => "read, listen",
            },
            groups: None,
            networks: token.networks,
            expires: token.expires_ms.map(|ms| Moment::of(ms, zone)),
            expired: token.expires_ms.is_some_and(|ms| ms <= clock::now_ms()),
            last_used: token.last_used_ms.map(|ms| Moment::of(ms, zone)),
        }
    }
}

impl Form {
    fn of(fields: &SmallForm) -> Self {
        let scopes = fields.all("scope");
        Self {
            name: fields.one("name"),
            owner: fields.one("owner"),
            publish: scopes.iter().any(|scope| scope == "publish"),
            stream: scopes.iter().any(|scope| scope == "stream"),
            expires: fields.one("expires"),
            groups: fields.all("groups"),
            networks: fields.one("networks"),
        }
    }

    async fn parse(&self, app: &App) -> Result<Result<(User, NewToken), Problems>, Error> {
        let name = users::parse_name(&self.name);
        let owner = users::find_by_name(&app.db.read, &self.owner).await?.filter(|user| !user.disabled);
        let scopes = Scopes { publish: self.publish, stream: self.stream };
        let expires_ms = expiry(&self.expires);
        let (groups, unknown) = groups::find_by_names(&app.db.read, &self.groups).await?;
        let networks = networks::parse_list(&self.networks);
        match (name, owner, scopes != Scopes::default(), expires_ms, unknown.first(), networks) {
            (Ok(name), Some(owner), true, Ok(expires_ms), None, Ok(networks)) => {
                let groups = (!groups.is_empty()).then_some(groups);
                Ok(Ok((owner, NewToken { name, scopes, expires_ms, groups, networks })))
            }
            (name, owner, has_scope, expires_ms, unknown, networks) => Ok(Err(Problems {
                name: name.err(),
                owner: owner.is_none().then_some("Nobody who can sign in has this name."),
                scopes: (!has_scope).then_some("Choose at least one."),
                expires: expires_ms.err(),
                groups: unknown.map(|name| format!("There is no group called {name}.")),
                networks: networks.err().map(|wrong| format!("“{wrong}” is not an address or a network.")),
            })),
        }
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
