//! Who asks, told by the token. Cookies are never looked at, so no page can make a browser post here.

use poem::{FromRequest, Request, RequestBody, Result, http::header};

use crate::{
    app::App,
    db,
    domain::{
        audit::{Action, Actor, Entry},
        cards::Keeper,
        posts::Author,
        rights,
        tokens::{self},
        users::User,
    },
    ids::{TokenId, UserId},
    live::{audience::Viewer, listeners::Listener, right::Right},
    text,
    web::{extract::client::Client, problem::Problem},
};

/// A program whose token may publish, and whose owner may post.
#[derive(Debug)]
pub struct PublishingProgram {
    /// For whom it acts, and to whom it may post.
    pub author: Author,
    pub token: TokenId,
}

/// A program whose token may listen and read.
#[derive(Debug)]
pub struct ReadingProgram {
    /// For whom it acts.
    pub owner: UserId,
    pub token: TokenId,
}

/// A program whose token may keep cards, and whose owner may post.
#[derive(Debug)]
pub struct KeepingProgram(pub Keeper);

/// A program that may open a stream, and by what it is known.
#[derive(Debug)]
pub struct ProgramListener {
    /// The SHA-256 of its token's secret, and its address.
    pub key: String,
    /// For whom it listens.
    pub listener: Listener,
}

impl<'a> FromRequest<'a> for PublishingProgram {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let app = request.data::<App>().ok_or(Problem::Internal)?;
        let (token, owner, by) = find(app, request).await?;
        if !token.publish {
            return Err(refuse(app, &by, Problem::Scope("publish")).into());
        }
        if !owner.may_post() {
            return Err(refuse(app, &by, Problem::Role).into());
        }
        let only = tokens::groups_of(&app.db.read, &token).await.map_err(Problem::Database)?;
        let (user, token) = (owner.user_id(), token.token_id());
        Ok(Self { author: Author { user, by, only, token: Some(token) }, token })
    }
}

impl<'a> FromRequest<'a> for KeepingProgram {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let app = request.data::<App>().ok_or(Problem::Internal)?;
        let (token, owner, by) = find(app, request).await?;
        if !token.cards {
            return Err(refuse(app, &by, Problem::Scope("cards")).into());
        }
        if !owner.may_post() {
            return Err(refuse(app, &by, Problem::Role).into());
        }
        let only = tokens::groups_of(&app.db.read, &token).await.map_err(Problem::Database)?;
        let owner = Viewer::load(&app.db.read, owner.user_id()).await.map_err(Problem::Database)?;
        Ok(Self(Keeper { owner, by, only, token: Some(token.token_id()) }))
    }
}

impl<'a> FromRequest<'a> for ReadingProgram {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let app = request.data::<App>().ok_or(Problem::Internal)?;
        let (token, owner, by) = find(app, request).await?;
        if !token.stream {
            return Err(refuse(app, &by, Problem::Scope("stream")).into());
        }
        Ok(Self { owner: owner.user_id(), token: token.token_id() })
    }
}

impl<'a> FromRequest<'a> for ProgramListener {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let app = request.data::<App>().ok_or(Problem::Internal)?;
        let Client(from) = Client::of(request);
        // What a token is known by is good from this address alone: from another it may not be used.
        let key = format!("{} {from}", tokens::hash(secret(request)?));
        let look_up = async {
            let reader = ReadingProgram::from_request(request, body).await?;
            let right = Right::Token(reader.token);
            let ends_ms = rights::ends_ms(&app.db.read, &right).await.map_err(Problem::Database)?;
            Ok::<_, poem::Error>(ends_ms.map(|ends_ms| Listener { id: reader.owner.into(), right, ends_ms }))
        };
        let listener =
            rights::listener(&app.db, &app.listeners, &key, look_up).await?.ok_or(Problem::BadToken)?;
        app.activity.touch(listener.id, &listener.right, from);
        Ok(Self { key, listener })
    }
}

async fn find(app: &App, request: &Request) -> Result<(tokens::Token, User, Actor), Problem> {
    let Client(from) = Client::of(request);
    let found = db::with_timeout(tokens::find(&app.db.read, secret(request)?));
    let Some((token, owner)) = found.await? else {
        let entry = Entry::refused(&Actor::stranger(from), Action::SignIn, "")
            .detail(text::of("audit-no-good-token"));
        app.failures.record(entry);
        return Err(Problem::BadToken);
    };
    let by = Actor::program(&owner, token.token_id(), from);
    if !token.admits(from) {
        return Err(refuse(app, &by, Problem::Address));
    }
    app.activity.touch(owner.user_id(), &Right::Token(token.token_id()), from);
    Ok((token, owner, by))
}

/// Notes in the audit log that a program asked for what it may not.
pub fn refuse(app: &App, by: &Actor, problem: Problem) -> Problem {
    app.failures.record(Entry::refused(by, Action::Access, "").detail(problem.to_string()));
    problem
}

fn secret(request: &Request) -> Result<&str, Problem> {
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, secret) = sent.and_then(|sent| sent.split_once(' ')).ok_or(Problem::Unauthenticated)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(secret.trim()) } else { Err(Problem::Unauthenticated) }
}
