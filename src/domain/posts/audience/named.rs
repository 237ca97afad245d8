//! Whom a post is for now, as its form says it.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Alias, Expr, Func, Query, SelectStatement},
};

use crate::{
    domain::{
        groups::closed as closed_groups,
        posts::{Fields, Post, audience::is_shown},
        users,
    },
    entities::{audiences, groups as group_table, memberships, users as user_table},
    live::audience::{Scope, members_at},
    names,
};

/// People who left are counted up to here.
const MAX_COUNTED: u64 = 1_001;

/// Whom the post is for, or was for until it was gone, by the names that can be chosen now. It fails as the database does.
pub async fn named(db: &impl ConnectionTrait, post: &Post) -> Result<Fields, DbErr> {
    let has = async |scope| Ok::<_, DbErr>(!subjects_of(db, post, scope).await?.is_empty());
    let is_for_all = has(Scope::Everyone).await?;
    Ok(Fields {
        audience: if is_for_all { "everyone" } else { "chosen" }.into(),
        recipients: people(db, post, Scope::Person).await?,
        groups: groups(db, post).await?,
        except: people(db, post, Scope::Except).await?,
        external: has(Scope::External).await?,
        ..Fields::default()
    })
}

/// Whether both name the same.
pub fn are_for_the_same(one: &Fields, other: &Fields) -> bool {
    let sorted = |names: &[String]| {
        let mut keys: Vec<_> = names.iter().map(|name| names::written_key(name)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let is_chosen = one.audience != "everyone";
    let has_same_names = || {
        sorted(&one.recipients) == sorted(&other.recipients) && sorted(&one.groups) == sorted(&other.groups)
    };
    one.audience == other.audience
        && sorted(&one.except) == sorted(&other.except)
        && if is_chosen { has_same_names() } else { one.external == other.external }
}

/// How many people have the post because they were in one of its groups, and have left it since; not more than some. It fails
/// as the database does.
pub async fn left_since(db: &impl ConnectionTrait, post: &Post) -> Result<u64, DbErr> {
    let row = |column| Expr::col((audiences::Entity, column));
    let member = |column| Expr::col((memberships::Entity, column));
    let who = Query::select()
        .distinct()
        .column((memberships::Entity, memberships::Column::UserId))
        .from(audiences::Entity)
        .inner_join(
            memberships::Entity,
            member(memberships::Column::GroupId).equals((audiences::Entity, audiences::Column::Subject)),
        )
        .and_where(row(audiences::Column::Number).eq(post.number))
        .and_where(row(audiences::Column::Scope).eq(Scope::Group))
        .and_where(row(audiences::Column::ToNumber).is_null())
        .and_where(row(audiences::Column::Subject).in_subquery(closed_groups()).not())
        .and_where(member(memberships::Column::FromNumber).lte(members_at()))
        .and_where(member(memberships::Column::ToNumber).gt(members_at()))
        .limit(MAX_COUNTED)
        .to_owned();
    let count =
        Query::select().expr(Func::count(Expr::val(1))).from_subquery(who, Alias::new("who")).to_owned();
    let row = db.query_one(&count).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(count.unsigned_abs())
}

async fn people(db: &impl ConnectionTrait, post: &Post, scope: Scope) -> Result<Vec<String>, DbErr> {
    let these = user_table::Entity::find().filter(user_table::Column::Id.in_subquery(open(post, scope)));
    let found = users::in_order(these).all(db).await?;
    Ok(found.into_iter().filter(users::may_sign_in).map(|user| user.name).collect())
}

async fn groups(db: &impl ConnectionTrait, post: &Post) -> Result<Vec<String>, DbErr> {
    let these = group_table::Entity::find()
        .filter(group_table::Column::Id.in_subquery(open(post, Scope::Group)))
        .filter(group_table::Column::RemovedNumber.is_null());
    let mut names: Vec<_> = these.all(db).await?.into_iter().map(|group| group.name).collect();
    names.sort_by_cached_key(|name| names::sort_key(name));
    Ok(names)
}

async fn subjects_of(db: &impl ConnectionTrait, post: &Post, scope: Scope) -> Result<Vec<i64>, DbErr> {
    let mut found = Vec::new();
    for row in db.query_all(&open(post, scope)).await? {
        found.push(row.try_get_by_index(0)?);
    }
    Ok(found)
}

fn open(post: &Post, scope: Scope) -> SelectStatement {
    Query::select()
        .column(audiences::Column::Subject)
        .from(audiences::Entity)
        .and_where(audiences::Column::Number.eq(post.number))
        .and_where(audiences::Column::Scope.eq(scope))
        .and_where(is_shown(post))
        .to_owned()
}
