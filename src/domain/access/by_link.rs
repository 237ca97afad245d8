//! What one-time links do: each is made, withdrawn and used in one transaction with its entry in the audit log. The
//! secret of a new one is kept for the page that shows it, once.

use sea_orm::{ActiveEnum, DbErr};
use tower_sessions::session::Id;

use crate::{
    db::Db,
    domain::{
        access::{AccountError, lose_all_sessions, name_of},
        audit::{self, Action, Actor},
        links::{self, LinkId, Purpose},
        reveals,
        users::{self, Role, User},
    },
    ids::UserId,
};

/// Makes a one-time link, by which somebody makes an account. What its secret is shown by, to this session.
///
/// # Errors
/// When the name is taken, and those of the database.
pub async fn invite(
    db: &Db,
    by: &Actor,
    maker: UserId,
    role: Role,
    name: Option<String>,
    session: &Id,
) -> Result<String, AccountError> {
    let tx = db.begin().await?;
    if let Some(name) = &name
        && users::is_taken(&tx, name).await?
    {
        return Err(AccountError::NameTaken);
    }
    let about = name.clone().unwrap_or_default();
    let secret = links::add(&tx, maker, Purpose::Invitation(role, name)).await?;
    let entry =
        audit::Entry::done(by, Action::AddLink, about).detail(format!("invitation, {}", role.to_value()));
    let recorded = audit::record(&tx, entry).await?;
    let reference = reveals::keep(&tx, reveals::SecretKind::Link, session, &secret).await?;
    tx.commit().await?;
    recorded.log();
    Ok(reference)
}

/// Makes a one-time link, by which this person sets a new password; earlier ones end. What its secret is shown by,
/// to this session.
pub async fn offer_password(
    db: &Db,
    by: &Actor,
    maker: UserId,
    user: &User,
    session: &Id,
) -> Result<String, DbErr> {
    let tx = db.begin().await?;
    links::withdraw_all_for(&tx, user.user_id()).await?;
    let secret = links::add(&tx, maker, Purpose::Password(user.user_id())).await?;
    let entry = audit::Entry::done(by, Action::AddLink, &user.name).detail("new password");
    let recorded = audit::record(&tx, entry).await?;
    let reference = reveals::keep(&tx, reveals::SecretKind::Link, session, &secret).await?;
    tx.commit().await?;
    recorded.log();
    Ok(reference)
}

/// Makes a one-time link good for nothing.
pub async fn withdraw_link(db: &Db, by: &Actor, link: LinkId) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let Some(link) = links::withdraw(&tx, link).await? else { return Ok(()) };
    let (about, what) = match link.purpose() {
        Purpose::Invitation(_, name) => (name.unwrap_or_default(), "invitation"),
        Purpose::Password(user) => (name_of(&tx, user).await?, "new password"),
    };
    let recorded =
        audit::record(&tx, audit::Entry::done(by, Action::WithdrawLink, about).detail(what)).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Uses a one-time link: an invitation becomes an account, under its own name or the chosen one; a person's
/// password is set, and their sessions end. A link that is refused for the name is not spent.
///
/// # Errors
/// When the link is not good any more, when the name is taken, and those of the database.
pub async fn use_link(
    db: &Db,
    by: &Actor,
    secret: &str,
    chosen_name: &str,
    password_hash: String,
) -> Result<(), AccountError> {
    let tx = db.begin().await?;
    let link = links::spend(&tx, secret).await?.ok_or(AccountError::LinkGone)?;
    let maker = name_of(&tx, UserId(link.made_by)).await?;
    let recorded = match link.purpose() {
        Purpose::Invitation(role, name) => {
            let name = name.unwrap_or_else(|| chosen_name.to_owned());
            users::add(&tx, &name, role, password_hash).await?.ok_or(AccountError::NameTaken)?;
            let detail = format!("{}, invited by {maker}", role.to_value());
            audit::record(&tx, audit::Entry::done(by, Action::AddAccount, name).detail(detail)).await?
        }
        Purpose::Password(user) => {
            let entry = audit::Entry::done(by, Action::SetPassword, name_of(&tx, user).await?);
            let recorded = audit::record(&tx, entry.detail(format!("by a link of {maker}"))).await?;
            users::set_password_hash(&tx, user, password_hash).await?;
            links::withdraw_all_for(&tx, user).await?;
            lose_all_sessions(&tx, user).await?;
            recorded
        }
    };
    tx.commit().await?;
    recorded.log();
    Ok(())
}
