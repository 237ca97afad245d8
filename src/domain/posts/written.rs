//! What somebody has written, whatever has become of it.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{domain::posts::Post, entities::posts, ids::UserId};

/// What has become of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// An alert that goes on.
    Open,
    /// An alert that is over.
    Over,
    /// What had a time that is over.
    Expired,
    /// What was taken back.
    Withdrawn,
}

/// What this person has written, of one state or all of it, before this number: newest first, at most `count`; and whether
/// there is more. It fails as the database does.
pub async fn written_by(
    db: &impl ConnectionTrait,
    author: UserId,
    state: Option<State>,
    before: Option<i64>,
    count: u64,
) -> Result<(Vec<Post>, bool), DbErr> {
    let mut theirs = posts::Entity::find().filter(posts::Column::AuthorId.eq(author.0));
    if let Some(state) = state {
        theirs = theirs.filter(Expr::cust(state.condition()));
    }
    if let Some(before) = before {
        theirs = theirs.filter(posts::Column::Number.lt(before));
    }
    let newest = theirs.order_by_desc(posts::Column::Number).limit(count + 1);
    let mut found = newest.all(db).await?;
    let has_more = found.len() as u64 > count;
    found.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    Ok((found, has_more))
}

impl State {
    /// In the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Open, Self::Over, Self::Expired, Self::Withdrawn];

    /// Its name in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Over => "over",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of this name.
    pub fn called(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// As the index of these rows says it.
    fn condition(self) -> &'static str {
        match self {
            Self::Open => {
                "kind = 'alert' AND resolved_ms IS NULL AND withdrawn_ms IS NULL AND expired_ms IS NULL"
            }
            Self::Over => "resolved_ms IS NOT NULL AND withdrawn_ms IS NULL AND expired_ms IS NULL",
            Self::Expired => "expired_ms IS NOT NULL AND withdrawn_ms IS NULL",
            Self::Withdrawn => "withdrawn_ms IS NOT NULL",
        }
    }
}
