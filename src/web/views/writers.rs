//! The names of those who wrote and who struck what a post said.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{posts::revisions::Revision, users},
    ids::UserId,
    text,
};

/// Their names as they are now.
pub struct Writers(HashMap<UserId, String>);

impl Writers {
    /// Those of these revisions. It fails as the database does.
    pub async fn of(db: &impl ConnectionTrait, revisions: &[Revision]) -> Result<Self, DbErr> {
        let people: HashSet<_> =
            revisions.iter().flat_map(|one| [one.by_id, one.struck_by]).flatten().map(UserId).collect();
        users::names(db, people).await.map(Self)
    }

    /// The name of one of them; the server, if it was nobody.
    pub fn name(&self, id: Option<i64>) -> String {
        match id {
            Some(id) => self.0.get(&UserId(id)).cloned().unwrap_or_default(),
            None => text::say("revisions-server"),
        }
    }
}
