//! Table `escalation_steps`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// To whom a post goes, too, when too few have said that they have seen it: at most three groups, one after the other, and
/// then the admins.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "escalation_steps")]
pub struct Model {
    /// A row of `posts`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// From 1, in their order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub step: i32,
    /// A row of `groups`; none, if the admins are meant.
    pub group_id: Option<i64>,
    /// The group's name when the post was published; empty for the admins.
    pub name: String,
    /// How many minutes after the step before, or after the publishing.
    pub after_minutes: i32,
    /// How many have to have said that they have seen it, so that it is not needed.
    pub unless: Unless,
    /// When it is to be looked at, and as long as it is under way; Unix time in milliseconds, none before the step before it
    /// is done, and when it is done itself.
    pub due_ms: Option<i64>,
    /// When it was done; Unix time in milliseconds.
    pub done_ms: Option<i64>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// The event with which the post went to them.
    pub number: Option<i64>,
    /// Which node tells those of them who had it before.
    pub node: String,
    /// Since when; none if none does.
    pub claimed_ms: Option<i64>,
}

/// How many have to have said that they have seen a post, so that nobody else is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "lowercase")]
pub enum Unless {
    /// One of them is enough.
    #[sea_orm(string_value = "any")]
    Any,
    /// Half of those who are asked.
    #[sea_orm(string_value = "half")]
    Half,
    /// Everybody.
    #[sea_orm(string_value = "all")]
    All,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// They were told.
    #[sea_orm(string_value = "told")]
    Told,
    /// It was not needed: enough had said that they have seen it.
    #[sea_orm(string_value = "answered")]
    Answered,
    /// There was nobody to be told any more.
    #[sea_orm(string_value = "gone")]
    Gone,
    /// Somebody had stopped it.
    #[sea_orm(string_value = "stopped")]
    Stopped,
}

impl ActiveModelBehavior for ActiveModel {}
