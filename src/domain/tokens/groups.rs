//! Tokens that are held to some groups: they may post to no others.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Query,
};

use crate::{
    domain::tokens::Token,
    entities::{groups as group_table, token_groups, tokens},
    ids::{GroupId, TokenId},
};

/// The groups that a token may post to, if it is held to some.
pub async fn groups_of(db: &impl ConnectionTrait, token: &Token) -> Result<Option<Vec<GroupId>>, DbErr> {
    if !token.only_groups {
        return Ok(None);
    }
    let rows =
        token_groups::Entity::find().filter(token_groups::Column::TokenId.eq(token.id)).all(db).await?;
    Ok(Some(rows.into_iter().map(|row| GroupId(row.group_id)).collect()))
}

/// The same of a token that may be revoked by now. One that is not there may post to nobody.
pub async fn groups_of_id(db: &impl ConnectionTrait, token: TokenId) -> Result<Option<Vec<GroupId>>, DbErr> {
    match tokens::Entity::find_by_id(token.0).one(db).await? {
        Some(token) => groups_of(db, &token).await,
        None => Ok(Some(Vec::new())),
    }
}

/// The names of the groups that each of these tokens is held to, in order: one more than are named, at most.
pub async fn group_names(
    db: &impl ConnectionTrait,
    tokens: &[Token],
) -> Result<HashMap<TokenId, Vec<String>>, DbErr> {
    let mut names = HashMap::new();
    for token in tokens.iter().filter(|token| token.only_groups) {
        let held = Query::select()
            .column(token_groups::Column::GroupId)
            .from(token_groups::Entity)
            .and_where(token_groups::Column::TokenId.eq(token.id))
            .to_owned();
        let groups =
            group_table::Entity::find().filter(group_table::Column::Id.in_subquery(held)).select_only();
        let groups = groups.column(group_table::Column::Name).order_by_asc(group_table::Column::SortKey);
        names.insert(token.token_id(), groups.limit(MAX_NAMED as u64 + 1).into_tuple().all(db).await?);
    }
    Ok(names)
}

/// A token that is held to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The name of the token.
    pub name: String,
    /// Whether it may post to other groups, too.
    pub has_others: bool,
}

/// More tokens than these are not named where somebody is asked.
pub const MAX_NAMED: usize = 5;

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
        .limit(MAX_NAMED as u64 + 1)
        .all(db)
        .await?;
    let mut held = Vec::new();
    for token in rows {
        let groups = groups_of(db, &token).await?.unwrap_or_default();
        held.push(Held { has_others: groups.len() > 1, name: token.name });
    }
    Ok(held)
}
