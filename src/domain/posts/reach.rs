//! How many people a post would reach, for whoever writes it. What a page is told of others does not tell on one of
//! them: whether somebody has a page open is said only of ten people or more, and in steps of five; and how many a group
//! is together with others, or without somebody, is not said, since that tells who is in it; of a closed group, nothing is. It fails as the database does.

use std::collections::{BTreeSet, HashSet};

use jiff::tz::TimeZone;
use sea_orm::{ActiveEnum, ConnectionTrait, DbErr};

use crate::{
    clock,
    domain::{
        groups,
        posts::{Fields, Severity},
        quiet,
        users::{self, User},
    },
    ids::UserId,
    live::Hub,
};

/// People of so few are not counted by whether they have a page open.
const FEW: usize = 10;

/// In which steps they are counted.
const STEP: usize = 5;

/// More people than these are not counted one by one.
const MAX_COUNTED: u64 = 1_000;

/// Whom a post would reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// So many people; and what may be said of them.
    Of { people: usize, now: Option<Now> },
    /// More people than are counted; about so many people have a page open.
    Many { live: usize },
    /// At most so many: who is in several of the groups, or is excepted, is counted all the same.
    AtMost(u64),
    /// Who is in closed groups, and at most so many others.
    Closed { others: u64 },
}

/// About how many of some people would notice it at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Have a page open.
    pub live: usize,
    /// Have muted what it is.
    pub muted: usize,
    /// Have quiet hours.
    pub quiet: usize,
}

/// Of whom the figures are told, and by which clock.
#[derive(Clone, Copy, Debug)]
pub struct ReachContext<'a> {
    /// Who has a page open.
    pub hub: &'a Hub,
    /// In which quiet hours are, for whoever chose no time zone.
    pub zone: &'a TimeZone,
}

/// Whom a form as it is filled in would reach now.
pub async fn reach(
    db: &impl ConnectionTrait,
    looks: ReachContext<'_>,
    fields: &Fields,
) -> Result<Reach, DbErr> {
    let except = ids(db, &fields.except).await?;
    match fields.audience.as_str() {
        "everyone" => everyone(db, looks, fields, except.is_empty()).await,
        _ => chosen(db, looks, fields, except).await,
    }
}

/// Whether one of them is from outside, and not meant anyway, is not said by a difference.
async fn everyone(
    db: &impl ConnectionTrait,
    looks: ReachContext<'_>,
    fields: &Fields,
    is_without_exception: bool,
) -> Result<Reach, DbErr> {
    let found = users::everyone(db, fields.external, MAX_COUNTED).await?;
    match found.next {
        Some(_) => Ok(Reach::Many { live: rounded(looks.hub.live_users()) }),
        None if is_without_exception => count(db, looks, fields, found.rows.into_iter().collect()).await,
        None => Ok(Reach::AtMost(found.rows.len() as u64)),
    }
}

async fn chosen(
    db: &impl ConnectionTrait,
    looks: ReachContext<'_>,
    fields: &Fields,
    except: HashSet<UserId>,
) -> Result<Reach, DbErr> {
    let named = ids(db, &fields.recipients).await?;
    let (groups, _) = groups::find_by_names(db, &fields.groups).await?;
    let (closed, groups): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.closed);
    let in_groups: u64 = groups.iter().map(|group| group.members.unsigned_abs()).sum();
    let others = in_groups + named.len() as u64;
    match &groups[..] {
        // Neither by itself nor beside others is it said how many are in a closed one.
        _ if !closed.is_empty() => Ok(Reach::Closed { others }),
        [] => count(db, looks, fields, named.difference(&except).map(|user| user.0).collect()).await,
        [alone] if named.is_empty() && except.is_empty() && in_groups <= MAX_COUNTED => {
            let members = groups::who_may_sign_in(db, [alone.group_id()]).await?;
            count(db, looks, fields, members.into_iter().map(|user| user.0).collect()).await
        }
        _ => Ok(Reach::AtMost(others)),
    }
}

async fn ids(db: &impl ConnectionTrait, names: &[String]) -> Result<HashSet<UserId>, DbErr> {
    Ok(users::find_by_names(db, names).await?.0.iter().map(User::user_id).collect())
}

async fn count(
    db: &impl ConnectionTrait,
    looks: ReachContext<'_>,
    fields: &Fields,
    people: BTreeSet<i64>,
) -> Result<Reach, DbErr> {
    if people.len() < FEW {
        return Ok(Reach::Of { people: people.len(), now: None });
    }
    let live = people.iter().filter(|user| looks.hub.is_live(UserId(**user))).count();
    let mut now = Now { live: rounded(live), ..Now::default() };
    // Of critical alerts everybody is told.
    if !(fields.kind == "alert" && fields.severity == "critical") {
        let severity = (fields.kind == "alert").then(|| Severity::try_from_value(&fields.severity).ok());
        let muted = quiet::muted_among(db, &people, severity.flatten()).await?;
        let quiet = quiet::quiet_among(db, &people, clock::now(), looks.zone).await?;
        (now.muted, now.quiet) = (rounded(muted.len()), rounded(quiet.len()));
    }
    Ok(Reach::Of { people: people.len(), now: Some(now) })
}

fn rounded(count: usize) -> usize {
    (count + STEP / 2) / STEP * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_rounded_to_the_nearest_step() {
        assert_eq!([0, 2, 3, 7, 8, 12].map(rounded), [0, 0, 5, 5, 10, 10]);
    }
}
