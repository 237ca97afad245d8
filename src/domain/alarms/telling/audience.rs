//! From whom alarms are for, as people and groups are now, to whom a post is for. It fails as the database does.

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{
        boards,
        posts::Fields,
        users::{self, User},
    },
    live::state::Audience,
};

/// Whom a post is for that is for these; for its author alone, if there is nobody else.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    owner: &User,
    audience: &Audience,
) -> Result<Fields, DbErr> {
    let named = boards::names_of(db, audience).await?;
    if named.everyone {
        let (external, except) = (named.external, named.except);
        return Ok(Fields { audience: "everyone".into(), external, except, ..Default::default() });
    }
    // Who may not sign in is not told.
    let (found, _) = users::find_by_names(db, &named.people).await?;
    let mut recipients: Vec<_> = found.into_iter().map(|user| user.name).collect();
    if named.admins {
        recipients.extend(users::admins(db).await?.into_iter().map(|user| user.name));
        recipients.sort();
        recipients.dedup();
    }
    let (groups, except) = (named.groups, named.except);
    let fields = Fields { audience: "chosen".into(), recipients, groups, except, ..Default::default() };
    Ok(if fields.recipients.is_empty() && fields.groups.is_empty() { alone(owner, fields) } else { fields })
}

/// The same for the author alone.
pub(super) fn alone(owner: &User, fields: Fields) -> Fields {
    let (recipients, groups) = (vec![owner.name.clone()], Vec::new());
    Fields { audience: "chosen".into(), recipients, groups, except: Vec::new(), external: false, ..fields }
}
