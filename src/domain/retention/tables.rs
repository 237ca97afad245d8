//! The tables whose rows are forgotten by their age: how old the oldest is, and how a portion of them goes. Both are a
//! look into an index, however many rows there are.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    clock,
    db::Db,
    domain::{
        audit, builds, cards, links,
        posts::{alerts, deliveries, idempotency, receipts, repeats},
        retention::MAX_PAUSE,
        reveals, sessions,
    },
    entities,
    live::log::{table, trimming},
};

#[derive(Clone, Copy, Debug)]
pub(super) enum Table {
    Events,
    Audit,
    Sessions,
    Links,
    Keys,
    DedupKeys,
    Builds,
    AlertMarks,
    Reveals,
    Deliveries,
    Departures,
    Markings,
}

/// What became of a portion.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portion {
    /// How many rows went.
    pub(super) rows: u64,
    /// Whether there may be more to go.
    pub(super) has_more: bool,
}

impl Table {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Audit => "audit",
            Self::Sessions => "sessions",
            Self::Links => "links",
            Self::Keys => "idempotency_keys",
            Self::DedupKeys => "dedup_keys",
            Self::Builds => "builds",
            Self::AlertMarks => "alert_marks",
            Self::Reveals => "reveals",
            Self::Deliveries => entities::deliveries::TABLE,
            Self::Departures => "card_departures",
            Self::Markings => "markings",
        }
    }

    /// The time of the oldest that there is.
    pub(super) async fn oldest_ms(self, db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
        match self {
            Self::Events => table::oldest_ms(db).await,
            Self::Audit => audit::oldest_ms(db).await,
            Self::Sessions => sessions::oldest_ms(db).await,
            Self::Links => links::oldest_ms(db).await,
            Self::Keys => idempotency::oldest_ms(db).await,
            Self::DedupKeys => repeats::oldest_ms(db).await,
            Self::Builds => builds::oldest_ms(db).await,
            Self::Deliveries => deliveries::oldest_ms(db).await,
            Self::Departures => cards::oldest_departure_ms(db).await,
            Self::Markings => receipts::oldest_ms(db).await,
            // These go by the clock alone.
            Self::AlertMarks | Self::Reveals => Ok(None),
        }
    }

    /// Removes the oldest rows from before `cut`, about `count` of them.
    pub(super) async fn sweep_portion(self, db: &Db, cut: i64, count: u64) -> Result<Portion, DbErr> {
        let rows = match self {
            Self::Events => {
                // The clocks of nodes differ by less; what is later is of a clock that was ahead.
                let tomorrow = clock::in_ms(MAX_PAUSE);
                let trimmed = trimming::trim(db, cut..=tomorrow.max(cut), count).await?;
                return Ok(Portion { rows: trimmed.events, has_more: trimmed.has_more });
            }
            Self::Audit => audit::trim(db, cut, count).await?,
            Self::Sessions => sessions::sweep(&db.write, cut, count).await?,
            Self::Links => links::sweep(&db.write, cut, count).await?,
            Self::Keys => idempotency::sweep(&db.write, cut, count).await?,
            Self::DedupKeys => repeats::sweep(&db.write, cut, count).await?,
            Self::AlertMarks => alerts::sweep(&db.write, cut, count).await?,
            Self::Reveals => reveals::sweep(&db.write, cut, count).await?,
            Self::Deliveries => deliveries::sweep(&db.write, cut, count).await?,
            Self::Departures => cards::sweep_departures(&db.write, cut, count).await?,
            Self::Markings => receipts::sweep(&db.write, cut, count).await?,
            Self::Builds => {
                // Each has megabytes of files.
                let rows = builds::sweep(&db.write, cut, 1).await?;
                return Ok(Portion { rows, has_more: rows > 0 });
            }
        };
        Ok(Portion { rows, has_more: rows >= count })
    }
}
