//! Who has an account already, as far as a list is compared with it.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryOrder, QuerySelect};

use crate::{
    domain::{
        groups,
        imports::{
            likeness::Likeness,
            list::ListedRow,
            plan::{Fact, Leaver},
        },
        users::{DisabledBy, Named, Role, ends},
    },
    entities::users,
    ids::{GroupId, UserId},
};

/// Somebody who has an account.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) name: String,
    name_key: String,
    folded: Option<String>,
    skeleton: Option<String>,
    folded_skeleton: Option<String>,
    pub(super) role: Role,
    pub(super) disabled: bool,
    disabled_by: Option<DisabledBy>,
    pub(super) number: Option<String>,
    external: bool,
    pub(super) ends_ms: Option<i64>,
}

/// Everybody who has an account, disabled or not.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Known>, DbErr> {
    use users::Column::{
        Disabled, DisabledBy, EndsMs, External, Folded, FoldedSkeleton, Id, Name, NameKey, Number, Role,
        Skeleton,
    };
    let columns = [
        Id,
        Name,
        NameKey,
        Folded,
        Skeleton,
        FoldedSkeleton,
        Role,
        Disabled,
        DisabledBy,
        Number,
        External,
        EndsMs,
    ];
    users::Entity::find().select_only().columns(columns).order_by_asc(Id).into_model().all(db).await
}

/// The groups that each of them is in; who is in none is left out.
pub(super) async fn memberships(
    db: &impl ConnectionTrait,
) -> Result<HashMap<UserId, HashSet<GroupId>>, DbErr> {
    let mut of_user: HashMap<_, HashSet<_>> = HashMap::new();
    for (group, user) in groups::memberships(db).await? {
        of_user.entry(user).or_default().insert(group);
    }
    Ok(of_user)
}

impl Known {
    pub(super) fn id(&self) -> UserId {
        UserId(self.id)
    }

    pub(super) fn named(&self) -> Named {
        Named { id: self.id(), name: self.name.clone() }
    }

    pub(super) fn may_sign_in(&self) -> bool {
        ends::still_open(self.disabled, self.ends_ms).is_some()
    }

    /// What lists and ends undo is for them to do; what somebody did stays.
    pub(super) fn was_disabled_by_hand(&self) -> bool {
        self.disabled && self.disabled_by.is_none()
    }

    /// By what other names are like this one.
    pub(super) fn looks(&self) -> impl Iterator<Item = (Likeness, &str)> {
        let looks = [
            (Likeness::Written, Some(self.name_key.as_str())),
            (Likeness::Folded, self.folded.as_deref()),
            (Likeness::Skeleton, self.skeleton.as_deref()),
            (Likeness::FoldedSkeleton, self.folded_skeleton.as_deref()),
        ];
        looks.into_iter().filter_map(|(likeness, key)| Some((likeness, key?)))
    }

    pub(super) fn leaves(&self) -> Leaver {
        Leaver {
            user: self.named(),
            number: self.number.clone().unwrap_or_default(),
            is_admin: self.role == Role::Admin,
        }
    }

    /// What of them, but for their groups and their access, the row has otherwise.
    pub(super) fn differences(&self, row: &ListedRow) -> Vec<Fact> {
        let differences = [
            (self.number.is_none(), Fact::Number),
            (self.name != row.name, Fact::Name),
            (self.role != row.role, Fact::Role(self.role)),
            (self.external != row.external, Fact::External),
            (self.ends_ms != row.ends_ms, Fact::Ends),
        ];
        differences.into_iter().filter_map(|(differs, fact)| differs.then_some(fact)).collect()
    }
}
