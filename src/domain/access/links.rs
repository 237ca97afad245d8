//! One-time links that are made, withdrawn and used. The secret of a new one is kept for the page that shows it,
//! once.

use sea_orm::DbErr;
use tower_sessions::session::Id;

use crate::{
    domain::{
        access::{AccountError, lose_all_sessions, name_of},
        audit::{Action, Actor, Entry, facts},
        change::Changes,
        links::{self, LinkId, Purpose},
        reveals::{self, SecretKind},
        users::{self, Role, User},
    },
    ids::UserId,
    text,
};

/// Makes a one-time link, by which somebody makes an account. The reference by which its secret is shown to this
/// session.
///
/// # Errors
/// When the name is taken, and those of the database.
pub async fn invite(
    changes: &Changes,
    by: &Actor,
    maker: UserId,
    role: Role,
    name: Option<String>,
    session: &Id,
) -> Result<String, AccountError> {
    let mut change = changes.begin().await?;
    if let Some(name) = &name
        && users::is_taken(&change.tx, name).await?
    {
        return Err(AccountError::NameTaken);
    }
    let about = name.clone().unwrap_or_default();
    let secret = links::add(&change.tx, maker, Purpose::Invitation(role, name)).await?;
    let entry = Entry::done(by, Action::AddLink, about).detail(text::of("audit-invitation"));
    change.record(entry.detail(facts::role(role))).await?;
    let reference = reveals::keep(&change.tx, SecretKind::Link, session, &secret).await?;
    change.commit().await?;
    Ok(reference)
}

/// Makes a one-time link, by which this user sets a new password; earlier ones end. The reference by which its secret
/// is shown to this session.
pub async fn offer_password(
    changes: &Changes,
    by: &Actor,
    maker: UserId,
    user: &User,
    session: &Id,
) -> Result<String, DbErr> {
    let mut change = changes.begin().await?;
    links::withdraw_all_for(&change.tx, &[user.user_id()]).await?;
    let secret = links::add(&change.tx, maker, Purpose::Password(user.user_id())).await?;
    change
        .record(Entry::done(by, Action::AddLink, &user.name).detail(text::of("audit-new-password")))
        .await?;
    let reference = reveals::keep(&change.tx, SecretKind::Link, session, &secret).await?;
    change.commit().await?;
    Ok(reference)
}

/// Makes a one-time link good for nothing.
pub async fn withdraw_link(changes: &Changes, by: &Actor, link: LinkId) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let Some(link) = links::withdraw(&change.tx, link).await? else { return Ok(()) };
    let (about, kind) = match link.purpose() {
        Purpose::Invitation(_, name) => (name.unwrap_or_default(), text::of("audit-invitation")),
        Purpose::Password(user) => (name_of(&change.tx, user).await?, text::of("audit-new-password")),
    };
    change.record(Entry::done(by, Action::WithdrawLink, about).detail(kind)).await?;
    change.commit().await
}

/// Uses a one-time link: an invitation becomes an account, under its own name or the chosen one; a user's
/// password is set, and their sessions end. A link that is refused for the name is not spent.
///
/// # Errors
/// When the link is not good any more, when the name is taken, and those of the database.
pub async fn use_link(
    changes: &Changes,
    by: &Actor,
    secret: &str,
    chosen_name: &str,
    password_hash: String,
) -> Result<(), AccountError> {
    let mut change = changes.begin().await?;
    let link = links::spend(&change.tx, secret).await?.ok_or(AccountError::LinkGone)?;
    let maker = name_of(&change.tx, UserId(link.made_by)).await?;
    match link.purpose() {
        Purpose::Invitation(role, name) => {
            let name = name.unwrap_or_else(|| chosen_name.to_owned());
            users::add(&change.tx, &name, role, password_hash).await?.ok_or(AccountError::NameTaken)?;
            let entry = Entry::done(by, Action::AddAccount, name).detail(facts::role(role));
            change.record(entry.detail(text::of("audit-invited-by").with("name", &maker))).await?;
        }
        Purpose::Password(user) => {
            let entry = Entry::done(by, Action::SetPassword, name_of(&change.tx, user).await?);
            let whose = if link.by_shell {
                text::of("audit-by-shell-link")
            } else {
                text::of("audit-by-link").with("name", &maker)
            };
            change.record(entry.detail(whose)).await?;
            users::set_password_hash(&change.tx, user, password_hash).await?;
            links::withdraw_all_for(&change.tx, &[user]).await?;
            lose_all_sessions(&mut change, user).await?;
        }
    }
    Ok(change.commit().await?)
}
