//! Who signs in: the password is looked at once, whoever is named, and failures are slowed down.

use std::net::IpAddr;

use sea_orm::DbErr;

use crate::{
    db::Db,
    domain::{
        passwords::{Busy, Match, Passwords},
        sign_in::throttle::Throttle,
        users::{self, User},
    },
    live::Broker,
};

mod throttle;

/// Looks at names and passwords; cheap to clone.
#[derive(Clone, Debug)]
pub struct SignIn {
    db: Db,
    passwords: Passwords,
    throttle: Throttle,
}

/// Who tried to sign in.
#[derive(Debug)]
pub enum Attempt {
    /// A user, with the right password, and its hash, which a session begins with.
    Known(User, String),
    /// Anything else; which, is told to nobody but the audit log: the user whose name it was, if any.
    Unknown(Option<User>),
}

/// Why it could not be found out who tried to sign in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Too many others are signing in.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl SignIn {
    /// Nobody has failed yet. Failures on other nodes count as far as the broker can tell.
    pub fn new(db: Db, passwords: Passwords, broker: Broker) -> Self {
        Self { db, passwords, throttle: Throttle::new(broker) }
    }

    /// Finds out who signs in. Every failure costs one hash, whether the name is known or not, and the more
    /// there were, the longer it takes.
    ///
    /// # Errors
    /// When too many are trying, or the database does not answer.
    pub async fn attempt(&self, name: &str, password: String, from: IpAddr) -> Result<Attempt, SignInError> {
        self.throttle.before(name).await;
        let (user, hash) = users::find_with_hash(&self.db.read, name).await?.unzip();
        let matched = self.passwords.matches(password.clone(), hash.as_deref()).await?;
        match (user, hash) {
            (Some(user), Some(hash)) if matched == Match::Yes && users::may_sign_in(&user) => {
                Ok(Attempt::Known(user, hash))
            }
            (Some(user), Some(hash)) if matched == Match::Outdated && users::may_sign_in(&user) => {
                let hash = self.current_hash(&user, &hash, password).await?;
                Ok(Attempt::Known(user, hash))
            }
            (whose, _) => {
                self.throttle.after_failure(name, from).await;
                Ok(Attempt::Unknown(whose))
            }
        }
    }

    /// Whether this is the password of somebody who is signed in. Failures count as when signing in.
    ///
    /// # Errors
    /// When too many are trying, or the database does not answer.
    pub async fn is_password_of(
        &self,
        user: &User,
        password: String,
        from: IpAddr,
    ) -> Result<bool, SignInError> {
        self.throttle.before(&user.name).await;
        let hash = users::password_hash(&self.db.read, user.user_id()).await?;
        let right = self.passwords.matches(password, hash.as_deref()).await? != Match::No;
        if !right {
            self.throttle.after_failure(&user.name, from).await;
        }
        Ok(right)
    }

    /// Somebody from there called an address with a secret that nobody knows. The more there were, the longer it takes.
    pub async fn after_unknown_secret(&self, from: IpAddr) {
        self.throttle.after_unknown_secret(from).await;
    }

    /// The user's password hashed anew as it is done today: only now is it known.
    async fn current_hash(&self, user: &User, old: &str, password: String) -> Result<String, SignInError> {
        let hash = self.passwords.hash(password).await?;
        users::rehash(&self.db.write, user.user_id(), old, hash.clone()).await?;
        Ok(hash)
    }
}
