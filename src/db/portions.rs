//! Deleting in portions, so that nobody waits long for the one connection that writes.

use sea_orm::{
    Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, Iterable, PrimaryKeyToColumn, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, IntoCondition},
};

/// Deletes the rows that meet a condition, the first `count` of them in the order of a column, which needs an index;
/// how many they were.
///
/// # Errors
/// Those of the database.
pub async fn delete_first<E: EntityTrait>(
    db: &impl ConnectionTrait,
    by: E::Column,
    condition: impl IntoCondition,
    count: u64,
) -> Result<u64, DbErr>
where
    E::PrimaryKey: PrimaryKeyToColumn<Column = E::Column>,
{
    let condition: Condition = condition.into_condition();
    let keys = || E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let first = E::find()
        .select_only()
        .columns(keys())
        .filter(condition.clone())
        .order_by_asc(by)
        .limit(count)
        .into_query();
    let key = Expr::tuple(keys().map(Expr::col));
    // Asked again of each: it may have changed since it was found.
    let these = E::delete_many().filter(key.in_subquery(first)).filter(condition);
    these.exec(db).await.map(|done| done.rows_affected)
}
