//! Table `audit_words`.

use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::names;

/// A word of a name that occurs in the audit log.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_words")]
pub struct Model {
    /// Two rows may say the same.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The word (`names::words`) in UTF-8, whose bytes are in the same order on both databases.
    pub word: Vec<u8>,
    /// The name, as entries have it in `who_key` and `about_key`.
    pub key: String,
}

/// The rows of a name.
pub fn rows(key: &str) -> impl Iterator<Item = ActiveModel> {
    names::words(key).into_iter().map(move |word| ActiveModel {
        word: Set(word.into_bytes()),
        key: Set(key.to_owned()),
        ..Default::default()
    })
}

impl ActiveModelBehavior for ActiveModel {}
