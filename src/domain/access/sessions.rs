//! Sessions that end, by their user's hand or another's, and one in which the password is typed again.

use sea_orm::DbErr;

use crate::{
    domain::{
        access::{lose_session, lose_sessions, name_of},
        audit::{Action, Actor, Entry},
        change::Changes,
        links, sessions, users,
    },
    ids::{SessionKey, UserId},
    live::sse::Farewell,
    text,
};

/// Changes one's own password in this session, which ends with all the others: a new one takes its place.
/// Whether it was still there; if somebody signed it out meanwhile, nothing is changed.
pub async fn change_own_password(
    changes: &Changes,
    by: &Actor,
    user: UserId,
    session: SessionKey,
    password_hash: String,
) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    if !lose_session(&mut change, user, session, Farewell::Revoked).await? {
        return Ok(false);
    }
    users::set_password_hash(&change.tx, user, password_hash).await?;
    links::withdraw_all_for(&change.tx, &[user]).await?;
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::SetPassword, name)).await?;
    lose_sessions(&mut change, user, None).await?;
    change.commit().await?;
    Ok(true)
}

/// Stores that the password was typed again in this session; whether the session was still there.
pub async fn confirm(
    changes: &Changes,
    by: &Actor,
    user: UserId,
    session: &SessionKey,
) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    if !sessions::confirm(&change.tx, session).await? {
        return Ok(false);
    }
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::Confirm, name)).await?;
    change.commit().await?;
    Ok(true)
}

/// Ends the session that its user is in, and its streams.
pub async fn sign_out(changes: &Changes, by: &Actor, user: UserId, session: SessionKey) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::SignOut, name)).await?;
    if lose_session(&mut change, user, session, Farewell::SignedOut).await? {
        change.commit().await?;
    }
    Ok(())
}

/// Ends a session of this user from elsewhere; whether they have one of that key.
pub async fn revoke_session(
    changes: &Changes,
    by: &Actor,
    user: UserId,
    session: SessionKey,
) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::EndSessions, name).detail(text::of("audit-session-one"))).await?;
    let found = lose_session(&mut change, user, session, Farewell::Revoked).await?;
    if found {
        change.commit().await?;
    }
    Ok(found)
}

/// Ends all sessions of this user, or all but one.
pub async fn revoke_sessions(
    changes: &Changes,
    by: &Actor,
    user: UserId,
    but: Option<&SessionKey>,
) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let which = text::of(if but.is_some() {
        text::key("audit-sessions-others")
    } else {
        text::key("audit-sessions-all")
    });
    let name = name_of(&change.tx, user).await?;
    change.record(Entry::done(by, Action::EndSessions, name).detail(which)).await?;
    lose_sessions(&mut change, user, but).await?;
    change.commit().await
}
