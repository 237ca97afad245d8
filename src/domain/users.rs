//! Users: their names and roles, who may sign in, and until when. Queries only; what else must happen when somebody's
//! rights change stands in `access`. Whatever takes a `db` fails as the database does.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{
    clock, db,
    domain::search::{self, Kind},
    entities::users,
    ids::UserId,
    names::{self, Called, Keys},
};

pub use self::listed::{Listed, Numbered, add_listed, find_all, set_as_listed, without_password};
pub use self::{
    ends::{
        end_ms, ended, has_ended, last_day, may_sign_in, next_end_ms, parse_last_day, who_have_ended,
        who_may_sign_in,
    },
    hashes::{find_with_hash, password_hash, rehash, set_password_hash},
    lists::{everyone, has_external, list, names, rows, suggest},
};
pub use crate::{
    entities::users::{Density, DisabledBy, Model as User, Reads, Role, TextSize, Theme},
    names::{key, parse as parse_name},
};

pub(in crate::domain) mod ends;
pub(in crate::domain) mod externals;
mod hashes;
mod listed;
mod lists;
pub(in crate::domain) mod readers;
pub(in crate::domain) mod tenure;

/// Of a user, only who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The user.
    pub id: UserId,
    /// Their name, as it is written.
    pub name: String,
}

/// Adds a user; `None` when the name is taken or looks like one that is, be it by another node at this moment.
pub async fn add(
    db: &impl ConnectionTrait,
    name: &str,
    role: Role,
    password_hash: String,
) -> Result<Option<User>, DbErr> {
    let keys = Keys::of(name);
    if has_like(db, name, &keys).await? {
        return Ok(None);
    }
    let row = users::ActiveModel {
        name: Set(name.to_owned()),
        name_key: Set(names::written_key(name)),
        folded: Set(Some(keys.folded)),
        skeleton: Set(Some(keys.skeleton)),
        folded_skeleton: Set(Some(keys.folded_skeleton)),
        sort_key: Set(Some(keys.sort_key)),
        role: Set(role),
        disabled: Set(false),
        created_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    match hashes::insert(db, row, password_hash).await {
        Ok(user) => {
            readers::begin(db, [user.user_id()]).await?;
            tenure::begin(db, [user.user_id()]).await?;
            search::add(db, &user.named()).await?;
            Ok(Some(user))
        }
        Err(error) if db::is_taken(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The user of that id.
pub async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Option<User>, DbErr> {
    users::Entity::find_by_id(id.0).one(db).await
}

/// The same for a transaction that builds on who they are: until it ends, nobody changes them.
pub async fn hold(tx: &impl ConnectionTrait, id: UserId) -> Result<Option<User>, DbErr> {
    users::Entity::find_by_id(id.0).lock_shared().one(tx).await
}

/// The user of that name, however it is spelled. Of several, which only earlier versions let be, the one
/// who writes it so.
pub async fn find_by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<User>, DbErr> {
    let found = users::Entity::find().filter(is_spelled(name)).all(db).await?;
    Ok(best(found, name, |user| user))
}

/// Whether it is a spelling of this name.
fn is_spelled(name: &str) -> Expr {
    users::Column::NameKey.eq(names::written_key(name)).or(users::Column::Folded.eq(key(name)))
}

/// Of several who have a name, the one who writes it so.
fn best<T>(mut found: Vec<T>, name: &str, user: impl Fn(&T) -> &User) -> Option<T> {
    let written = names::written_key(name);
    let exactly = found.iter().position(|found| user(found).name_key == written);
    (!found.is_empty()).then(|| found.swap_remove(exactly.unwrap_or_default()))
}

/// Whether somebody has this name, or one that looks like it.
pub async fn is_taken(db: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    has_like(db, name, &Keys::of(name)).await
}

async fn has_like(db: &impl ConnectionTrait, name: &str, keys: &Keys) -> Result<bool, DbErr> {
    let like = Condition::any()
        .add(users::Column::NameKey.eq(names::written_key(name)))
        .add(users::Column::Folded.eq(keys.folded.as_str()))
        .add(users::Column::Skeleton.eq(keys.skeleton.as_str()))
        .add(users::Column::FoldedSkeleton.eq(keys.folded_skeleton.as_str()));
    Ok(users::Entity::find().filter(like).one(db).await?.is_some())
}

/// The users of these names who may sign in, once each, and the names that nobody has.
pub async fn find_by_names(
    db: &impl ConnectionTrait,
    names: &[String],
) -> Result<(Vec<User>, Vec<String>), DbErr> {
    find_called(db, names, may_sign_in).await
}

/// The same, of all accounts: who may not sign in now may be left out of what they would find when they may again.
pub async fn find_all_by_names(
    db: &impl ConnectionTrait,
    names: &[String],
) -> Result<(Vec<User>, Vec<String>), DbErr> {
    find_called(db, names, |_| true).await
}

async fn find_called(
    db: &impl ConnectionTrait,
    names: &[String],
    counts: impl Fn(&User) -> bool,
) -> Result<(Vec<User>, Vec<String>), DbErr> {
    let (mut found, mut unknown) = (HashMap::new(), Vec::new());
    // SQLite takes at most 32,766 values in one statement.
    for some in names.chunks(1000) {
        let spelled = Condition::any()
            .add(users::Column::NameKey.is_in(some.iter().map(|name| names::written_key(name))))
            .add(users::Column::Folded.is_in(some.iter().map(|name| key(name))));
        let spelled = users::Entity::find().filter(spelled).all(db).await?;
        let spelled = called(&spelled);
        for name in some {
            // Looked for among all, too: what is for one of them is not for whose name is like theirs.
            match spelled.find(name).filter(|user| counts(user)) {
                Some(user) => drop(found.insert(user.id, user.clone())),
                None => unknown.push(name.clone()),
            }
        }
    }
    unknown.sort();
    unknown.dedup();
    Ok((found.into_values().collect(), unknown))
}

/// These users, to be found by name.
pub fn called(users: &[User]) -> Called<'_, User> {
    Called::among(users, |user| (&user.name_key, user.folded.as_deref()))
}

/// The next users in the order of their names, after this one.
pub async fn next(db: &impl ConnectionTrait, after: Option<&User>, count: u64) -> Result<Vec<User>, DbErr> {
    use users::Column::{NameKey, SortKey};
    let mut users = in_order(users::Entity::find()).limit(count);
    if let Some(last) = after {
        let same = SortKey.eq(last.sort_key.clone()).and(NameKey.gt(last.name_key.as_str()));
        users = users.filter(SortKey.gt(last.sort_key.clone()).or(same));
    }
    users.all(db).await
}

/// Sorts users by their names, in the order of their language.
pub fn in_order<Q: QueryOrder>(users: Q) -> Q {
    users.order_by_asc(users::Column::SortKey).order_by_asc(users::Column::NameKey)
}

/// How many admins may sign in, and may for good: one whose account ends leaves the others to somebody else.
pub async fn count_admins(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    users::Entity::find()
        .filter(users::Column::Role.eq(Role::Admin))
        .filter(users::Column::Disabled.eq(false))
        .filter(users::Column::EndsMs.is_null())
        .count(db)
        .await
}

/// The admins who may sign in, 1,000 at most, in the order of their ids.
pub async fn admins(db: &impl ConnectionTrait) -> Result<Vec<User>, DbErr> {
    let admins = users::Entity::find().filter(users::Column::Role.eq(Role::Admin)).filter(who_may_sign_in());
    admins.order_by_asc(users::Column::Id).limit(1000).all(db).await
}

/// Changes what the user may do.
pub async fn set_role(db: &impl ConnectionTrait, id: UserId, role: Role) -> Result<(), DbErr> {
    update(db, id, users::ActiveModel { role: Set(role), ..Default::default() }).await
}

/// Keeps the user from signing in, or lets them again, by somebody's hand.
pub async fn set_disabled(db: &impl ConnectionTrait, id: UserId, disabled: bool) -> Result<(), DbErr> {
    update(
        db,
        id,
        users::ActiveModel { disabled: Set(disabled), disabled_by: Set(None), ..Default::default() },
    )
    .await?;
    if disabled { tenure::end(db, [id]).await } else { tenure::resume(db, id).await }
}

/// Lets the user's account end then, or never.
pub async fn set_end(db: &impl ConnectionTrait, id: UserId, ends_ms: Option<i64>) -> Result<(), DbErr> {
    update(db, id, users::ActiveModel { ends_ms: Set(ends_ms), ..Default::default() }).await
}

/// Says whether the user is from outside.
pub async fn set_external(db: &impl ConnectionTrait, id: UserId, external: bool) -> Result<(), DbErr> {
    update(db, id, users::ActiveModel { external: Set(external), ..Default::default() }).await?;
    externals::follow(db, [id]).await
}

/// Stores that the user was here now.
pub async fn seen(db: &impl ConnectionTrait, id: UserId) -> Result<(), DbErr> {
    users::Entity::update_many()
        .col_expr(users::Column::LastSeenMs, Expr::value(clock::now_ms()))
        .filter(users::Column::Id.eq(id.0))
        .filter(users::Column::LastSeenMs.is_null().or(users::Column::LastSeenMs.lt(clock::last_minute())))
        .exec(db)
        .await
        .map(|_| ())
}

impl User {
    fn named(&self) -> search::Named {
        search::Named { kind: Kind::User, id: self.id, name: self.name.clone() }
    }
}

async fn update(db: &impl ConnectionTrait, id: UserId, change: users::ActiveModel) -> Result<(), DbErr> {
    users::Entity::update_many().set(change).filter(users::Column::Id.eq(id.0)).exec(db).await.map(|_| ())
}
