//! Users as the organisation's own list has them, many at a time. Whatever takes a `db` fails as the database does.

use sea_orm::{
    ActiveEnum,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{DynIden, Expr, ExprTrait, IntoIden, Query},
};

use crate::{
    clock,
    domain::{
        links,
        passwords::NO_PASSWORD,
        search::{self, Kind},
        users::{self, Named, Role, User},
    },
    entities::users as table,
    ids::UserId,
    names::{self, Keys},
};

/// Under which name the table has the hash, which is no part of the entity.
const PASSWORD_HASH: &str = "password_hash";

/// Of somebody, what a list tells.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// By which the organisation knows them.
    pub number: &'a str,
    /// Their name.
    pub name: &'a str,
    /// What they may do.
    pub role: Role,
    /// Whether they are from outside.
    pub external: bool,
    /// When their account ends, in Unix milliseconds.
    pub ends_ms: Option<i64>,
}

/// Somebody who has a number.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// The user.
    pub id: UserId,
    /// Their name, as it is written.
    pub name: String,
    /// By which the organisation knows them.
    pub number: String,
}

/// Adds these users, without a password: they get a one-time link. It fails for all when a name or a number is taken.
pub async fn add_listed<'a>(
    db: &impl ConnectionTrait,
    people: impl Iterator<Item = Listed<'a>>,
) -> Result<(), DbErr> {
    use table::Column::{
        CreatedMs, Disabled, EndsMs, External, Folded, FoldedSkeleton, Id, Name, NameKey, Number, Role,
        Skeleton, SortKey,
    };
    let columns = [
        Name,
        NameKey,
        Folded,
        Skeleton,
        FoldedSkeleton,
        SortKey,
        Role,
        Disabled,
        CreatedMs,
        Number,
        External,
        EndsMs,
    ];
    let columns = columns.map(IntoIden::into_iden).into_iter().chain([PASSWORD_HASH.into_iden()]);
    let mut insert = Query::insert();
    insert.into_table(table::Entity).columns(columns.collect::<Vec<DynIden>>());
    for one in people {
        let keys = Keys::of(one.name);
        insert.values_panic::<[Expr; 13]>([
            one.name.into(),
            names::written_key(one.name).into(),
            keys.folded.into(),
            keys.skeleton.into(),
            keys.folded_skeleton.into(),
            keys.sort_key.into(),
            one.role.to_value().into(),
            false.into(),
            clock::now_ms().into(),
            one.number.into(),
            one.external.into(),
            one.ends_ms.into(),
            NO_PASSWORD.into(),
        ]);
    }
    insert.returning(Query::returning().columns([Id, Name]));
    let mut found_by = Vec::new();
    for row in db.query_all(&insert).await? {
        found_by.push(search::Named {
            kind: Kind::User,
            id: row.try_get_by_index(0)?,
            name: row.try_get_by_index(1)?,
        });
    }
    users::readers::begin(db, found_by.iter().map(|one| UserId(one.id))).await?;
    users::tenure::begin(db, found_by.iter().map(|one| UserId(one.id))).await?;
    users::externals::follow(db, found_by.iter().map(|one| UserId(one.id))).await?;
    search::add_all(db, &found_by).await
}

/// Makes a user what the list says; `enable` lets them sign in again.
pub async fn set_as_listed(
    db: &impl ConnectionTrait,
    user: &Named,
    listed: Listed<'_>,
    enable: bool,
) -> Result<(), DbErr> {
    let keys = Keys::of(listed.name);
    let mut change = table::ActiveModel {
        name: Set(listed.name.to_owned()),
        name_key: Set(names::written_key(listed.name)),
        folded: Set(Some(keys.folded)),
        skeleton: Set(Some(keys.skeleton)),
        folded_skeleton: Set(Some(keys.folded_skeleton)),
        sort_key: Set(Some(keys.sort_key)),
        number: Set(Some(listed.number.to_owned())),
        role: Set(listed.role),
        external: Set(listed.external),
        ends_ms: Set(listed.ends_ms),
        ..Default::default()
    };
    if enable {
        (change.disabled, change.disabled_by, change.to_number) = (Set(false), Set(None), Set(None));
    }
    users::update(db, user.id, change).await?;
    if user.name != listed.name {
        let found_by = |name: &str| search::Named { kind: Kind::User, id: user.id.0, name: name.to_owned() };
        search::remove(db, &found_by(&user.name)).await?;
        search::add(db, &found_by(listed.name)).await?;
    }
    Ok(())
}

/// Those who have a number, may sign in, but have no password yet, and no link that still works.
pub async fn without_password(db: &impl ConnectionTrait) -> Result<Vec<Numbered>, DbErr> {
    use table::Column::{Id, Name, Number};
    let waiting = table::Entity::find()
        .select_only()
        .columns([Id, Name, Number])
        .filter(Number.is_not_null())
        .filter(Expr::col((table::Entity, PASSWORD_HASH)).eq(NO_PASSWORD))
        .filter(users::who_may_sign_in())
        .filter(Id.in_subquery(links::whom_good_ones_are_for()).not())
        .order_by_asc(Id);
    let waiting = waiting.into_tuple::<(i64, String, String)>().all(db).await?;
    Ok(waiting.into_iter().map(|(id, name, number)| Numbered { id: UserId(id), name, number }).collect())
}

/// The users of these ids.
pub async fn find_all(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<User>, DbErr> {
    let mut found = Vec::new();
    // SQLite takes at most 32,766 values in one statement.
    for some in ids.chunks(1000) {
        let some = table::Column::Id.is_in(some.iter().map(|id| id.0));
        found.extend(table::Entity::find().filter(some).order_by_asc(table::Column::Id).all(db).await?);
    }
    Ok(found)
}
