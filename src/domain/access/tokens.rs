//! Tokens that are made, whose secret is handed over or shown once, and tokens that are revoked.

use std::io;

use sea_orm::DbErr;
use tower_sessions::session::Id;

use crate::{
    domain::{
        access::{HandOverError, name_of},
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        reveals::{self, SecretKind},
        tokens::{self, NewToken},
        users::User,
    },
    ids::{TokenId, UserId},
    live::{event::LostRight, log::table, right::Right, sse::Farewell},
    text,
};

/// Makes a token and hands its secret over; one that could not be handed over is not kept.
///
/// # Errors
/// Those of `hand_over`, and of the database: then what was handed over is good for nothing.
pub async fn hand_over_token(
    changes: &Changes,
    by: &Actor,
    owner: &User,
    new: &NewToken,
    hand_over: impl FnOnce(&str) -> io::Result<()>,
) -> Result<(), HandOverError> {
    let mut change = changes.begin().await?;
    let secret = add(&mut change, by, owner, new).await?;
    hand_over(&secret)?;
    Ok(change.commit().await?)
}

/// Makes a token for a program, whose secret is kept for the page that shows it to this session; its reference.
pub async fn add_token_to_show(
    changes: &Changes,
    by: &Actor,
    owner: &User,
    new: &NewToken,
    session: &Id,
) -> Result<String, DbErr> {
    let mut change = changes.begin().await?;
    let secret = add(&mut change, by, owner, new).await?;
    let reference = reveals::keep(&change.tx, SecretKind::Token, session, &secret).await?;
    change.commit().await?;
    Ok(reference)
}

/// Makes a token good for nothing. Its streams end.
pub async fn revoke_token(changes: &Changes, by: &Actor, token: TokenId) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let Some(revoked) = tokens::revoke(&change.tx, token).await? else { return Ok(()) };
    let user = UserId(revoked.user_id);
    let entry = Entry::done(by, Action::RevokeToken, name_of(&change.tx, user).await?);
    let token_is = text::of("audit-token").with("token", token.0.to_string()).with("name", &revoked.name);
    change.record(entry.detail(token_is)).await?;
    let lost =
        LostRight { whose: user.into(), right: Some(Right::Token(token)), farewell: Farewell::Revoked };
    change.append(table::NewEvent::Rights(lost));
    change.commit().await
}

/// The secret of the token that was made.
async fn add(change: &mut Change, by: &Actor, owner: &User, new: &NewToken) -> Result<String, DbErr> {
    let (token, secret) = tokens::add(&change.tx, owner, new).await?;
    let entry = Entry::done(by, Action::AddToken, &owner.name);
    let token_is = text::of("audit-token").with("token", token.0.to_string()).with("name", &new.name);
    let entry = new.scopes.in_words().fold(entry.detail(token_is), Entry::detail);
    change.record(entry).await?;
    Ok(secret)
}
