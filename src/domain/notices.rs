//! Lines for everybody who is there.

use sea_orm::DbErr;

use crate::{
    db::Db,
    live::log::table::{self, NewEvent},
};

/// Tells everybody. The caller nudges.
pub async fn announce(db: &Db, text: &str) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    table::append(&tx, NewEvent::Notice(text.to_owned())).await?;
    tx.commit().await
}
