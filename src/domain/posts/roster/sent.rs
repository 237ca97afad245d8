//! To whose open pages a post was sent, as it was written down (`domain/posts/deliveries`). Everything here fails as the
//! database does.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{domain::posts::Post, entities::deliveries};

/// To how many people's open pages a post was sent.
pub(super) async fn count(db: &impl ConnectionTrait, post: &Post) -> Result<u64, DbErr> {
    deliveries::Entity::find().filter(deliveries::Column::Number.eq(post.number)).count(db).await
}
