//! What two databases are compared by. Columns are named one by one: the older file may lack a newer one's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};

use crate::{
    clock,
    domain::{
        restores::{cards::Cards, schema},
        users::Role,
    },
    entities::{groups, memberships, password_hashes, posts, tokens, users},
};

/// Numbers are given anew after a restore, so they name somebody only together with the time of the making.
pub(super) type Id = (i64, i64);

/// What one of the two databases holds.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) users: BTreeMap<Id, User>,
    /// By the hash of the secret.
    pub(super) tokens: BTreeMap<String, Token>,
    pub(super) groups: BTreeMap<Id, Group>,
    pub(super) posts: BTreeSet<Id>,
    pub(super) cards: Cards,
}

#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) disabled: bool,
    pub(super) password_hash: String,
    /// None where that was not kept yet.
    pub(super) external: Option<bool>,
    pub(super) ends_ms: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) revoked: bool,
    pub(super) expired: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) closed: bool,
    pub(super) members: BTreeMap<Id, String>,
}

impl Side {
    pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let mut side = Self::default();
        let mut by_number = HashMap::new();
        let mut hashes: HashMap<i64, String> = password_hashes(db).await?.into_iter().collect();
        let mut marks: HashMap<i64, (bool, Option<i64>)> = marks(db).await?.into_iter().collect();
        for (id, created_ms, name, role, disabled) in users(db).await? {
            let password_hash = hashes.remove(&id).unwrap_or_default();
            by_number.insert(id, ((id, created_ms), name.clone()));
            let (external, ends_ms) = marks.remove(&id).unzip();
            let ends_ms = ends_ms.flatten();
            let user = User { name, role, disabled, password_hash, external, ends_ms };
            side.users.insert((id, created_ms), user);
        }
        let now = clock::now_ms();
        for (hash, name, user, revoked_ms, expires_ms) in tokens(db).await? {
            let owner = by_number.get(&user).map(|(_, name)| name.clone()).unwrap_or_default();
            let expired = expires_ms.is_some_and(|ms| ms <= now);
            side.tokens.insert(hash, Token { name, owner, revoked: revoked_ms.is_some(), expired });
        }
        let mut members: HashMap<i64, BTreeMap<Id, String>> = HashMap::new();
        for (group, user) in memberships(db).await? {
            if let Some((id, name)) = by_number.get(&user) {
                members.entry(group).or_default().insert(*id, name.clone());
            }
        }
        let closed: BTreeSet<i64> = closed_groups(db).await?.into_iter().collect();
        for (id, created_ms, name) in groups(db).await? {
            let members = members.remove(&id).unwrap_or_default();
            side.groups.insert((id, created_ms), Group { name, closed: closed.contains(&id), members });
        }
        side.posts = posts(db).await?.into_iter().collect();
        side.cards = Cards::read(db).await?;
        Ok(side)
    }
}

type UserRow = (i64, i64, String, Role, bool);

async fn users(db: &impl ConnectionTrait) -> Result<Vec<UserRow>, DbErr> {
    use users::Column::{CreatedMs, Disabled, Id, Name, Role};
    let rows = users::Entity::find().select_only();
    rows.columns([Id, CreatedMs, Name, Role, Disabled]).into_tuple().all(db).await
}

/// Who is external, and until when accounts are good.
async fn marks(db: &impl ConnectionTrait) -> Result<Vec<(i64, (bool, Option<i64>))>, DbErr> {
    use users::Column::{EndsMs, External, Id};
    if !(schema::has(db, "users", "external").await? && schema::has(db, "users", "ends_ms").await?) {
        return Ok(Vec::new());
    }
    let rows = users::Entity::find().select_only().columns([Id, External, EndsMs]);
    let rows = rows.into_tuple::<(i64, bool, Option<i64>)>().all(db).await?;
    Ok(rows.into_iter().map(|(id, external, ends_ms)| (id, (external, ends_ms))).collect())
}

async fn closed_groups(db: &impl ConnectionTrait) -> Result<Vec<i64>, DbErr> {
    use groups::Column::{Closed, Id};
    if !schema::has(db, "groups", "closed").await? {
        return Ok(Vec::new());
    }
    groups::Entity::find().filter(Closed.eq(true)).select_only().column(Id).into_tuple().all(db).await
}

/// They are compared, to tell whose password was changed since.
async fn password_hashes(db: &impl ConnectionTrait) -> Result<Vec<(i64, String)>, DbErr> {
    use password_hashes::Column::{Id, PasswordHash};
    let rows = password_hashes::Entity::find().select_only();
    rows.columns([Id, PasswordHash]).into_tuple().all(db).await
}

type TokenRow = (String, String, i64, Option<i64>, Option<i64>);

async fn tokens(db: &impl ConnectionTrait) -> Result<Vec<TokenRow>, DbErr> {
    use tokens::Column::{ExpiresMs, Hash, Name, RevokedMs, UserId};
    let rows = tokens::Entity::find().select_only();
    rows.columns([Hash, Name, UserId, RevokedMs, ExpiresMs]).into_tuple().all(db).await
}

async fn memberships(db: &impl ConnectionTrait) -> Result<Vec<(i64, i64)>, DbErr> {
    use memberships::Column::{GroupId, ToNumber, UserId};
    if is_older(db).await? {
        return before_memberships(db).await;
    }
    let open = memberships::Entity::find().filter(ToNumber.is_null());
    open.select_only().columns([GroupId, UserId]).into_tuple().all(db).await
}

async fn groups(db: &impl ConnectionTrait) -> Result<Vec<(i64, i64, String)>, DbErr> {
    use groups::Column::{CreatedMs, Id, Name, RemovedNumber};
    let mut rows = groups::Entity::find().select_only().columns([Id, CreatedMs, Name]);
    if !is_older(db).await? {
        rows = rows.filter(RemovedNumber.is_null());
    }
    rows.into_tuple().all(db).await
}

/// Whether it is a file of a version that kept no memberships, only who was in a group.
async fn is_older(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(false);
    }
    let table = "SELECT 1 FROM sqlite_master WHERE name = 'group_members'";
    Ok(db.query_one_raw(Statement::from_string(DbBackend::Sqlite, table)).await?.is_some())
}

async fn before_memberships(db: &impl ConnectionTrait) -> Result<Vec<(i64, i64)>, DbErr> {
    let rows = Statement::from_string(DbBackend::Sqlite, "SELECT group_id, user_id FROM group_members");
    let rows = db.query_all_raw(rows).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

async fn posts(db: &impl ConnectionTrait) -> Result<Vec<Id>, DbErr> {
    use posts::Column::{Id, PublishedMs};
    let rows = posts::Entity::find().select_only().columns([Id, PublishedMs]);
    rows.order_by_asc(Id).into_tuple().all(db).await
}
