//! Who does something: a user, a program, a visitor, whoever has the server's own shell, or the server itself.

use std::{fmt, net::IpAddr};

use crate::{
    domain::users::User,
    ids::{TokenId, UserId},
};

/// Who does something, and from where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    pub(super) user: Option<UserId>,
    pub(super) who: String,
    pub(super) via: Via,
    pub(super) address: Option<IpAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Via {
    Page,
    Api,
    Shell,
    Server,
    Token(TokenId),
}

impl Actor {
    /// Somebody who is signed in.
    pub fn user(user: &User, address: IpAddr) -> Self {
        Self {
            user: Some(user.user_id()),
            who: user.name.clone(),
            via: Via::Page,
            address: Some(address.to_canonical()),
        }
    }

    /// A program with a token of this user.
    pub fn program(owner: &User, token: TokenId, address: IpAddr) -> Self {
        Self { via: Via::Token(token), ..Self::user(owner, address) }
    }

    /// A browser that is not signed in.
    pub fn visitor(address: IpAddr) -> Self {
        Self { user: None, who: String::new(), via: Via::Page, address: Some(address.to_canonical()) }
    }

    /// A program without a good token.
    pub fn stranger(address: IpAddr) -> Self {
        Self { via: Via::Api, ..Self::visitor(address) }
    }

    /// Whoever may run the program on the server's own machine.
    pub fn shell() -> Self {
        let who = format!("uid {}", rustix::process::getuid().as_raw());
        Self { user: None, who, via: Via::Shell, address: None }
    }

    /// The server, when its time has come.
    pub fn server() -> Self {
        Self { user: None, who: String::new(), via: Via::Server, address: None }
    }

    /// The server, on behalf of a user to whom it belongs what it does.
    pub fn server_for(owner: &User) -> Self {
        Self { user: Some(owner.user_id()), who: owner.name.clone(), ..Self::server() }
    }

    /// The name that they have at the moment; empty for a visitor.
    pub fn name(&self) -> &str {
        &self.who
    }

    /// The person who does it themselves, or has a program do it.
    pub(in crate::domain) fn person(&self) -> Option<UserId> {
        self.user.filter(|_| self.via != Via::Server)
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page => f.write_str("page"),
            Self::Api => f.write_str("api"),
            Self::Shell => f.write_str("shell"),
            Self::Server => f.write_str("server"),
            Self::Token(id) => write!(f, "token:{}", id.0),
        }
    }
}
