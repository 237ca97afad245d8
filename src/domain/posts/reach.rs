//! How many people a post would reach, for whoever writes it. What a page is told of others does not tell on one of
//! them: whether somebody has a page open is said only of ten people or more, and in steps of five. It fails as the
//! database does.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{
        groups::{self, Group},
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
    /// At most so many: who is in several of the groups is counted several times.
    AtMost(i64),
}

/// Whom a form as it is filled in would reach now.
pub async fn reach(db: &impl ConnectionTrait, hub: &Hub, fields: &Fields) -> Result<Reach, DbErr> {
    let (without, _) = users::find_by_names(db, &fields.except).await?;
    let without: HashSet<_> = without.iter().map(User::user_id).collect();
    let people = match fields.audience.as_str() {
        "everyone" => {
            let found = users::everyone(db, fields.external, MAX_COUNTED).await?;
            if found.next.is_some() {
                return Ok(Reach::Many { live: rounded(hub.live_users()) });
            }
            found.rows.into_iter().map(UserId).collect()
        }
        _ => {
            let (groups, _) = groups::find_by_names(db, &fields.groups).await?;
            let (named, _) = users::find_by_names(db, &fields.recipients).await?;
            let in_groups: i64 = groups.iter().map(|group| group.members).sum();
            if in_groups > MAX_COUNTED.cast_signed() {
                return Ok(Reach::AtMost(
                    in_groups.saturating_add(i64::try_from(named.len()).unwrap_or(i64::MAX)),
                ));
            }
            let mut people: HashSet<_> = named.iter().map(User::user_id).collect();
            if in_groups > 0 {
                let members = groups::who_may_sign_in(db, groups.iter().map(Group::group_id)).await?;
                people.extend(members);
            }
            people
        }
    };
    Ok(count(&people.difference(&without).copied().collect(), hub))
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
