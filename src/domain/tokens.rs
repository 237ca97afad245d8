//! Tokens: what programs show instead of a password. The secret is shown once; what is stored is its SHA-256,
//! which is enough for 256 random bits. Whatever takes a `db` fails as the database does.

use std::{fmt, net::IpAddr};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Query},
};

use crate::{
    clock, digest,
    domain::{
        groups::Group,
        users::{self, User},
    },
    entities::{token_groups, tokens},
    ids::{GroupId, TokenId, UserId},
    networks::Network,
};

pub use crate::entities::tokens::Model as Token;

/// So that secret scanners, and people, know one when they see it.
const PREFIX: &str = "tid_";

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
        for scope in text.split(',').map(str::trim).filter(|scope| !scope.is_empty()) {
            match scope {
                "publish" => scopes.publish = true,
                "stream" => scopes.stream = true,
                _ => return Err(NoScopes),
            }
        }
        if scopes == Self::default() {
            return Err(NoScopes);
        }
        Ok(scopes)
    }
}

/// A token to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it ends, in Unix milliseconds; never, when none is given.
    pub expires_ms: Option<i64>,
    /// The groups it may post to, and nobody else; to whomever its owner may, when none are given.
    pub groups: Option<Vec<Group>>,
    /// From where it may be used; from anywhere, when none are given.
    pub networks: Vec<Network>,
}

impl Token {
    /// The row's id as its own type.
    pub fn token_id(&self) -> TokenId {
        TokenId(self.id)
    }

    /// Whether it may be used from there.
    pub fn admits(&self, address: IpAddr) -> bool {
        let within = |network: &str| network.parse().is_ok_and(|network: Network| network.contains(address));
        self.networks.is_empty() || self.networks.split(' ').any(within)
    }
}

/// Whether this can be a token at all.
pub fn is_in_form(secret: &str) -> bool {
    let digits = secret.strip_prefix(PREFIX).unwrap_or_default();
    digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
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
    new: &NewToken,
) -> Result<(TokenId, String), DbErr> {
    let random: [u8; 32] = rand::random();
    let secret = format!("{PREFIX}{}", digest::hex(&random));
    let row = tokens::ActiveModel {
        user_id: Set(owner.0),
        name: Set(new.name.clone()),
        hash: Set(hash(&secret)),
        publish: Set(new.scopes.publish),
        stream: Set(new.scopes.stream),
        expires_ms: Set(new.expires_ms),
        networks: Set(new.networks.iter().map(Network::to_string).collect::<Vec<_>>().join(" ")),
        only_groups: Set(new.groups.is_some()),
        created_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    let token = tokens::Entity::insert(row).exec_with_returning(db).await?;
    for group in new.groups.iter().flatten() {
        let row = token_groups::ActiveModel { token_id: Set(token.id), group_id: Set(group.id) };
        token_groups::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok((token.token_id(), secret))
}

/// The token with this secret and its owner, if both are still good.
pub async fn find(db: &impl ConnectionTrait, secret: &str) -> Result<Option<(Token, User)>, DbErr> {
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let token = tokens::Entity::find()
        .filter(tokens::Column::Hash.eq(hash(secret)))
        .filter(is_live())
        .one(db)
        .await?;
    let Some(token) = token else { return Ok(None) };
    let owner = users::find(db, UserId(token.user_id)).await?.filter(|user| !user.disabled);
    Ok(owner.map(|owner| (token, owner)))
}

/// When a token ends, in Unix milliseconds; `None` when a program may no longer use it.
pub async fn expiry(db: &impl ConnectionTrait, id: TokenId) -> Result<Option<i64>, DbErr> {
    let token = tokens::Entity::find_by_id(id.0).filter(is_live()).one(db).await?;
    let Some(token) = token else { return Ok(None) };
    let owner = users::find(db, UserId(token.user_id)).await?.filter(|owner| !owner.disabled);
    Ok(owner.map(|_| token.expires_ms.unwrap_or(i64::MAX)))
}

/// The groups that a token may post to, if it is held to some.
pub async fn groups_of(db: &impl ConnectionTrait, token: &Token) -> Result<Option<Vec<GroupId>>, DbErr> {
    if !token.only_groups {
        return Ok(None);
    }
    let rows =
        token_groups::Entity::find().filter(token_groups::Column::TokenId.eq(token.id)).all(db).await?;
    Ok(Some(rows.into_iter().map(|row| GroupId(row.group_id)).collect()))
}

/// A token that is held to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it is for.
    pub name: String,
    /// Whether it may post to other groups, too.
    pub has_others: bool,
}

/// More tokens than these are not named where somebody is asked.
pub const MOST_NAMED: usize = 5;

/// The tokens that are held to a group and not revoked: one more than are named, at most.
pub async fn held_to(db: &impl ConnectionTrait, group: GroupId) -> Result<Vec<Held>, DbErr> {
    let held = Query::select()
        .column(token_groups::Column::TokenId)
        .from(token_groups::Entity)
        .and_where(token_groups::Column::GroupId.eq(group.0))
        .to_owned();
    let rows = tokens::Entity::find()
        .filter(tokens::Column::Id.in_subquery(held))
        .filter(tokens::Column::RevokedMs.is_null())
        .order_by_asc(tokens::Column::Id)
        .limit(MOST_NAMED as u64 + 1)
        .all(db)
        .await?;
    let mut held = Vec::new();
    for token in rows {
        let groups = groups_of(db, &token).await?.unwrap_or_default();
        held.push(Held { has_others: groups.len() > 1, name: token.name });
    }
    Ok(held)
}

/// A token that is not revoked.
pub async fn find_by_id(db: &impl ConnectionTrait, id: TokenId) -> Result<Option<Token>, DbErr> {
    tokens::Entity::find_by_id(id.0).filter(tokens::Column::RevokedMs.is_null()).one(db).await
}

/// Neither revoked nor over.
fn is_live() -> Condition {
    let is_over = tokens::Column::ExpiresMs.lte(clock::now_ms());
    Condition::all()
        .add(tokens::Column::RevokedMs.is_null())
        .add(Condition::any().add(tokens::Column::ExpiresMs.is_null()).add(is_over.not()))
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
    let Some(token) = find_by_id(db, id).await? else { return Ok(None) };
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
    digest::sha256_hex(secret)
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
