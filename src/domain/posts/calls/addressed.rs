//! Whom calls for help are told to: who may act on the post and may know whose they are; where nobody of them is left, the
//! admins, who know who is in closed groups. Everything here fails as the database does.

use std::collections::HashSet;

use sea_orm::DbErr;

use crate::{
    domain::{
        change::Change,
        groups,
        posts::{
            Fields, Post,
            coordinators::{self, Coordinators},
            managing,
            roster::{self, View},
        },
        users::{self, User},
    },
    ids::UserId,
};

/// Whom an alert of calls is for.
#[derive(Clone)]
pub(super) struct Addressed {
    pub(super) fields: Fields,
    /// Whether they may look at who has answered.
    pub(super) may_look: bool,
}

/// Of these people, those whom a post reached by a closed group alone.
pub(super) async fn hidden(
    change: &Change,
    post: &Post,
    people: &[UserId],
) -> Result<HashSet<UserId>, DbErr> {
    let (db, view) = (&change.tx, View::WithoutClosed);
    if !view.hides_any(db, post).await? {
        return Ok(HashSet::new());
    }
    let ids: Vec<i64> = people.iter().map(|person| person.0).collect();
    let known = roster::reached_among(db, post, view, &ids).await?;
    Ok(people.iter().filter(|person| !known.contains(&person.0)).copied().collect())
}

/// Who is told of the calls of a post: those of people who are hidden, or the others.
pub(super) async fn of(change: &Change, post: &Post, is_hidden: bool) -> Result<Addressed, DbErr> {
    let db = &change.tx;
    let (mut people, mut groups) = (vec![UserId(post.author_id)], Vec::new());
    match coordinators::of(post) {
        None => {}
        Some(Coordinators::Person(person)) => people.push(person),
        // Another may have the name of one that was removed.
        Some(Coordinators::Group(group)) => {
            let may_know = !is_hidden || post.coordinators_by_admin;
            let is_heard = may_know && groups::has_anybody(db, group).await?;
            groups.extend(groups::find(db, group).await?.filter(|_| is_heard).map(|group| group.name));
        }
    }
    let mut recipients = Vec::new();
    for person in people {
        let Some(user) = users::find(db, person).await?.filter(users::may_sign_in) else { continue };
        let may_know = !is_hidden || View::of(db, &user, post).await? == View::All;
        if may_know && managing::may_manage(db, &user, post).await? {
            recipients.push(user.name);
        }
    }
    let may_look = !recipients.is_empty() || !groups.is_empty();
    if !may_look {
        recipients.extend(users::admins(db).await?.into_iter().map(|User { name, .. }| name));
    }
    Ok(Addressed {
        fields: Fields { audience: "chosen".into(), recipients, groups, ..Default::default() },
        may_look,
    })
}
