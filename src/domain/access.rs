//! What happens when somebody comes, goes, or may do less than before. Every loss of a right is one change: what is
//! lost, its entry in the audit log, the end of the sessions concerned, and an event, by which every process ends the
//! streams. That holds for the command line too. Whatever takes `changes` fails as the database does.

use std::io;

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{change::Change, sessions as store, users},
    ids::{SessionKey, UserId},
    live::{event::LostRight, log::table::NewEvent, right::Right, sse::Farewell},
    text,
};

pub use self::{
    accounts::{add, add_first_admin, disable, enable, set_end, set_external, set_password, set_role},
    ends::watch as watch_ends,
    links::{invite, offer_password, use_link, withdraw_link},
    sessions::{change_own_password, confirm, revoke_session, revoke_sessions, sign_out},
    tokens::{add_token_to_show, hand_over_token, revoke_token},
};

pub(in crate::domain) mod accounts;
mod ends;
mod links;
pub(in crate::domain) mod many;
mod sessions;
mod tokens;

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Nobody could manage people any more.
    #[error("{}", text::say("account-last-admin"))]
    LastAdmin,
    /// The name belongs to somebody, or looks like one that does.
    #[error("{}", text::say("account-name-taken"))]
    NameTaken,
    /// The one-time link was used, withdrawn, or is too old.
    #[error("{}", text::say("account-link-used"))]
    LinkGone,
    /// An administrator exists, so nobody needs to be made one without being asked who they are.
    #[error("{}", text::say("account-admin-exists"))]
    SetUp,
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// Nobody would know its secret.
    #[error("the token could not be written, and is not kept: {0}")]
    Unwritten(#[from] io::Error),
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Whom the audit log is to name.
async fn name_of(db: &impl ConnectionTrait, user: UserId) -> Result<String, DbErr> {
    Ok(users::find(db, user).await?.map(|user| user.name).unwrap_or_default())
}

/// Whether the user had such a session.
async fn lose_session(
    change: &mut Change,
    user: UserId,
    session: SessionKey,
    farewell: Farewell,
) -> Result<bool, DbErr> {
    let found = store::end(&change.tx, user, &session).await?;
    if found {
        let lost = LostRight { whose: user.into(), right: Some(Right::Session(session)), farewell };
        change.append(NewEvent::Rights(lost));
    }
    Ok(found)
}

/// One event each: what the user's programs do, and the session that stays, is not disturbed.
async fn lose_sessions(change: &mut Change, user: UserId, but: Option<&SessionKey>) -> Result<(), DbErr> {
    for session in store::all_of(&change.tx, user).await? {
        let key = SessionKey::stored(session.key);
        if Some(&key) != but {
            lose_session(change, user, key, Farewell::Revoked).await?;
        }
    }
    Ok(())
}

/// Everything they hold, their programs' streams as well, which come back if they still may.
async fn lose_all_sessions(change: &mut Change, user: UserId) -> Result<(), DbErr> {
    store::end_all_of(&change.tx, &[user]).await?;
    many::lose_streams(change, [user]);
    Ok(())
}
