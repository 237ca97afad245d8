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
    /// What authors see of who has read a post, and to whose pages it was sent.
    pub receipts: Receipts,
    /// The event when that was chosen: names are told of later posts alone.
    pub named_after: i64,
}

/// What authors see of who has read a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Receipts {
    /// Who has.
    #[sea_orm(string_value = "names")]
    Names,
    /// How many have, of ten people or more.
    #[sea_orm(string_value = "numbers")]
    Numbers,
    /// Neither who, nor how many.
    #[sea_orm(string_value = "nothing")]
    Nothing,
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
