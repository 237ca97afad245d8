//! The people: names, roles, who is disabled. Queries only; what else must happen when somebody's rights
//! change stands in `accounts`. Whatever takes a `db` fails as the database does.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{clock, db, entities::users};

pub use crate::entities::users::{Model as User, Role};

/// A name has at most this many characters.
const LONGEST_NAME: usize = 64;

/// Whose: the id of a row of `users`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i64);

impl User {
    /// The row's id as its own type.
    pub fn user_id(&self) -> UserId {
        UserId(self.id)
    }

    /// Whether the person may manage people, tokens and settings.
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// Whether the person may post.
    pub fn may_post(&self) -> bool {
        matches!(self.role, Role::Publisher | Role::Admin)
    }
}

impl Role {
    /// As forms and the command line say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Publisher => "publisher",
            Self::Admin => "admin",
        }
    }

    /// The role of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Member, Self::Publisher, Self::Admin].into_iter().find(|role| role.word() == word)
    }
}

/// The name as it will be stored, or what is wrong with it in a sentence for whoever typed it.
///
/// # Errors
/// An empty or too long name, and one with characters that cannot be seen.
pub fn parse_name(typed: &str) -> Result<String, &'static str> {
    let name = typed.trim_matches(' ');
    if name.is_empty() {
        return Err("A name is needed.");
    }
    if name.chars().count() > LONGEST_NAME {
        return Err("A name has at most 64 characters.");
    }
    if name.chars().any(is_invisible) {
        return Err("A name is made of characters that can be seen.");
    }
    Ok(name.to_owned())
}

/// Control characters, line and paragraph separators, and the marks that reorder or hide text: with them,
/// one person's name could be made to look like another's.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What makes a name unique: the name without regard to case, as `User::name_key` has it. Nobody's has a NUL,
/// which PostgreSQL would not even look up.
pub fn key(name: &str) -> String {
    name.trim_matches(' ').to_lowercase().replace('\0', "\u{fffd}")
}

/// Adds a person; `None` when the name is taken, be it by another node at this moment.
pub async fn add(
    db: &impl ConnectionTrait,
    name: &str,
    role: Role,
    password_hash: String,
) -> Result<Option<User>, DbErr> {
    if find_by_name(db, name).await?.is_some() {
        return Ok(None);
    }
    let row = users::ActiveModel {
        name: Set(name.to_owned()),
        name_key: Set(key(name)),
        password_hash: Set(password_hash),
        role: Set(role),
        disabled: Set(false),
        created_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    match users::Entity::insert(row).exec_with_returning(db).await {
        Ok(user) => Ok(Some(user)),
        Err(error) if db::is_taken(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The person of that id.
pub async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Option<User>, DbErr> {
    users::Entity::find_by_id(id.0).one(db).await
}

/// The same for a transaction that builds on who they are: until it ends, nobody changes them.
pub async fn hold(tx: &impl ConnectionTrait, id: UserId) -> Result<Option<User>, DbErr> {
    users::Entity::find_by_id(id.0).lock_shared().one(tx).await
}

/// The person of that name, in whatever case it is written.
pub async fn find_by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<User>, DbErr> {
    users::Entity::find().filter(users::Column::NameKey.eq(key(name))).one(db).await
}

/// The enabled people of these names, once each, and the names that nobody has.
pub async fn find_by_names(
    db: &impl ConnectionTrait,
    names: &[String],
) -> Result<(Vec<User>, Vec<String>), DbErr> {
    let wanted: HashMap<_, _> = names.iter().map(|name| (key(name), name)).collect();
    let keys: Vec<_> = wanted.keys().collect();
    let mut found = Vec::new();
    // SQLite takes at most 32,766 values in one statement.
    for keys in keys.chunks(1000) {
        let some = users::Entity::find()
            .filter(users::Column::NameKey.is_in(keys.iter().copied()))
            .filter(users::Column::Disabled.eq(false));
        found.extend(some.all(db).await?);
    }
    let mut unknown = wanted;
    for user in &found {
        unknown.remove(&user.name_key);
    }
    Ok((found, unknown.into_values().cloned().collect()))
}

/// Everybody, by name.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<User>, DbErr> {
    users::Entity::find().order_by_asc(users::Column::NameKey).all(db).await
}

/// How many admins could sign in.
pub async fn count_admins(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    users::Entity::find()
        .filter(users::Column::Role.eq(Role::Admin))
        .filter(users::Column::Disabled.eq(false))
        .count(db)
        .await
}

/// Changes what the person may do.
pub async fn set_role(db: &impl ConnectionTrait, id: UserId, role: Role) -> Result<(), DbErr> {
    update(db, id, users::ActiveModel { role: Set(role), ..Default::default() }).await
}

/// Keeps the person from signing in, or lets them again.
pub async fn set_disabled(db: &impl ConnectionTrait, id: UserId, disabled: bool) -> Result<(), DbErr> {
    update(db, id, users::ActiveModel { disabled: Set(disabled), ..Default::default() }).await
}

/// Stores the hash of a new password.
pub async fn set_password_hash(db: &impl ConnectionTrait, id: UserId, hash: String) -> Result<(), DbErr> {
    update(db, id, users::ActiveModel { password_hash: Set(hash), ..Default::default() }).await
}

/// Stores another hash of the same password, unless the password was changed meanwhile.
pub async fn rehash(db: &impl ConnectionTrait, user: &User, hash: String) -> Result<(), DbErr> {
    users::Entity::update_many()
        .set(users::ActiveModel { password_hash: Set(hash), ..Default::default() })
        .filter(users::Column::Id.eq(user.id))
        .filter(users::Column::PasswordHash.eq(user.password_hash.as_str()))
        .exec(db)
        .await
        .map(|_| ())
}

/// Notes that the person was here now.
pub async fn seen(db: &impl ConnectionTrait, id: UserId) -> Result<(), DbErr> {
    users::Entity::update_many()
        .col_expr(users::Column::LastSeenMs, Expr::value(clock::now_ms()))
        .filter(users::Column::Id.eq(id.0))
        .filter(users::Column::LastSeenMs.is_null().or(users::Column::LastSeenMs.lt(clock::last_minute())))
        .exec(db)
        .await
        .map(|_| ())
}

async fn update(db: &impl ConnectionTrait, id: UserId, change: users::ActiveModel) -> Result<(), DbErr> {
    users::Entity::update_many().set(change).filter(users::Column::Id.eq(id.0)).exec(db).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_pass_for_another_is_refused() {
        assert_eq!(parse_name(" Anna Berg "), Ok("Anna Berg".into()));
        assert_eq!(parse_name("Zoë 🦊"), Ok("Zoë 🦊".into()));

        for bad in ["", "   ", "an\nna", "an\0na", "an\u{202e}na", "an\u{200b}na", &"x".repeat(65)] {
            assert!(parse_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn case_makes_no_other_name() {
        assert_eq!(key("Ärzte"), key("ÄRZTE"));
    }
}
