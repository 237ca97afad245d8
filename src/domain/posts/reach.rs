//! How many people a post would reach, for whoever writes it. What a page is told of others does not tell on one of
//! them: whether somebody has a page open is said only of ten people or more, and in steps of five; and how many a group
//! is together with others, or without somebody, is not said, since that tells who is in it. It fails as the database does.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{
        groups,
        posts::Fields,
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
    /// So many people; and about so many of them with a page open, where that may be said.
    Of { people: usize, live: Option<usize> },
    /// More people than are counted; about so many people have a page open.
    Many { live: usize },
    /// At most so many: who is in several of the groups, or is excepted, is counted all the same.
    AtMost(u64),
}

/// Whom a form as it is filled in would reach now.
pub async fn reach(db: &impl ConnectionTrait, hub: &Hub, fields: &Fields) -> Result<Reach, DbErr> {
    let except = ids(db, &fields.except).await?;
    match fields.audience.as_str() {
        "everyone" => everyone(db, hub, fields.external, except.is_empty()).await,
        _ => chosen(db, hub, fields, except).await,
    }
}

/// Whether one of them is from outside, and not meant anyway, is not said by a difference.
async fn everyone(
    db: &impl ConnectionTrait,
    hub: &Hub,
    external: bool,
    is_without_exception: bool,
) -> Result<Reach, DbErr> {
    let found = users::everyone(db, external, MAX_COUNTED).await?;
    Ok(match found.next {
        Some(_) => Reach::Many { live: rounded(hub.live_users()) },
        None if is_without_exception => count(&found.rows.into_iter().map(UserId).collect(), hub),
        None => Reach::AtMost(found.rows.len() as u64),
    })
}

async fn chosen(
    db: &impl ConnectionTrait,
    hub: &Hub,
    fields: &Fields,
    except: HashSet<UserId>,
) -> Result<Reach, DbErr> {
    let named = ids(db, &fields.recipients).await?;
    let (groups, _) = groups::find_by_names(db, &fields.groups).await?;
    let in_groups: u64 = groups.iter().map(|group| group.members.unsigned_abs()).sum();
    match &groups[..] {
        [] => Ok(count(&named.difference(&except).copied().collect(), hub)),
        [alone] if named.is_empty() && except.is_empty() && in_groups <= MAX_COUNTED => {
            let members = groups::who_may_sign_in(db, [alone.group_id()]).await?;
            Ok(count(&members.into_iter().collect(), hub))
        }
        _ => Ok(Reach::AtMost(in_groups + named.len() as u64)),
    }
}

async fn ids(db: &impl ConnectionTrait, names: &[String]) -> Result<HashSet<UserId>, DbErr> {
    Ok(users::find_by_names(db, names).await?.0.iter().map(User::user_id).collect())
}

fn count(people: &HashSet<UserId>, hub: &Hub) -> Reach {
    let live = people.iter().filter(|user| hub.is_live(**user)).count();
    Reach::Of { people: people.len(), live: (people.len() >= FEW).then(|| rounded(live)) }
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
