//! Table `word_filling`.

use sea_orm::entity::prelude::*;

/// Posts whose words are not kept yet, or are to be kept anew.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "word_filling")]
pub struct Model {
    /// Whose posts; 0 for those of all.
    #[sea_orm(primary_key, auto_increment = false)]
    pub author_id: i64,
    /// Only those with a number below this one are left.
    pub below: i64,
}

impl ActiveModelBehavior for ActiveModel {}
