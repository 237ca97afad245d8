//! Table `duty_swaps`.

use sea_orm::entity::prelude::*;

/// That somebody is on duty for once, in the place of others.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duty_swaps")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// A row of `groups`.
    pub group_id: i64,
    /// Who is on duty: a row of `users`.
    pub user_id: i64,
    /// Who is not: a row of `users`; none for whoever is by the plan.
    pub instead_of: Option<i64>,
    /// The first moment, in Unix milliseconds.
    pub from_ms: i64,
    /// The first moment after it, in Unix milliseconds.
    pub to_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
