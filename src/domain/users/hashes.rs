//! The hashes of passwords: read by what looks at a password or begins a session with one, and by nothing else.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Iterable, QueryFilter, QueryResult,
    QuerySelect, QueryTrait,
    sea_query::{DynIden, Expr, IntoIden, Query},
};

use crate::{
    domain::users::{self, User},
    entities::{password_hashes, users as user_table},
    ids::UserId,
};

/// The hash of this user's password, in PHC string format.
pub async fn password_hash(db: &impl ConnectionTrait, id: UserId) -> Result<Option<String>, DbErr> {
    Ok(password_hashes::Entity::find_by_id(id.0).one(db).await?.map(|row| row.password_hash))
}

/// The user of that name, as `find_by_name` finds them, with the hash of their password.
pub async fn find_with_hash(db: &impl ConnectionTrait, name: &str) -> Result<Option<(User, String)>, DbErr> {
    let spelled = user_table::Entity::find().filter(users::is_spelled(name));
    let rows = db.query_all(&spelled.column(password_hashes::Column::PasswordHash).into_query()).await?;
    let read = |row: &QueryResult| Ok((User::from_query_result(row, "")?, row.try_get("", "password_hash")?));
    let found: Result<Vec<_>, DbErr> = rows.iter().map(read).collect();
    Ok(users::best(found?, name, |(user, _)| user))
}

/// Stores the hash of a new password.
pub async fn set_password_hash(db: &impl ConnectionTrait, id: UserId, hash: String) -> Result<(), DbErr> {
    let change = password_hashes::ActiveModel { password_hash: Set(hash), ..Default::default() };
    let theirs = password_hashes::Column::Id.eq(id.0);
    password_hashes::Entity::update_many().set(change).filter(theirs).exec(db).await.map(|_| ())
}

/// Stores another hash of the same password, unless the password was changed meanwhile.
pub async fn rehash(db: &impl ConnectionTrait, id: UserId, old: &str, new: String) -> Result<(), DbErr> {
    password_hashes::Entity::update_many()
        .set(password_hashes::ActiveModel { password_hash: Set(new), ..Default::default() })
        .filter(password_hashes::Column::Id.eq(id.0))
        .filter(password_hashes::Column::PasswordHash.eq(old))
        .exec(db)
        .await
        .map(|_| ())
}

/// Writes a row of `users` with the hash, which is no part of its entity.
pub(super) async fn insert(
    db: &impl ConnectionTrait,
    row: user_table::ActiveModel,
    hash: String,
) -> Result<User, DbErr> {
    let mut columns: Vec<DynIden> = vec![password_hashes::Column::PasswordHash.into_iden()];
    let mut values: Vec<Expr> = vec![hash.into()];
    for column in user_table::Column::iter() {
        if let Some(value) = row.get(column).into_value() {
            columns.push(column.into_iden());
            values.push(value.into());
        }
    }
    let mut insert = Query::insert();
    insert.into_table(user_table::Entity).columns(columns).values_panic(values);
    insert.returning(Query::returning().columns(user_table::Column::iter()));
    let written = User::find_by_statement(db.get_database_backend().build(&insert)).one(db).await?;
    written.ok_or(DbErr::RecordNotInserted)
}
