//! Table `post_acts`.

use sea_orm::entity::prelude::*;

/// One thing that somebody did about what a post asks. Rows are added, and stay as they are.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post_acts")]
pub struct Model {
    /// In the order of the writing.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// About what: a row of `posts`.
    pub post_id: i64,
    /// Whose act it counts as: a row of `users`.
    pub user_id: i64,
    /// Who did it, if it was somebody else.
    pub by_id: Option<i64>,
    /// What was done.
    pub act: Act,
    /// What else is to be known of it.
    pub detail: String,
    /// The post's version then.
    pub version: i64,
    /// By which it is known when it comes again.
    pub key: Option<String>,
    /// Unix time in milliseconds, by the server's clock.
    pub at_ms: i64,
}

/// What somebody did about what a post asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Act {
    /// Said that they have seen it.
    #[sea_orm(string_value = "acknowledged")]
    Acknowledged,
    /// Answered, or answered otherwise.
    #[sea_orm(string_value = "answered")]
    Answered,
    /// Was answered for by somebody else.
    #[sea_orm(string_value = "answered-for")]
    AnsweredFor,
    /// Had the post go to more people, since too few had said that they have seen it.
    #[sea_orm(string_value = "escalated")]
    Escalated,
    /// Was reminded.
    #[sea_orm(string_value = "reminded")]
    Reminded,
    /// Needs help, and somebody else has taken that.
    #[sea_orm(string_value = "help-taken")]
    HelpTaken,
    /// Needs help, and who had taken that cannot after all.
    #[sea_orm(string_value = "help-given-back")]
    HelpGivenBack,
    /// Took that back.
    #[sea_orm(string_value = "taken-back")]
    TakenBack,
}

impl ActiveModelBehavior for ActiveModel {}
