//! In whose name cards are kept, and what that allows.

use crate::{
    domain::audit::Actor,
    ids::{GroupId, TokenId},
    live::{
        audience::Viewer,
        state::{Audience, Card},
    },
};

/// A program that keeps cards.
#[derive(Clone, Debug)]
pub struct Keeper {
    /// For whom it acts, and whom the card belongs to.
    pub owner: Viewer,
    /// As the audit log names them.
    pub by: Actor,
    /// The groups that its cards may be for; when none are given, they may be for anybody.
    pub only: Option<Vec<GroupId>>,
    /// The token that it shows, if it shows one.
    pub token: Option<TokenId>,
}

impl Keeper {
    /// Whether cards may be shown to these.
    pub fn may_show_to(&self, audience: &Audience) -> bool {
        self.only.as_deref().is_none_or(|only| audience.is_within(only))
    }

    /// Whether they may change the card.
    pub fn may_change(&self, card: &Card) -> bool {
        self.owner.is_admin || card.owner == self.owner.user
    }

    /// Whether there may be cards of this program on a board of this audience.
    pub(super) fn may_use(&self, audience: &Audience) -> bool {
        let is_within = || self.only.as_deref().is_some_and(|only| audience.is_within(only));
        self.owner.is_admin || audience.includes(&self.owner) || is_within()
    }

    /// Whom a board is for that a card of this program makes, if the card does not say for whom it is.
    pub(super) fn own_audience(&self) -> Audience {
        match &self.only {
            Some(only) => Audience::of_groups(only.iter().copied()),
            None => Audience::of_owner(self.owner.user),
        }
    }
}
