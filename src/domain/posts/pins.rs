//! What its authors have pinned to the top of lists. Whatever takes a `db` fails as the database does.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use crate::{
    domain::posts::receipts::snoozes::Snoozed,
    entities::posts,
    live::audience::{Audience, Viewer},
};

/// Of what is pinned for anybody, so much is looked at for what is pinned for somebody.
const MAX_LOOKED_AT: u64 = 200;

/// More would push what is new out of sight; what is pinned besides stands in its place. `assets/js/pins.js` has the same
/// limit.
const MAX_SHOWN: usize = 5;

/// The numbers of the posts that are pinned, of what this viewer may see and has not `snoozed`: newest first.
pub(super) async fn pinned(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    snoozed: &[Snoozed],
) -> Result<Vec<i64>, DbErr> {
    let mut numbers: Vec<i64> = posts::Entity::find()
        .select_only()
        .column(posts::Column::Number)
        // As the index of these rows says it.
        .filter(Expr::cust("pinned_until_ms IS NOT NULL"))
        .order_by_desc(posts::Column::Number)
        .limit(MAX_LOOKED_AT)
        .into_tuple()
        .all(db)
        .await?;
    if numbers.is_empty() {
        return Ok(numbers);
    }
    let audiences = Audience::load(db, numbers.iter().copied()).await?;
    numbers.retain(|number| {
        let is_visible = audiences.get(number).is_some_and(|audience| audience.includes(viewer));
        is_visible && snoozed.iter().all(|snoozed| snoozed.number != *number)
    });
    numbers.truncate(MAX_SHOWN);
    Ok(numbers)
}
