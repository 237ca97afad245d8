//! The first pages of people's lists that were read last. Most look at theirs again before anything has changed, so they are
//! kept in memory, each with the numbers as of which it is so. Those are read from the tables anew for each page, with the
//! right to see it: whatever is published or read, or changes who may see what, by whichever node, moves one of them. What
//! moves none of them is counted by the node that does it (`Changes`), and noticed by the others within `KEPT`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::DbErr;

use crate::{
    clock,
    db::Db,
    domain::{
        change::Changes,
        posts::{ListPage, on_top::turns_ms, shared_lists::SharedLists},
        sessions::{AsOf, LogNumber},
        users::{Role, User},
    },
};

/// Nodes learn of everything in that time.
const KEPT: Duration = Duration::from_secs(3);

/// Where there is no other node, only a command in a process of its own is noticed so late.
const KEPT_ALONE: Duration = Duration::from_secs(60);

/// About how much is kept, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The first pages that were read last; cheap to clone.
#[derive(Clone, Debug)]
pub struct FirstPages {
    db: Db,
    changes: Changes,
    // A std mutex: held to look or to keep, never over an await.
    kept: Arc<Mutex<HashMap<i64, KeptPage>>>,
    shared: Arc<Mutex<Option<KeptLists>>>,
}

#[derive(Clone, Debug)]
struct KeptLists {
    shared: Arc<SharedLists>,
    log: LogNumber,
    unnumbered: u64,
    read: Instant,
}

#[derive(Debug)]
struct KeptPage {
    page: Arc<ListPage>,
    so: So,
    read: Instant,
    /// When something is not loud any more, in Unix milliseconds.
    turns_ms: i64,
    bytes: usize,
}

/// As long as all of this is the same, the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct So {
    as_of: AsOf,
    unnumbered: u64,
    role: Role,
    is_external: bool,
    from_number: i64,
}

impl FirstPages {
    /// Of this database, which is changed by `changes`.
    pub fn new(changes: Changes) -> Self {
        Self { db: changes.db().clone(), changes, kept: Arc::default(), shared: Arc::default() }
    }

    /// This person's, who was found so as of these numbers just now. Fails as the database does.
    pub async fn of(&self, user: &User, as_of: AsOf) -> Result<Arc<ListPage>, DbErr> {
        // Before anything is read: what is done meanwhile makes what is kept worthless.
        let unnumbered = self.changes.unnumbered();
        let (role, is_external, from_number) = (user.role, user.external, user.from_number);
        let so = So { as_of, unnumbered, role, is_external, from_number };
        if let Some(page) = self.kept_of(user.id, so) {
            return Ok(page);
        }
        let read = Instant::now();
        let shared = self.shared(as_of).await?;
        let page = Arc::new(ListPage::first(&self.db.read, user, as_of.reader(), &shared).await?);
        self.keep(user.id, so, read, &page);
        Ok(page)
    }

    /// What is the same for everybody, as of these numbers. Fails as the database does.
    pub async fn shared(&self, as_of: AsOf) -> Result<Arc<SharedLists>, DbErr> {
        let (log, unnumbered, read) = (as_of.log(), self.changes.unnumbered(), Instant::now());
        let is_so = |kept: &KeptLists| {
            (kept.log, kept.unnumbered) == (log, unnumbered) && kept.read.elapsed() < self.longest()
        };
        let kept = self.shared.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.filter(is_so) {
            return Ok(kept.shared);
        }
        let shared = Arc::new(SharedLists::load(&self.db.read).await?);
        let kept = KeptLists { shared: shared.clone(), log, unnumbered, read };
        *self.shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Ok(shared)
    }

    fn kept_of(&self, user: i64, so: So) -> Option<Arc<ListPage>> {
        let kept = self.kept();
        let kept = kept.get(&user).filter(|kept| kept.so == so && kept.turns_ms > clock::now_ms())?;
        (kept.read.elapsed() < self.longest()).then(|| kept.page.clone())
    }

    fn keep(&self, user: i64, so: So, read: Instant, page: &Arc<ListPage>) {
        let (turns_ms, bytes) = (turns_ms(&page.unread), page.bytes());
        let new = KeptPage { page: page.clone(), so, read, turns_ms, bytes };
        let mut kept = self.kept();
        kept.insert(user, new);
        let mut all: usize = kept.values().map(|kept| kept.bytes).sum();
        if all <= MAX_BYTES {
            return;
        }
        let longest = self.longest();
        kept.retain(|_, kept| kept.read.elapsed() < longest);
        all = kept.values().map(|kept| kept.bytes).sum();
        // Whoever is left out is read anew; any of them will do.
        let mut others: Vec<_> = kept.keys().copied().filter(|other| *other != user).collect();
        while all > MAX_BYTES / 2 {
            let Some(other) = others.pop() else { break };
            all -= kept.remove(&other).map_or(0, |kept| kept.bytes);
        }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<i64, KeptPage>> {
        // A panic while it was held left whole pages.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn longest(&self) -> Duration {
        if self.db.is_shared() { KEPT } else { KEPT_ALONE }
    }
}
