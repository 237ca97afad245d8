//! The tokens of programs, for admins: a list, a form to make one, and their revocation.

use std::collections::HashMap;

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{
    auth::Admin,
    confirm::Confirmed,
    error::Error,
    page::{self, Page},
};
use crate::{
    accounts,
    app::App,
    clock::Moment,
    tokens::{self, Scopes, Token, TokenId},
    users,
};

#[derive(Default, Template)]
#[template(path = "tokens.html")]
struct TokensPage {
    page: Page,
    tokens: Vec<Row>,
    /// Of the token that was just made: shown in this answer and never again.
    secret: Option<String>,
    done: bool,
    form: Form,
    problems: Problems,
}

struct Row {
    id: i64,
    name: String,
    owner: String,
    scopes: &'static str,
    last_used: Option<Moment>,
}

#[derive(Default)]
struct Form {
    name: String,
    owner: String,
    publish: bool,
    stream: bool,
}

#[derive(Default)]
struct Problems {
    name: Option<&'static str>,
    owner: Option<&'static str>,
    scopes: Option<&'static str>,
}

/// What was done just now, said after the redirect.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

/// `GET /admin/tokens`.
#[handler]
pub async fn list(admin: Admin, app: Data<&App>, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let done = asked.done == "revoked";
    show_list(&app, &admin, StatusCode::OK, TokensPage { done, ..Default::default() }).await
}

/// `POST /admin/tokens`: makes one and shows it in the answer, so that it stands in no address and no log.
#[handler]
pub async fn create(sent: Confirmed, app: Data<&App>) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let scopes = fields.all("scope");
    let form = Form {
        name: fields.one("name"),
        owner: fields.one("owner"),
        publish: scopes.iter().any(|scope| scope == "publish"),
        stream: scopes.iter().any(|scope| scope == "stream"),
    };
    let name = users::parse_name(&form.name);
    let owner = users::find_by_name(&app.db.read, &form.owner).await?.filter(|user| !user.disabled);
    let has_scope = form.publish || form.stream;
    let (Ok(name), Some(owner), true) = (&name, &owner, has_scope) else {
        let problems = Problems {
            name: name.err(),
            owner: owner.is_none().then_some("Nobody who can sign in has this name."),
            scopes: (!has_scope).then_some("Choose at least one."),
        };
        let again = TokensPage { form, problems, ..Default::default() };
        return show_list(&app, &admin, StatusCode::UNPROCESSABLE_ENTITY, again).await;
    };
    let scopes = Scopes { publish: form.publish, stream: form.stream };
    let secret = Some(accounts::add_token(&app.db, &admin.0.by(), owner, name, scopes).await?);
    show_list(&app, &admin, StatusCode::CREATED, TokensPage { secret, ..Default::default() }).await
}

/// `POST /admin/tokens/{id}/revocation`.
#[handler]
pub async fn revoke(sent: Confirmed, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    accounts::revoke_token(&app.db, &sent.admin.0.by(), TokenId(id)).await?;
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
    let names: HashMap<_, _> = everybody.into_iter().map(|user| (user.id, user.name)).collect();
    let row = |token: Token| Row {
        id: token.id,
        owner: names.get(&token.user_id).cloned().unwrap_or_default(),
        scopes: match (token.publish, token.stream) {
            (true, true) => "publish, read, listen",
            (true, false) => "publish",
            _ => "read, listen",
        },
        last_used: token.last_used_ms.map(|ms| Moment::of(ms, &app.config.time_zone)),
        name: token.name,
    };
    let tokens = tokens::all(&app.db.read).await?.into_iter().map(row).collect();
    page::show(status, &TokensPage { page: Page::of(&admin.0.user, "tokens"), tokens, ..rest })
}
