//! The posts that tell of a card's alarms. It fails as the database does.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    entities::alarms::{self, State},
    ids::CardId,
};

/// The posts that tell what is raised of a card now, not all of which everybody may see.
pub async fn of_card(db: &impl ConnectionTrait, card: CardId) -> Result<Vec<i64>, DbErr> {
    let posts = alarms::Entity::find()
        .select_only()
        .column(alarms::Column::PostId)
        .filter(alarms::Column::CardId.eq(card.0))
        .filter(alarms::Column::State.eq(State::Raised))
        .filter(alarms::Column::PostId.is_not_null())
        .order_by_asc(alarms::Column::PostId);
    Ok(posts.into_tuple::<Option<i64>>().all(db).await?.into_iter().flatten().collect())
}
