//! What happens when somebody comes, goes, or may do less than before. Every loss of a right is one
//! transaction: the change, its entry in the audit log, the end of the sessions concerned, and an entry in
//! the log, by which every process ends the streams. That holds for the command line too.

use std::io;

use sea_orm::{ActiveEnum, DbErr};
use tower_sessions::session::Id;

use crate::{
    db::{self, AdvisoryLock, Db, Transaction},
    domain::{
        audit::{self, Action, Actor, Recorded},
        links, reveals,
        sessions::{self},
        setup,
        tokens::{self, NewToken},
        users::{self, Role, User},
    },
    ids::{SessionKey, TokenId, UserId},
    live::{
        event::LostRight,
        log::table::{self, NewEvent},
        right::Right,
        sse::Farewell,
    },
};

pub use by_link::{invite, offer_password, use_link, withdraw_link};

pub mod by_link;

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Nobody could manage people any more.
    #[error("This is the only administrator who can sign in. Make another one first.")]
    LastAdmin,
    /// The name belongs to somebody, or looks like one that does.
    #[error("This name is taken, or looks like one that is.")]
    NameTaken,
    /// The one-time link was used, withdrawn, or is too old.
    #[error("This link does not work any more.")]
    LinkGone,
    /// An administrator exists, so nobody needs to be made one without being asked who they are.
    #[error("There is an administrator already.")]
    SetUp,
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// Nobody would know it.
    #[error("the token could not be written, and is not kept: {0}")]
    Unwritten(#[from] io::Error),
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Adds a person.
///
/// # Errors
/// When the name is taken, and those of the database.
pub async fn add(
    db: &Db,
    by: &Actor,
    name: &str,
    role: Role,
    password_hash: String,
) -> Result<User, AccountError> {
    let tx = db.begin().await?;
    let user = users::add(&tx, name, role, password_hash).await?.ok_or(AccountError::NameTaken)?;
    let entry = audit::Entry::done(by, Action::AddAccount, name).detail(role.to_value());
    let recorded = audit::record(&tx, entry).await?;
    tx.commit().await?;
    recorded.log();
    Ok(user)
}

/// Adds the first administrator.
///
/// # Errors
/// When there is one, when the name is taken, and those of the database.
pub async fn add_first_admin(
    db: &Db,
    by: &Actor,
    name: &str,
    password_hash: String,
) -> Result<User, AccountError> {
    let tx = db.begin().await?;
    db::take_lock(&tx, AdvisoryLock::ChangeAdmins).await?;
    if users::count_admins(&tx).await? > 0 {
        return Err(AccountError::SetUp);
    }
    let user = users::add(&tx, name, Role::Admin, password_hash).await?.ok_or(AccountError::NameTaken)?;
    setup::close(&tx).await?;
    let entry = audit::Entry::done(by, Action::AddAccount, name).detail("admin, by the setup link");
    let recorded = audit::record(&tx, entry).await?;
    tx.commit().await?;
    recorded.log();
    Ok(user)
}

/// Changes what a person may do. Their sessions end.
///
/// # Errors
/// When it would leave no administrator, and those of the database.
pub async fn set_role(db: &Db, by: &Actor, user: UserId, role: Role) -> Result<(), AccountError> {
    let tx = db.begin().await?;
    db::take_lock(&tx, AdvisoryLock::ChangeAdmins).await?;
    let before = users::count_admins(&tx).await?;
    users::set_role(&tx, user, role).await?;
    some_admin_remains(&tx, before).await?;
    let entry = audit::Entry::done(by, Action::SetRole, name_of(&tx, user).await?).detail(role.to_value());
    let recorded = audit::record(&tx, entry).await?;
    lose_all_sessions(&tx, user).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Keeps a person from signing in. Their sessions end.
///
/// # Errors
/// When it would leave no administrator, and those of the database.
pub async fn disable(db: &Db, by: &Actor, user: UserId) -> Result<(), AccountError> {
    let tx = db.begin().await?;
    db::take_lock(&tx, AdvisoryLock::ChangeAdmins).await?;
    let before = users::count_admins(&tx).await?;
    users::set_disabled(&tx, user, true).await?;
    links::withdraw_all_for(&tx, user).await?;
    some_admin_remains(&tx, before).await?;
    let entry = audit::Entry::done(by, Action::Disable, name_of(&tx, user).await?);
    let recorded = audit::record(&tx, entry).await?;
    lose_all_sessions(&tx, user).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Lets a disabled person sign in again.
pub async fn enable(db: &Db, by: &Actor, user: UserId) -> Result<(), AccountError> {
    let tx = db.begin().await?;
    users::set_disabled(&tx, user, false).await?;
    let entry = audit::Entry::done(by, Action::Enable, name_of(&tx, user).await?);
    let recorded = audit::record(&tx, entry).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Gives a person another password. Their sessions end.
pub async fn set_password(
    db: &Db,
    by: &Actor,
    user: UserId,
    password_hash: String,
) -> Result<(), AccountError> {
    let tx = db.begin().await?;
    users::set_password_hash(&tx, user, password_hash).await?;
    links::withdraw_all_for(&tx, user).await?;
    let entry = audit::Entry::done(by, Action::SetPassword, name_of(&tx, user).await?);
    let recorded = audit::record(&tx, entry).await?;
    lose_all_sessions(&tx, user).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Changes one's own password in this session, which ends with all the others: a new one takes its place.
/// Whether it was still there; if somebody signed it out meanwhile, nothing is changed.
pub async fn change_own_password(
    db: &Db,
    by: &Actor,
    user: UserId,
    session: SessionKey,
    password_hash: String,
) -> Result<bool, DbErr> {
    let tx = db.begin().await?;
    if !lose_session(&tx, user, session, Farewell::Revoked).await? {
        return Ok(false);
    }
    users::set_password_hash(&tx, user, password_hash).await?;
    links::withdraw_all_for(&tx, user).await?;
    let entry = audit::Entry::done(by, Action::SetPassword, name_of(&tx, user).await?);
    let recorded = audit::record(&tx, entry).await?;
    lose_sessions(&tx, user, None).await?;
    tx.commit().await?;
    recorded.log();
    Ok(true)
}

/// Notes that the password was typed again in this session; whether it was still there.
pub async fn confirm(db: &Db, by: &Actor, user: UserId, session: &SessionKey) -> Result<bool, DbErr> {
    let tx = db.begin().await?;
    if !sessions::confirm(&tx, session).await? {
        return Ok(false);
    }
    let entry = audit::Entry::done(by, Action::Confirm, name_of(&tx, user).await?);
    let recorded = audit::record(&tx, entry).await?;
    tx.commit().await?;
    recorded.log();
    Ok(true)
}

/// Ends the session that its user is in.
pub async fn sign_out(db: &Db, by: &Actor, user: UserId, session: SessionKey) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let entry = audit::Entry::done(by, Action::SignOut, name_of(&tx, user).await?);
    let recorded = audit::record(&tx, entry).await?;
    if lose_session(&tx, user, session, Farewell::SignedOut).await? {
        tx.commit().await?;
        recorded.log();
    }
    Ok(())
}

/// Ends a session of this person from elsewhere; whether they have one of that key.
pub async fn revoke_session(db: &Db, by: &Actor, user: UserId, session: SessionKey) -> Result<bool, DbErr> {
    let tx = db.begin().await?;
    let entry = audit::Entry::done(by, Action::EndSessions, name_of(&tx, user).await?).detail("one");
    let recorded = audit::record(&tx, entry).await?;
    let found = lose_session(&tx, user, session, Farewell::Revoked).await?;
    if found {
        tx.commit().await?;
        recorded.log();
    }
    Ok(found)
}

/// Ends all sessions of this person, or all but one.
pub async fn revoke_sessions(
    db: &Db,
    by: &Actor,
    user: UserId,
    but: Option<&SessionKey>,
) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let which = if but.is_some() { "all others" } else { "all" };
    let entry = audit::Entry::done(by, Action::EndSessions, name_of(&tx, user).await?).detail(which);
    let recorded = audit::record(&tx, entry).await?;
    lose_sessions(&tx, user, but).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Makes a token and hands its secret over; one that could not be handed over is not kept.
///
/// # Errors
/// Those of `hand_over`, and of the database: then what was handed over is good for nothing.
pub async fn hand_over_token(
    db: &Db,
    by: &Actor,
    owner: &User,
    new: &NewToken,
    hand_over: impl FnOnce(&str) -> io::Result<()>,
) -> Result<(), HandOverError> {
    let tx = db.begin().await?;
    let (secret, recorded) = write_token(&tx, by, owner, new).await?;
    hand_over(&secret)?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Makes a token for a program, whose secret is kept for the page that shows it to this session; its reference.
pub async fn add_token_to_show(
    db: &Db,
    by: &Actor,
    owner: &User,
    new: &NewToken,
    session: &Id,
) -> Result<String, DbErr> {
    let tx = db.begin().await?;
    let (secret, recorded) = write_token(&tx, by, owner, new).await?;
    let reference = reveals::keep(&tx, reveals::SecretKind::Token, session, &secret).await?;
    tx.commit().await?;
    recorded.log();
    Ok(reference)
}

async fn write_token(
    tx: &Transaction,
    by: &Actor,
    owner: &User,
    new: &NewToken,
) -> Result<(String, Recorded), DbErr> {
    let (token, secret) = tokens::add(tx, owner.user_id(), new).await?;
    let entry = audit::Entry::done(by, Action::AddToken, &owner.name);
    let recorded =
        audit::record(tx, entry.detail(format!("token:{}, {}, “{}”", token.0, new.scopes, new.name))).await?;
    Ok((secret, recorded))
}

/// Makes a token good for nothing. Its streams end.
pub async fn revoke_token(db: &Db, by: &Actor, token: TokenId) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let Some(revoked) = tokens::revoke(&tx, token).await? else { return Ok(()) };
    let user = UserId(revoked.user_id);
    let entry = audit::Entry::done(by, Action::RevokeToken, name_of(&tx, user).await?);
    let recorded = audit::record(&tx, entry.detail(format!("token:{}, “{}”", token.0, revoked.name))).await?;
    let lost = LostRight { user, right: Some(Right::Token(token)), farewell: Farewell::Revoked };
    table::append(&tx, NewEvent::Rights(lost)).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Counted before and after the change, in its transaction and its turn, so that two changes at once, on
/// whichever nodes, cannot both pass.
async fn some_admin_remains(tx: &Transaction, before: u64) -> Result<(), AccountError> {
    let was_last = before > 0 && users::count_admins(tx).await? == 0;
    if was_last { Err(AccountError::LastAdmin) } else { Ok(()) }
}

/// Whom the audit log is to name.
async fn name_of(tx: &Transaction, user: UserId) -> Result<String, DbErr> {
    Ok(users::find(tx, user).await?.map(|user| user.name).unwrap_or_default())
}

async fn lose_session(
    tx: &Transaction,
    user: UserId,
    session: SessionKey,
    farewell: Farewell,
) -> Result<bool, DbErr> {
    let found = sessions::end(tx, user, &session).await?;
    if found {
        let lost = LostRight { user, right: Some(Right::Session(session)), farewell };
        table::append(tx, NewEvent::Rights(lost)).await?;
    }
    Ok(found)
}

/// One entry each: what the person's programs do, and the session that stays, is not disturbed.
async fn lose_sessions(tx: &Transaction, user: UserId, but: Option<&SessionKey>) -> Result<(), DbErr> {
    for row in sessions::all_of(tx, user).await? {
        let session = SessionKey::stored(row.key);
        if Some(&session) != but {
            lose_session(tx, user, session, Farewell::Revoked).await?;
        }
    }
    Ok(())
}

/// Everything they hold, their programs' streams as well, which come back if they still may.
async fn lose_all_sessions(tx: &Transaction, user: UserId) -> Result<(), DbErr> {
    sessions::end_all_of(tx, user).await?;
    let lost = LostRight { user, right: None, farewell: Farewell::Revoked };
    table::append(tx, NewEvent::Rights(lost)).await.map(|_| ())
}
