//! Who asks, told by the token. Cookies are never looked at, so no page can make a browser post here.

use poem::{FromRequest, Request, RequestBody, Result, http::header};

use super::problem::Problem;
use crate::{
    app::App,
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
}

/// A program whose token may listen and read.
#[derive(Debug)]
pub struct Reader {
    /// For whom it acts.
    pub owner: UserId,
    /// By which token.
    pub token: TokenId,
}

impl<'a> FromRequest<'a> for Publisher {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let (token, owner) = find(request).await?;
        if !token.publish {
            return Err(Problem::Scope("publish").into());
        }
        if !owner.may_post() {
            return Err(Problem::Role.into());
        }
        Ok(Self { owner, token: token.token_id() })
    }
}

impl<'a> FromRequest<'a> for Reader {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let (token, owner) = find(request).await?;
        if !token.stream {
            return Err(Problem::Scope("stream").into());
        }
        Ok(Self { owner: owner.user_id(), token: token.token_id() })
    }
}

async fn find(request: &Request) -> Result<(tokens::Token, User), Problem> {
    let app = request.data::<App>().ok_or(Problem::Internal)?;
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, secret) = sent.and_then(|sent| sent.split_once(' ')).ok_or(Problem::Unauthenticated)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::Unauthenticated);
    }
    let found = tokens::find(&app.db.read, secret.trim()).await?;
    let (token, owner) = found.ok_or(Problem::Unauthenticated)?;
    app.touches.note(owner.user_id(), &Right::Token(token.token_id()));
    Ok((token, owner))
}
