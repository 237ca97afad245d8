//! Who asks, told by the token. Cookies are never looked at, so no page can make a browser post here.

use poem::{FromRequest, Request, RequestBody, Result, http::header};

use super::{super::client::Client, problem::Problem};
use crate::{
    app::App,
    audit::{Act, By, Entry},
    live::known::Listener,
    rights::Right,
    tokens::{self, TokenId},
    users::{User, UserId},
};

/// A program whose token may publish, and whose owner may post.
#[derive(Debug)]
pub struct Publisher {
    /// For whom it acts.
    pub owner: User,
    /// By which token.
    pub token: TokenId,
    /// As the audit log names it.
    pub by: By,
}

/// A program whose token may listen and read.
#[derive(Debug)]
pub struct Reader {
    /// For whom it acts.
    pub owner: UserId,
    /// By which token.
    pub token: TokenId,
}

/// A program that may open a stream, and by what it is known.
#[derive(Debug)]
pub struct ProgramListener {
    /// The SHA-256 of its token's secret.
    pub key: String,
    /// For whom it listens.
    pub listener: Listener,
}

impl<'a> FromRequest<'a> for Publisher {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let (token, owner, by) = find(request).await?;
        if !token.publish {
            return Err(refuse(request, &by, Problem::Scope("publish")).into());
        }
        if !owner.may_post() {
            return Err(refuse(request, &by, Problem::Role).into());
        }
        Ok(Self { owner, token: token.token_id(), by })
    }
}

impl<'a> FromRequest<'a> for Reader {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let (token, owner, by) = find(request).await?;
        if !token.stream {
            return Err(refuse(request, &by, Problem::Scope("stream")).into());
        }
        Ok(Self { owner: owner.user_id(), token: token.token_id() })
    }
}

impl<'a> FromRequest<'a> for ProgramListener {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let app = request.data::<App>().ok_or(Problem::Internal)?;
        let key = tokens::hash(secret(request)?);
        let look_up = async {
            let reader = Reader::from_request(request, body).await?;
            let right = Right::Token(reader.token);
            let ends_ms = right.ends_ms(&app.db.read).await.map_err(Problem::Database)?;
            Ok::<_, poem::Error>(ends_ms.map(|ends_ms| Listener { user: reader.owner, right, ends_ms }))
        };
        let listener = app.listener(&key, look_up).await?.ok_or(Problem::BadToken)?;
        app.touches.note(listener.user, &listener.right, Client::of(request).0);
        Ok(Self { key, listener })
    }
}

async fn find(request: &Request) -> Result<(tokens::Token, User, By), Problem> {
    let app = request.data::<App>().ok_or(Problem::Internal)?;
    let Client(from) = Client::of(request);
    let Some((token, owner)) = tokens::find(&app.db.read, secret(request)?).await? else {
        let entry = Entry::refused(&By::stranger(from), Act::SignIn, "").detail("no good token");
        app.failures.note(entry);
        return Err(Problem::BadToken);
    };
    app.touches.note(owner.user_id(), &Right::Token(token.token_id()), from);
    let by = By::program(&owner, token.token_id(), from);
    Ok((token, owner, by))
}

fn refuse(request: &Request, by: &By, problem: Problem) -> Problem {
    if let Some(app) = request.data::<App>() {
        let asked = format!("{} {}: {problem}", request.method(), request.original_uri().path());
        app.failures.note(Entry::refused(by, Act::Access, "").detail(asked));
    }
    problem
}

fn secret(request: &Request) -> Result<&str, Problem> {
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, secret) = sent.and_then(|sent| sent.split_once(' ')).ok_or(Problem::Unauthenticated)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(secret.trim()) } else { Err(Problem::Unauthenticated) }
}
