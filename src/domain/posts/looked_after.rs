//! Who has posts to look after. Every page has a menu that says so, so it is looked for once for each person as long as
//! nothing has happened: as of a number of the log, as the first pages of lists are kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::DbErr;

use crate::{
    domain::{change::Changes, posts::written, sessions::LogNumber},
    ids::UserId,
};

/// Other nodes learn in that time of what takes no number, such as who is in a group.
const KEPT: Duration = Duration::from_secs(3);

/// Of so many people it is kept; of one more, it begins anew.
const MAX_PEOPLE: usize = 20_000;

/// What was found last; cheap to clone.
#[derive(Clone, Debug)]
pub struct LookedAfter {
    changes: Changes,
    // A std mutex: held to look or to keep, never over an await.
    kept: Arc<Mutex<HashMap<UserId, KeptAnswer>>>,
}

#[derive(Clone, Copy, Debug)]
struct KeptAnswer {
    manages: bool,
    log: LogNumber,
    unnumbered: u64,
    read: Instant,
}

impl LookedAfter {
    /// By what is changed by these.
    pub fn new(changes: Changes) -> Self {
        Self { changes, kept: Arc::default() }
    }

    /// Whether there is anything that this person has written, or coordinates, while the log is there. Fails as the database
    /// does.
    pub async fn by(&self, user: UserId, log: LogNumber) -> Result<bool, DbErr> {
        // Before it is read: what is done meanwhile makes what is kept worthless.
        let (unnumbered, read) = (self.changes.unnumbered(), Instant::now());
        let is_so = |kept: &KeptAnswer| {
            (kept.log, kept.unnumbered) == (log, unnumbered) && kept.read.elapsed() < KEPT
        };
        let known = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&user).copied();
        if let Some(kept) = known.filter(is_so) {
            return Ok(kept.manages);
        }
        let manages = written::manages_any(&self.changes.db().read, user).await?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_PEOPLE {
            kept.clear();
        }
        kept.insert(user, KeptAnswer { manages, log, unnumbered, read });
        Ok(manages)
    }
}
