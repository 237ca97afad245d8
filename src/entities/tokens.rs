//! Table `tokens`.

use std::net::IpAddr;

use sea_orm::entity::prelude::*;

use crate::{ids::TokenId, networks::Network};

/// What a program shows instead of a password.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    /// Names the token where its secret must not stand.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// For whom the program acts.
    pub user_id: i64,
    /// What it is for, in the words of whoever made it.
    pub name: String,
    /// SHA-256 of the secret, in hexadecimal.
    #[sea_orm(unique)]
    pub hash: String,
    /// May post, if its owner may.
    pub publish: bool,
    /// May listen and read posts.
    pub stream: bool,
    /// May keep cards, if its owner may post.
    pub cards: bool,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// To the minute; Unix time in milliseconds.
    pub last_used_ms: Option<i64>,
    /// Since when it is good for nothing; Unix time in milliseconds.
    pub revoked_ms: Option<i64>,
    /// From when on it is good for nothing; Unix time in milliseconds.
    pub expires_ms: Option<i64>,
    /// From where it may be used, as CIDR with spaces between; from anywhere when empty.
    pub networks: String,
    /// May post only to the groups in `token_groups`.
    pub only_groups: bool,
}

impl Model {
    /// The row's id as its own type.
    pub fn token_id(&self) -> TokenId {
        TokenId(self.id)
    }

    /// Whether it may be used from there.
    pub fn admits(&self, address: IpAddr) -> bool {
        let within = |network: &str| network.parse().is_ok_and(|network: Network| network.contains(address));
        self.networks.is_empty() || self.networks.split(' ').any(within)
    }
}

impl ActiveModelBehavior for ActiveModel {}
