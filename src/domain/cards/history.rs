//! What the values of cards were: means of each minute for a day, and of each hour for 30 days, with the least and the most
//! that was reported, be it replaced before anybody saw it. The minute that goes on is kept in memory, and may be lost in
//! a kill; once it is over it is written, together with those of all other cards. Each node writes what was reported to it,
//! and adds it to what others wrote. Whatever takes a `db` fails as the database does.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use self::{minutes::Minutes, packing::Bucket};
use crate::{
    domain::cards::{Card, CardKey},
    entities::card_history,
};

mod keeping;
mod minutes;
mod packing;
mod recents;

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// An hour and a day, in minutes.
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Days that the means of hours reach back.
const KEEP_DAYS: i64 = 30;

/// While nothing can be written, so many minutes of a card wait.
const MAX_WAITING: usize = 15;

/// What was reported lately, here; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct History(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    // A std mutex: held to add a number or to take minutes out, never over an await.
    minutes: Mutex<HashMap<CardKey, Minutes>>,
    is_full: AtomicBool,
}

/// By minute since 1970, or by hour.
type Buckets = BTreeMap<i64, Bucket>;

/// What was reported in a minute or an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When it begins; Unix time in milliseconds.
    pub from_ms: i64,
    /// How long it is: 1 or 60.
    pub minutes: i64,
    /// How many reports there were.
    pub count: u32,
    /// Their mean.
    pub mean: f64,
    /// The least of them.
    pub min: f64,
    /// The most of them.
    pub max: f64,
}

/// What is known of one card, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptHistory {
    /// The last day, by minutes.
    pub day: Vec<Point>,
    /// The last 30 days, by hours.
    pub month: Vec<Point>,
}

impl History {
    /// Takes in a number that was reported, and is on disk.
    pub(super) fn record(&self, key: &CardKey, at_ms: i64, number: f64) {
        let mut all = self.minutes();
        let minutes = all.entry(key.clone()).or_default();
        minutes.entry(at_ms.div_euclid(MINUTE)).add(number);
        minutes.keep_newest(MAX_WAITING);
    }

    /// Forgets what was not written of a card that was removed.
    pub(super) fn forget(&self, key: &CardKey) {
        self.minutes().remove(key);
    }

    /// Whether there is no room for more.
    pub fn is_full(&self) -> bool {
        self.0.is_full.load(Ordering::Relaxed)
    }

    /// What is known of a card at this time, with what waits here to be written.
    pub async fn read(
        &self,
        db: &impl ConnectionTrait,
        card: &Card,
        now_ms: i64,
    ) -> Result<KeptHistory, DbErr> {
        let now = now_ms.div_euclid(MINUTE);
        let rows = card_history::Entity::find()
            .filter(card_history::Column::CardId.eq(card.id.0))
            .filter(card_history::Column::Day.gte(now.div_euclid(DAY) - KEEP_DAYS))
            .order_by_asc(card_history::Column::Day);
        let (mut minutes, mut hours) = (Buckets::new(), Buckets::new());
        for row in rows.all(db).await? {
            let all = if row.step == 1 { &mut minutes } else { &mut hours };
            for (at, bucket) in packing::unpack(&row.points) {
                all.entry(row.day * DAY + i64::from(at)).or_default().merge(&bucket);
            }
        }
        let waits = CardKey::parse(&card.key).and_then(|key| self.minutes().get(&key).cloned());
        for (minute, bucket) in waits.iter().flat_map(|waits| waits.from(i64::MIN)) {
            minutes.entry(minute).or_default().merge(bucket);
        }
        for (minute, bucket) in &minutes {
            hours.entry(minute.div_euclid(HOUR) * HOUR).or_default().merge(bucket);
        }
        let point = |minutes| move |(at, bucket): (&i64, &Bucket)| bucket.point(at * MINUTE, minutes);
        Ok(KeptHistory {
            day: minutes.range(now - DAY + 1..).map(point(1)).collect(),
            month: hours.range(now - KEEP_DAYS * DAY + 1..).map(point(HOUR)).collect(),
        })
    }

    fn minutes(&self) -> MutexGuard<'_, HashMap<CardKey, Minutes>> {
        // A panic while it was held left at worst one number out.
        self.0.minutes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
