//! Tokens: what programs show instead of a password. The secret is shown once; what is stored is its SHA-256,
//! which is enough for 256 random bits. Whatever takes a `db` fails as the database does.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};

use crate::{
    clock, digest,
    domain::{
        groups::Group,
        search::{self, Kind, Named, PAGE_SIZE, Portion, Search},
        users::{self, User},
    },
    entities::{token_groups, tokens},
    ids::{TokenId, UserId},
    networks::Network,
};

pub use self::{
    groups::{MAX_NAMED, group_names, groups_of, groups_of_id, held_to},
    scopes::Scopes,
};
pub use crate::entities::tokens::Model as Token;

mod groups;
mod scopes;

/// So that secret scanners, and people, know one when they see it.
const PREFIX: &str = "tid_";

/// A token to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What the program is, in the words of whoever makes the token.
    pub name: String,
    /// What the program may do.
    pub scopes: Scopes,
    /// When it ends, in Unix milliseconds; never, when none is given.
    pub expires_ms: Option<i64>,
    /// The groups it may post to, and nobody else; to whomever its owner may, when none are given.
    pub groups: Option<Vec<Group>>,
    /// From where it may be used; from anywhere, when none are given.
    pub networks: Vec<Network>,
}

/// Whether this can be a token at all.
pub fn is_in_form(secret: &str) -> bool {
    let digits = secret.strip_prefix(PREFIX).unwrap_or_default();
    digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Makes a token: which, and its secret, which nobody can find out later.
pub async fn add(
    db: &impl ConnectionTrait,
    owner: &User,
    new: &NewToken,
) -> Result<(TokenId, String), DbErr> {
    let random: [u8; 32] = rand::random();
    let secret = format!("{PREFIX}{}", digest::hex(&random));
    let row = tokens::ActiveModel {
        user_id: Set(owner.id),
        name: Set(new.name.clone()),
        hash: Set(hash(&secret)),
        publish: Set(new.scopes.publish),
        stream: Set(new.scopes.stream),
        cards: Set(new.scopes.cards),
        expires_ms: Set(new.expires_ms),
        networks: Set(new.networks.iter().map(Network::to_string).collect::<Vec<_>>().join(" ")),
        only_groups: Set(new.groups.is_some()),
        created_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    let token = tokens::Entity::insert(row).exec_with_returning(db).await?;
    search::add(db, &found_by(&token, &owner.name)).await?;
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
    let owner = users::find(db, UserId(token.user_id)).await?.filter(users::may_sign_in);
    Ok(owner.map(|owner| (token, owner)))
}

/// When a token ends, in Unix milliseconds; `None` when a program may no longer use it.
pub async fn expiry(db: &impl ConnectionTrait, id: TokenId) -> Result<Option<i64>, DbErr> {
    let token = tokens::Entity::find_by_id(id.0).filter(is_live()).one(db).await?;
    let Some(token) = token else { return Ok(None) };
    let owner = users::find(db, UserId(token.user_id)).await?;
    let owners_end = owner.as_ref().and_then(users::end_ms);
    Ok(owners_end.map(|end| std::cmp::min(end, token.expires_ms.unwrap_or(i64::MAX))))
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

/// A page of those that are not revoked, the newest first. They are found by their owner's name, too.
pub async fn list(db: &impl ConnectionTrait, search: &Search) -> Result<Portion<Token>, DbErr> {
    let found = search::find(db, Kind::Token, search, PAGE_SIZE, None).await?;
    if found.rows.is_empty() {
        return Ok(found.map(|_| Vec::new()));
    }
    let these = tokens::Entity::find()
        .filter(tokens::Column::Id.is_in(found.rows.iter().copied()))
        .filter(tokens::Column::RevokedMs.is_null())
        .order_by_desc(tokens::Column::Id)
        .all(db)
        .await?;
    Ok(found.map(|_| these))
}

fn found_by(token: &Token, owner: &str) -> Named {
    Named { kind: Kind::Token, id: token.id, name: format!("{} {owner}", token.name) }
}

/// Makes a token good for nothing; the token, unless it was so already.
pub async fn revoke(db: &impl ConnectionTrait, id: TokenId) -> Result<Option<Token>, DbErr> {
    let Some(token) = find_by_id(db, id).await? else { return Ok(None) };
    tokens::Entity::update_many()
        .col_expr(tokens::Column::RevokedMs, Expr::value(clock::now_ms()))
        .filter(tokens::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    let owner = users::find(db, UserId(token.user_id)).await?.map(|owner| owner.name).unwrap_or_default();
    search::remove(db, &found_by(&token, &owner)).await?;
    Ok(Some(token))
}

/// Stores that the token was used now.
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
