//! What becomes of a post after it was published: it is edited, it is over, it is not over after all, it is taken back, it expires. Each is a part of a
//! change, with its entry in the audit log and its event, so that whoever does more in one transaction can; rights are for
//! the caller to ask. Whatever takes a `change` fails as the database does.

use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{
    domain::{
        change::Change,
        posts::{Post, Problems, Severity},
    },
    entities::{
        audiences::{self, Urgency},
        posts,
    },
    live::{event, log::table::NewEvent},
};

pub(super) use self::escalation::escalate;
pub use self::{
    edit::{Edit, EditFields, edit},
    expiry::expire,
    note::{parse_note, parse_reason},
    pin::{pin, unpin},
    resolution::{reopen, resolve},
    withdrawal::withdraw,
};

mod edit;
mod escalation;
mod expiry;
mod note;
mod pin;
mod resolution;
mod withdrawal;

/// What became of a post that somebody wanted to change.
#[derive(Debug)]
pub enum Changed {
    /// It is another now.
    Yes(Post),
    /// It was like that already, and nothing happened.
    No(Post),
}

/// Why a post was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is news: only an alert has a severity, or can be over.
    NotAnAlert,
    /// It was changed by somebody else meanwhile, and has this version now.
    OtherVersion(i64),
    /// It was taken back.
    Withdrawn,
    /// Its time is over. Another time brings it back.
    Expired,
    /// Something in it would not be right.
    Problems(Box<Problems>),
    /// It would be for others than the groups that it may be for.
    OtherGroups,
}

impl Refusal {
    /// Why nothing becomes of a post that its author alone has still; none, if others have it.
    fn of_gone(post: &Post) -> Option<Self> {
        match (post.is_withdrawn(), post.is_expired()) {
            (true, _) => Some(Self::Withdrawn),
            (false, true) => Some(Self::Expired),
            (false, false) => None,
        }
    }
}

/// Commits what became of a post, if that is anything.
pub async fn finish(change: Change, changed: Changed) -> Result<Post, DbErr> {
    match changed {
        Changed::Yes(post) => change.commit().await.map(|()| post),
        Changed::No(post) => change.undo().await.map(|()| post),
    }
}

/// The post as it is until the change ends: nobody else changes it.
pub async fn hold(change: &Change, id: i64) -> Result<Option<Post>, DbErr> {
    posts::Entity::find_by_id(id).lock_exclusive().one(&change.tx).await
}

/// Writes what is set in the row, and the event.
async fn write(
    change: &mut Change,
    post: &Post,
    row: posts::ActiveModel,
    what: event::Change,
) -> Result<Post, DbErr> {
    let written = update(change, post, row).await?;
    let (id, number) = (post.id, post.number);
    change.append(NewEvent::Change { post: id, number, change: what, again: false });
    Ok(written)
}

/// Writes what is set in the row, as the next version of the post.
pub(in crate::domain::posts) async fn update(
    change: &Change,
    post: &Post,
    row: posts::ActiveModel,
) -> Result<Post, DbErr> {
    set(change, post, posts::ActiveModel { version: Set(post.version + 1), ..row }).await
}

/// Writes what is set in the row, of which no page is told yet.
pub(in crate::domain::posts) async fn set(
    change: &Change,
    post: &Post,
    row: posts::ActiveModel,
) -> Result<Post, DbErr> {
    let this = posts::Column::Id.eq(post.id);
    let written = posts::Entity::update_many().set(row).filter(this).exec_with_returning(&change.tx).await?;
    written.into_iter().next().ok_or_else(|| DbErr::RecordNotUpdated)
}

/// A list of one urgency has what is of it now.
pub(in crate::domain::posts) async fn set_urgency(
    change: &Change,
    post: &Post,
    severity: Option<Severity>,
) -> Result<(), DbErr> {
    let urgency = Urgency::from(severity).to_value();
    audiences::Entity::update_many()
        .col_expr(audiences::Column::Urgency, Expr::value(urgency))
        .filter(audiences::Column::Number.eq(post.number))
        .exec(&change.tx)
        .await
        .map(|_| ())
}

fn about(post: &Post) -> String {
    format!("post {}", post.id)
}
