//! Opening the link of a wall by its secret, which makes a screen its own.

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};

use super::{Wall, about, key, new_secret};
use crate::{
    digest,
    domain::{
        audit::{Action, Actor, Entry},
        change::Changes,
    },
    entities::walls,
    ids::WallId,
};

/// What somebody finds under the address of a link.
#[derive(Debug)]
pub enum Opening {
    /// The wall, now this screen's own: the cookie's value.
    First(Wall, String),
    /// The wall, which this screen has opened before.
    Again(Wall),
    /// Nothing, or a wall that is another screen's.
    Refused,
}

/// Opens a link by the secret in its address. `cookies` says what a browser sent for a wall.
pub async fn open(
    changes: &Changes,
    by: &Actor,
    secret: &str,
    cookies: impl FnOnce(WallId) -> Vec<String>,
) -> Result<Opening, DbErr> {
    let hash = digest::sha256_hex(secret);
    let found = walls::Entity::find().filter(walls::Column::SecretHash.eq(&hash));
    let Some(wall) = found.one(&changes.db().read).await? else { return Ok(Opening::Refused) };
    if let Some(kept) = &wall.cookie_hash {
        let is_its_own = cookies(wall.wall_id()).iter().any(|sent| key(sent) == *kept);
        return Ok(if is_its_own { Opening::Again(wall) } else { Opening::Refused });
    }
    let mut change = changes.begin().await?;
    let value = new_secret();
    let opened = walls::Entity::update_many()
        .col_expr(walls::Column::CookieHash, Expr::value(digest::sha256_hex(&value)))
        .filter(walls::Column::Id.eq(wall.id))
        // Of two screens that open it at once, one gets it.
        .filter(walls::Column::CookieHash.is_null());
    if opened.exec(&change.tx).await?.rows_affected == 0 {
        return Ok(Opening::Refused);
    }
    change.record(Entry::done(by, Action::OpenWall, about(&wall.name))).await?;
    change.commit().await?;
    Ok(Opening::First(wall, value))
}
