//! Tokens: what programs show instead of a password. The secret is shown once; what is stored is its SHA-256,
//! which is enough for 256 random bits. Whatever takes a `db` fails as the database does.

use std::fmt;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use sha2::{Digest, Sha256};

use crate::{
    clock,
    entities::tokens,
    users::{self, User, UserId},
};

pub use crate::entities::tokens::Model as Token;

/// So that secret scanners, and people, know one when they see it.
const PREFIX: &str = "tid_";

/// Which: the id of a row of `tokens`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenId(pub i64);

/// What a program may do with its token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// Post, if its owner may.
    pub publish: bool,
    /// Listen, and read posts.
    pub stream: bool,
}

/// Not scopes.
#[derive(Debug, thiserror::Error)]
#[error("scopes are `publish`, `stream`, or both with a comma between")]
pub struct NoScopes;

impl std::str::FromStr for Scopes {
    type Err = NoScopes;

    fn from_str(text: &str) -> Result<Self, NoScopes> {
        let mut scopes = Self::default();
        for scope in text.split(',') {
            match scope.trim() {
                "publish" => scopes.publish = true,
                "stream" => scopes.stream = true,
                _ => return Err(NoScopes),
            }
        }
        Ok(scopes)
    }
}

impl Token {
    /// The row's id as its own type.
    pub fn token_id(&self) -> TokenId {
        TokenId(self.id)
    }
}

/// As it is typed.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.publish, self.stream) {
            (true, true) => "publish,stream",
            (true, false) => "publish",
            (false, _) => "stream",
        })
    }
}

/// Makes a token: which, and its secret, which nobody can find out later.
pub async fn add(
    db: &impl ConnectionTrait,
    owner: UserId,
    name: &str,
    scopes: Scopes,
) -> Result<(TokenId, String), DbErr> {
    let random: [u8; 32] = rand::random();
    let secret = format!("{PREFIX}{}", hex(&random));
    let row = tokens::ActiveModel {
        user_id: Set(owner.0),
        name: Set(name.to_owned()),
        hash: Set(hash(&secret)),
        publish: Set(scopes.publish),
        stream: Set(scopes.stream),
        created_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    let token = tokens::Entity::insert(row).exec_with_returning(db).await?;
    Ok((token.token_id(), secret))
}

/// The token with this secret and its owner, if both are still good.
pub async fn find(db: &impl ConnectionTrait, secret: &str) -> Result<Option<(Token, User)>, DbErr> {
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let token = tokens::Entity::find()
        .filter(tokens::Column::Hash.eq(hash(secret)))
        .filter(tokens::Column::RevokedMs.is_null())
        .one(db)
        .await?;
    let Some(token) = token else { return Ok(None) };
    let owner = users::find(db, UserId(token.user_id)).await?.filter(|user| !user.disabled);
    Ok(owner.map(|owner| (token, owner)))
}

/// Whether a program may still use this token.
pub async fn is_good(db: &impl ConnectionTrait, id: TokenId) -> Result<bool, DbErr> {
    let token = tokens::Entity::find_by_id(id.0).filter(tokens::Column::RevokedMs.is_null()).one(db).await?;
    let Some(token) = token else { return Ok(false) };
    let owner = users::find(db, UserId(token.user_id)).await?;
    Ok(owner.is_some_and(|owner| !owner.disabled))
}

/// All that are not revoked, the newest first.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Token>, DbErr> {
    tokens::Entity::find()
        .filter(tokens::Column::RevokedMs.is_null())
        .order_by_desc(tokens::Column::Id)
        .all(db)
        .await
}

/// Makes a token good for nothing; the token, unless it was so already.
pub async fn revoke(db: &impl ConnectionTrait, id: TokenId) -> Result<Option<Token>, DbErr> {
    let token = tokens::Entity::find_by_id(id.0).filter(tokens::Column::RevokedMs.is_null()).one(db).await?;
    let Some(token) = token else { return Ok(None) };
    tokens::Entity::update_many()
        .col_expr(tokens::Column::RevokedMs, Expr::value(clock::now_ms()))
        .filter(tokens::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(Some(token))
}

/// Notes that the token was used now.
pub async fn used(db: &impl ConnectionTrait, id: TokenId) -> Result<(), DbErr> {
    tokens::Entity::update_many()
        .col_expr(tokens::Column::LastUsedMs, Expr::value(clock::now_ms()))
        .filter(tokens::Column::Id.eq(id.0))
        .filter(tokens::Column::LastUsedMs.is_null().or(tokens::Column::LastUsedMs.lt(clock::last_minute())))
        .exec(db)
        .await
        .map(|_| ())
}

/// What a secret is stored and known by inside: its SHA-256, in hexadecimal.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_and_nothing_else_is() {
        let read = |text: &str| text.parse::<Scopes>().map(|scopes| (scopes.publish, scopes.stream)).ok();

        assert_eq!(read("publish"), Some((true, false)));
        assert_eq!(read("publish, stream"), Some((true, true)));
        assert_eq!(read(""), None);
        assert_eq!(read("publish,admin"), None);
    }
}
