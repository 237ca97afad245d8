//! Accounts: who is added, who may do what, and who may sign in.

use jiff::tz::TimeZone;
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    db::{self, AdvisoryLock},
    domain::{
        access::{AccountError, lose_all_sessions, many, name_of},
        audit::{Action, Actor, Entry, facts},
        change::{Change, Changes},
        links, setup,
        users::{self, Role, User},
    },
    ids::UserId,
    text,
};

/// Adds a user, who can sign in from then on.
///
/// # Errors
/// When the name is taken, and those of the database.
pub async fn add(
    changes: &Changes,
    by: &Actor,
    name: &str,
    role: Role,
    password_hash: String,
) -> Result<User, AccountError> {
    let mut change = changes.begin().await?;
    let user = users::add(&change.tx, name, role, password_hash).await?.ok_or(AccountError::NameTaken)?;
    change.record(Entry::done(by, Action::AddAccount, name).detail(facts::role(role))).await?;
    change.commit().await?;
    Ok(user)
}

/// Adds the first administrator.
///
/// # Errors
/// When there is one, when the name is taken, and those of the database.
pub async fn add_first_admin(
    changes: &Changes,
    by: &Actor,
    name: &str,
    password_hash: String,
) -> Result<User, AccountError> {
    let mut change = changes.begin().await?;
    if count_admins_alone(&change).await? > 0 {
        return Err(AccountError::SetUp);
    }
    let user = users::add(&change.tx, name, Role::Admin, password_hash).await?;
    let user = user.ok_or(AccountError::NameTaken)?;
    setup::close(&change.tx).await?;
    change
        .record(
            Entry::done(by, Action::AddAccount, name)
                .detail(facts::role(Role::Admin))
                .detail(text::of("audit-by-setup-link")),
        )
        .await?;
    change.commit().await?;
    Ok(user)
}

/// Changes what a user may do. Their sessions end.
///
/// # Errors
/// When it would leave no administrator, and those of the database.
pub async fn set_role(changes: &Changes, by: &Actor, user: UserId, role: Role) -> Result<(), AccountError> {
    let mut change = changes.begin().await?;
    let before = count_admins_alone(&change).await?;
    users::set_role(&change.tx, user, role).await?;
    some_admin_remains(&change.tx, before).await?;
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::SetRole, name).detail(facts::role(role))).await?;
    lose_all_sessions(&mut change, user).await?;
    Ok(change.commit().await?)
}

/// Keeps a user from signing in. Their sessions end.
///
/// # Errors
/// When it would leave no administrator, and those of the database.
pub async fn disable(changes: &Changes, by: &Actor, user: UserId) -> Result<(), AccountError> {
    let mut change = changes.begin().await?;
    let before = count_admins_alone(&change).await?;
    users::set_disabled(&change.tx, user, true).await?;
    links::withdraw_all_for(&change.tx, &[user]).await?;
    some_admin_remains(&change.tx, before).await?;
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::Disable, name)).await?;
    lose_all_sessions(&mut change, user).await?;
    Ok(change.commit().await?)
}

/// Lets a user sign in again who is disabled, or whose account has ended: then it has no end any more.
pub async fn enable(changes: &Changes, by: &Actor, user: UserId) -> Result<(), AccountError> {
    let mut change = changes.begin().await?;
    let Some(found) = users::find(&change.tx, user).await? else { return Ok(()) };
    users::set_disabled(&change.tx, user, false).await?;
    let mut entry = Entry::done(by, Action::Enable, &found.name);
    if users::has_ended(&found) {
        users::set_end(&change.tx, user, None).await?;
        entry = entry.detail(text::of("audit-last-day-gone"));
    }
    change.record(entry).await?;
    Ok(change.commit().await?)
}

/// Lets the account of a user end then, or never. Their streams begin anew, so that they end in time.
///
/// # Errors
/// When it would leave no administrator, and those of the database.
pub async fn set_end(
    changes: &Changes,
    by: &Actor,
    user: UserId,
    ends_ms: Option<i64>,
    zone: &TimeZone,
) -> Result<(), AccountError> {
    let mut change = changes.begin().await?;
    let before = count_admins_alone(&change).await?;
    users::set_end(&change.tx, user, ends_ms).await?;
    some_admin_remains(&change.tx, before).await?;
    let day = facts::last_day(ends_ms, zone);
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::SetEnd, name).detail(day)).await?;
    many::lose_streams(&mut change, [user]);
    Ok(change.commit().await?)
}

/// Says whether a user is from outside. Their streams begin anew, since it decides what they get.
pub async fn set_external(
    changes: &Changes,
    by: &Actor,
    user: UserId,
    external: bool,
) -> Result<(), AccountError> {
    let mut change = changes.begin().await?;
    users::set_external(&change.tx, user, external).await?;
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::SetExternal, name).detail(facts::external(external))).await?;
    many::lose_streams(&mut change, [user]);
    Ok(change.commit().await?)
}

/// Gives a user another password. Their sessions end.
pub async fn set_password(
    changes: &Changes,
    by: &Actor,
    user: UserId,
    password_hash: String,
) -> Result<(), AccountError> {
    let mut change = changes.begin().await?;
    users::set_password_hash(&change.tx, user, password_hash).await?;
    links::withdraw_all_for(&change.tx, &[user]).await?;
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::SetPassword, name)).await?;
    lose_all_sessions(&mut change, user).await?;
    Ok(change.commit().await?)
}

/// How many administrators there are. Until the change ends, nobody else changes that.
pub(in crate::domain) async fn count_admins_alone(change: &Change) -> Result<u64, DbErr> {
    db::take_lock(&change.tx, AdvisoryLock::ChangeAdmins).await?;
    users::count_admins(&change.tx).await
}

/// Counted before and after the change, in its transaction and its turn, so that two changes at once, on
/// whichever nodes, cannot both pass.
pub(in crate::domain) async fn some_admin_remains(
    db: &impl ConnectionTrait,
    before: u64,
) -> Result<(), AccountError> {
    let was_last = before > 0 && users::count_admins(db).await? == 0;
    if was_last { Err(AccountError::LastAdmin) } else { Ok(()) }
}
