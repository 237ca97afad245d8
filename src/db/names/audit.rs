//! Gives the names that an audit log of earlier versions has their words, so that parts of them are found.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::entities::{
    audit::{self, Action},
    audit_words,
};

/// Rows that are written in one statement.
const ROWS: usize = 500;

/// Fills the table of words if it is empty. Names that only an earlier version beside this one writes are kept when
/// they occur again.
pub(super) async fn fill(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if audit_words::Entity::find().one(tx).await?.is_some() {
        return Ok(());
    }
    let mut keys = BTreeSet::new();
    for column in [audit::Column::WhoKey, audit::Column::AboutKey] {
        let names = audit::Entity::find()
            .select_only()
            .column(column)
            .distinct()
            // Posts have no names.
            .filter(audit::Column::Act.is_not_in(Action::OF_POSTS));
        keys.extend(names.into_tuple::<String>().all(tx).await?);
    }
    let rows: Vec<_> = keys.iter().flat_map(|key| audit_words::rows(key)).collect();
    for part in rows.chunks(ROWS) {
        audit_words::Entity::insert_many(part.iter().cloned()).exec_without_returning(tx).await?;
    }
    Ok(())
}
