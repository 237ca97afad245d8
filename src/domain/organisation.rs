//! What the organisation has chosen for all of its people: one row, which admins change. It is read where it holds, so that
//! a choice counts at once and on every node. Whatever takes a `db` or a `change` fails as the database does.

use sea_orm::{ActiveEnum, ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QuerySelect};

use crate::{
    domain::{
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        users,
    },
    entities::organisation,
    ids::UserId,
    text,
};

pub use crate::entities::organisation::{CriticalBy, Model as Organisation, Receipts};

pub mod privacy;

/// The id of the table's only row.
const ROW: i32 = 1;

/// What an admin chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrganisationChoice {
    /// Who may publish critical alerts.
    pub critical_by: CriticalBy,
    /// Whether critical alerts have to have coordinators.
    pub needs_coordinators: bool,
}

/// What admins have chosen.
pub async fn find(db: &impl ConnectionTrait) -> Result<Organisation, DbErr> {
    there(organisation::Entity::find_by_id(ROW).one(db).await?)
}

/// Keeps what an admin chose, with an entry in the audit log for each part of it that is another now.
pub async fn save(changes: &Changes, by: &Actor, choice: &OrganisationChoice) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let before = hold(&change).await?;
    let row = organisation::ActiveModel {
        critical_by: Set(choice.critical_by),
        needs_coordinators: Set(choice.needs_coordinators),
        ..unchanged()
    };
    let mut says = Vec::new();
    if before.critical_by != choice.critical_by {
        let by = choice.critical_by.to_value();
        says.push(text::of("audit-critical-by").with("by", by));
    }
    if before.needs_coordinators != choice.needs_coordinators {
        says.push(text::of(match choice.needs_coordinators {
            true => text::key("audit-coordinators-needed"),
            false => text::key("audit-coordinators-not-needed"),
        }));
    }
    if !says.is_empty() {
        organisation::Entity::update(row).exec(&change.tx).await?;
    }
    for one in says {
        change.record(Entry::done(by, Action::ChangeOrganisation, "").detail(one)).await?;
    }
    if change.is_empty() { change.undo().await } else { change.commit().await }
}

/// What the author of a post of this number sees of who has read it.
pub async fn receipts_of(db: &impl ConnectionTrait, number: i64) -> Result<Receipts, DbErr> {
    let chosen = find(db).await?;
    Ok(match chosen.receipts {
        Receipts::Names if number <= chosen.named_after => Receipts::Numbers,
        receipts => receipts,
    })
}

/// Whether this person may publish critical alerts, or make one of what they published.
pub async fn may_publish_critical(db: &impl ConnectionTrait, user: UserId) -> Result<bool, DbErr> {
    match find(db).await?.critical_by {
        CriticalBy::Publishers => Ok(true),
        CriticalBy::Admins => Ok(users::find(db, user).await?.is_some_and(|user| user.is_admin())),
    }
}

/// What is chosen, until the change ends.
async fn hold(change: &Change) -> Result<Organisation, DbErr> {
    there(organisation::Entity::find_by_id(ROW).lock_exclusive().one(&change.tx).await?)
}

fn unchanged() -> organisation::ActiveModel {
    organisation::ActiveModel { id: Set(ROW), ..Default::default() }
}

fn there(row: Option<Organisation>) -> Result<Organisation, DbErr> {
    row.ok_or_else(|| DbErr::RecordNotFound("the organisation".into()))
}
