//! The last day of each card, for memory: read once, when the program starts.

use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    clock,
    db::Db,
    domain::cards::history::{DAY, History, MINUTE, packing},
    entities::card_history,
    ids::CardId,
    live::State,
};

/// Rows that are read together; each has at most 26 kB.
const MAX_TOGETHER: u64 = 200;

impl History {
    /// Tells the state what the cards showed in the last day.
    pub(super) async fn fill(&self, db: &Db, state: &State) -> Result<(), DbErr> {
        let yesterday = clock::now_ms().div_euclid(MINUTE * DAY) - 1;
        let (mut card, mut day) = (0, 0);
        loop {
            let (card_id, on) = (card_history::Column::CardId, card_history::Column::Day);
            let same = Condition::all().add(card_id.eq(card)).add(on.gt(day));
            let after = Condition::any().add(card_id.gt(card)).add(same);
            let rows = card_history::Entity::find()
                .filter(after)
                .filter(on.gte(yesterday))
                .order_by_asc(card_id)
                .order_by_asc(on)
                .limit(MAX_TOGETHER);
            let rows = rows.all(&db.read).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            (card, day) = (last.card_id, last.day);
            for row in rows {
                let points = packing::unpack(&row.points).into_iter();
                let at = |minute: u16| (row.day * DAY + i64::from(minute)) * MINUTE;
                let points = points.map(|(minute, bucket)| (at(minute), bucket.mean()));
                state.fill(CardId(row.card_id), &points.collect::<Vec<_>>());
            }
        }
    }
}
