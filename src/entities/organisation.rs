//! Table `organisation`: one row.

use sea_orm::entity::prelude::*;

/// What the organisation has chosen for all of its people.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Who may publish critical alerts.
    pub critical_by: CriticalBy,
    /// Whether critical alerts have to have coordinators.
    pub needs_coordinators: bool,
}

/// Who may publish critical alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum CriticalBy {
    /// Whoever may publish anything.
    #[sea_orm(string_value = "publishers")]
    Publishers,
    /// Admins, and programs with a token of theirs.
    #[sea_orm(string_value = "admins")]
    Admins,
}

impl ActiveModelBehavior for ActiveModel {}
