//! What readers were told of again, be it for whom it may. It is the same for everybody as of an event of the log, and all pages
//! that come back together ask for it, so it is kept in memory. Whatever takes a `db` fails as the database does.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{entities::posts, live::cursor::Epoch};

/// Where more was told again, whoever looks finds what they have not read of it.
const MAX_TOLD_AGAIN: u64 = 1000;

/// The number of each post, and the event that told of it; the last told first. None if there is more than is looked at.
pub type Told = Option<Arc<[(i64, i64)]>>;

/// What was told again, as it was asked for last; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct ToldAgain(
    // A std mutex: held to look or to keep, never over an await.
    Arc<Mutex<Option<(Epoch, i64, Told)>>>,
);

impl ToldAgain {
    /// As it is known to whoever has heard of everything up to this event of the timeline.
    pub async fn as_of(&self, db: &impl ConnectionTrait, epoch: Epoch, event: i64) -> Result<Told, DbErr> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((.., told)) = kept.filter(|(of, at, _)| (*of, *at) == (epoch, event)) {
            return Ok(told);
        }
        let told = load(db).await?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((epoch, event, told.clone()));
        Ok(told)
    }
}

/// As it is now.
pub(super) async fn load(db: &impl ConnectionTrait) -> Result<Told, DbErr> {
    use posts::Column::{Number, Told};
    let told: Vec<(i64, i64)> = posts::Entity::find()
        .select_only()
        .columns([Number, Told])
        // As the index of these rows says it.
        .filter(Expr::col(Told).gt(Expr::col(Number)))
        .order_by_desc(Told)
        .limit(MAX_TOLD_AGAIN)
        .into_tuple()
        .all(db)
        .await?;
    Ok(Some(told).filter(|told| (told.len() as u64) < MAX_TOLD_AGAIN).map(Into::into))
}
