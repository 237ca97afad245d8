//! Writing minutes that are over, a row for each card and day; making hours of minutes once they are a day old; forgetting
//! what is older than 30 days.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
    time::Duration,
};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict, Query},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    db::{self, AdvisoryLock, Db},
    domain::cards::{
        CardKey,
        history::{DAY, HOUR, History, KEEP_DAYS, MINUTE, minutes::Minutes, packing},
    },
    entities::{card_history, cards},
    live::State,
};

/// Bytes of all that is kept.
const MAX_BYTES: i64 = 50_000_000;

/// How many there are is looked at no more often.
const MEASURE_INTERVAL: Duration = Duration::from_secs(10 * 60);

/// That it is full is said no more often.
const SAY_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

/// Cards whose minutes are written together.
const MAX_TOGETHER: usize = 200;

/// A minute is over for us once what came at its end was recorded.
const SETTLE: Duration = Duration::from_secs(1);

impl History {
    /// Writes minutes when they are over, until the stop.
    pub async fn keep(self, db: Db, state: State, stop: CancellationToken) {
        if let Err(error) = self.fill(&db, &state).await {
            tracing::warn!(%error, "The last day of the cards cannot be read; their changes are shown later");
        }
        let (mut measured, mut said) = (None, None);
        while !stop.is_cancelled() {
            if measured.is_none_or(|at: Instant| at.elapsed() >= MEASURE_INTERVAL) {
                measured = self.measure(&db).await.then(Instant::now).or(measured);
            }
            if self.is_full() && said.is_none_or(|at: Instant| at.elapsed() >= SAY_INTERVAL) {
                tracing::warn!(
                    "The history of the cards has 50 MB and takes no more until some is 30 days old"
                );
                said = Some(Instant::now());
            }
            let now = clock::now_ms();
            self.write_before(&db, now.div_euclid(MINUTE)).await;
            if let Err(error) = sweep(&db, now.div_euclid(MINUTE * DAY)).await {
                tracing::warn!(%error, "The history of the cards cannot be tidied; tried again in a minute");
            }
            let left = MINUTE - clock::now_ms().rem_euclid(MINUTE);
            let pause = Duration::from_millis(left.unsigned_abs()) + SETTLE;
            stop.run_until_cancelled(tokio::time::sleep(pause)).await;
        }
        tracing::debug!("The history of cards has ended");
    }

    /// Writes everything that waits, with the minute that goes on: nothing more will be recorded.
    pub(in crate::domain::cards) async fn write_all(&self, db: &Db) {
        self.write_before(db, i64::MAX).await;
    }

    /// Writes the minutes before this one.
    async fn write_before(&self, db: &Db, minute: i64) {
        let mut over = Vec::new();
        self.minutes().retain(|key, minutes| {
            let closed = minutes.take_before(minute);
            if !closed.is_empty() {
                over.push((key.clone(), closed));
            }
            !minutes.is_empty()
        });
        if self.is_full() {
            return;
        }
        over.sort_by(|(key, _), (other, _)| key.cmp(other));
        for some in over.chunks(MAX_TOGETHER) {
            if let Err(error) = db::with_timeout(write(db, some)).await {
                tracing::warn!(%error, "The history of some cards cannot be written; tried again in a minute");
                self.put_back(some);
            }
        }
    }

    fn put_back(&self, some: &[(CardKey, Minutes)]) {
        let mut all = self.minutes();
        for (key, minutes) in some {
            let waiting = all.entry(key.clone()).or_default();
            for (minute, bucket) in minutes.from(i64::MIN) {
                waiting.entry(minute).merge(bucket);
            }
            waiting.keep_newest(super::MAX_WAITING);
        }
    }

    /// Finds out whether there is room for more; whether that could be told.
    async fn measure(&self, db: &Db) -> bool {
        let sum = Query::select()
            .expr(Expr::cust("COALESCE(SUM(LENGTH(points)), 0)"))
            .from(card_history::Entity)
            .to_owned();
        let Ok(Some(row)) = db::with_timeout(db.read.query_one(&sum)).await else { return false };
        let Ok(bytes) = row.try_get_by_index::<i64>(0) else { return false };
        self.0.is_full.store(bytes >= MAX_BYTES, Ordering::Relaxed);
        true
    }
}

/// Adds these to what there is.
async fn write(db: &Db, some: &[(CardKey, Minutes)]) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    // Of two nodes that add to the same day, one waits.
    db::take_lock(&tx, AdvisoryLock::KeepHistory).await?;
    let ids = cards::Entity::find()
        .select_only()
        .columns([cards::Column::Key, cards::Column::Id, cards::Column::MadeMs])
        .filter(cards::Column::Key.is_in(some.iter().map(|(key, _)| key.as_str())));
    let ids: Vec<(String, i64, i64)> = ids.into_tuple().all(&tx).await?;
    let ids: BTreeMap<_, _> = ids.into_iter().map(|(key, id, made_ms)| (key, (id, made_ms))).collect();
    let mut days: BTreeMap<(i64, i64), BTreeMap<u16, packing::Bucket>> = BTreeMap::new();
    for (key, minutes) in some {
        let Some((id, made_ms)) = ids.get(key.as_str()) else { continue };
        // What was reported of an earlier card of this key is not this one's.
        for (minute, bucket) in minutes.from(made_ms.div_euclid(MINUTE)) {
            let day = days.entry((*id, minute.div_euclid(DAY))).or_default();
            day.insert(minute_of_day(minute), *bucket);
        }
    }
    let of_days: BTreeSet<_> = days.keys().map(|(_, day)| *day).collect();
    let of_cards: BTreeSet<_> = days.keys().map(|(id, _)| *id).collect();
    let there = card_history::Entity::find()
        .filter(card_history::Column::CardId.is_in(of_cards))
        .filter(card_history::Column::Day.is_in(of_days));
    for row in there.all(&tx).await? {
        if let Some(day) = days.get_mut(&(row.card_id, row.day)) {
            for (minute, bucket) in packing::unpack(&row.points) {
                let at = minute - minute % u16::try_from(row.step).unwrap_or(1);
                day.entry(at).or_default().merge(&bucket);
            }
        }
    }
    put(&tx, days.into_iter().map(|((card, day), points)| row(card, day, 1, &points)).collect()).await?;
    tx.commit().await
}

/// Makes hours of what is more than a day old, and forgets what is too old.
async fn sweep(db: &Db, today: i64) -> Result<(), DbErr> {
    let (day, step) = (card_history::Column::Day, card_history::Column::Step);
    let old = card_history::Entity::delete_many().filter(day.lt(today - KEEP_DAYS));
    db::with_timeout(old.exec(&db.write)).await?;
    loop {
        let find = card_history::Entity::find().filter(step.eq(1)).filter(day.lt(today - 1));
        let find = find.limit(MAX_TOGETHER as u64);
        // Most of the time there are none.
        if db::with_timeout(find.clone().all(&db.read)).await?.is_empty() {
            return Ok(());
        }
        let tx = db.begin().await?;
        db::take_lock(&tx, AdvisoryLock::KeepHistory).await?;
        let rows = find.all(&tx).await?;
        let hours = rows.iter().map(|kept| {
            let mut hours = BTreeMap::<u16, packing::Bucket>::new();
            for (minute, bucket) in packing::unpack(&kept.points) {
                hours.entry(minute - minute % 60).or_default().merge(&bucket);
            }
            row(kept.card_id, kept.day, HOUR, &hours)
        });
        put(&tx, hours.collect()).await?;
        tx.commit().await?;
    }
}

async fn put(db: &impl ConnectionTrait, rows: Vec<card_history::ActiveModel>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut replace = OnConflict::columns([card_history::Column::CardId, card_history::Column::Day]);
    replace.update_columns([card_history::Column::Step, card_history::Column::Points]);
    card_history::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

fn row(card: i64, day: i64, step: i64, points: &BTreeMap<u16, packing::Bucket>) -> card_history::ActiveModel {
    card_history::ActiveModel {
        card_id: Set(card),
        day: Set(day),
        step: Set(step),
        points: Set(packing::pack(points)),
    }
}

fn minute_of_day(minute: i64) -> u16 {
    u16::try_from(minute.rem_euclid(DAY)).expect("a day has 1,440 minutes")
}
