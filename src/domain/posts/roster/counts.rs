//! How many did what with posts whose rosters are open: counted once for all who watch the same, however many they are.
//! Counting costs as much as a post reached people, and all of them look when one person says something.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{ConnectionTrait, DbErr};

use super::{Numbers, View, numbers, tally};
use crate::domain::posts::{Post, roster_header};

/// More places are not kept than these, unless somebody looks at them.
const MAX_KEPT: usize = 64;

/// What an open roster shows beside its people.
#[derive(Clone, Debug)]
pub struct Counted {
    /// As of when: what changed since is not in it.
    pub moment: Moment,
    /// How many did what.
    pub numbers: Numbers,
    /// How many gave each of the answers.
    pub answers: Vec<u64>,
    /// The digest of `beside`.
    pub beside: String,
}

/// When a roster was looked at; both only grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Everything that anybody did with any post, up to this rev.
    pub all_through: i64,
    /// So often rosters may have changed by something else (`Log::roster_changes`).
    pub changes: u64,
}

/// What was counted last; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct RosterCounts(Arc<Mutex<HashMap<(i64, View), Place>>>);

/// Who looks while somebody counts waits, and takes what they counted.
type Place = Arc<tokio::sync::Mutex<Option<KeptCounts>>>;

#[derive(Debug)]
struct KeptCounts {
    version: i64,
    counted: Arc<Counted>,
}

impl RosterCounts {
    /// What the roster of this post shows, at this moment or later; `is_first` counts anew, since who opens a roster has just
    /// been shown a page of it. It fails as the database does.
    pub async fn of(
        &self,
        db: &impl ConnectionTrait,
        post: &Post,
        view: View,
        moment: Moment,
        is_first: bool,
    ) -> Result<Arc<Counted>, DbErr> {
        let place = self.place(post.id, view);
        let mut last = place.lock().await;
        if let Some(kept) = last.as_ref().filter(|kept| !is_first && kept.is_of(post, moment)) {
            return Ok(kept.counted.clone());
        }
        let numbers = numbers(db, post, view).await?;
        let answers = tally(db, post, view).await?;
        let beside = roster_header::digest(db, post, &numbers).await?;
        let counted = Arc::new(Counted { moment, numbers, answers, beside });
        *last = Some(KeptCounts { version: post.version, counted: counted.clone() });
        Ok(counted)
    }

    fn place(&self, post: i64, view: View) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= MAX_KEPT {
            places.retain(|_, place| Arc::strong_count(place) > 1);
        }
        places.entry((post, view)).or_default().clone()
    }
}

impl KeptCounts {
    fn is_of(&self, post: &Post, moment: Moment) -> bool {
        let kept = self.counted.moment;
        self.version == post.version
            && kept.all_through >= moment.all_through
            && kept.changes >= moment.changes
    }
}
