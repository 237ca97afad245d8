//! Table `search_names`.

use sea_orm::entity::prelude::*;

/// One beginning of one word of a name, in the place of its row; the empty one stands for all.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_names")]
pub struct Model {
    /// Of what it is a name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: Kind,
    /// In small letters, without accents.
    #[sea_orm(primary_key, auto_increment = false)]
    pub beginning: String,
    /// Rows are in the order of their list when these are.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: Vec<u8>,
    /// Which row of the kind's own table has the name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
}

/// What has names that are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// A row of `users`.
    #[sea_orm(string_value = "user")]
    User,
    /// A row of `groups`.
    #[sea_orm(string_value = "group")]
    Group,
    /// A row of `tokens`.
    #[sea_orm(string_value = "token")]
    Token,
    /// A row of `links`.
    #[sea_orm(string_value = "link")]
    Link,
}

impl ActiveModelBehavior for ActiveModel {}
