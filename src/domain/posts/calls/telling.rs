//! The alerts that tell of calls for help: to whom, and what they say. Everything here fails as the database does.

use sea_orm::{DbErr, EntityTrait};

use crate::{
    domain::{
        audit::Actor,
        change::Change,
        groups,
        posts::{
            self, Author, Draft, Fields, Post, PublishError, Severity,
            answers::Answer,
            changes::{self, Edit, EditFields},
            coordinators::{self, Coordinators},
            escaped,
            roster::{self, View},
        },
        users::{self, User},
    },
    entities::posts as post_table,
    ids::UserId,
    text,
};

/// So many of one moment are told one by one; more of them, in one alert.
const MAX_ALONE: usize = 3;

/// So many are named in one.
const MAX_NAMED: usize = 50;

/// Somebody who calls for help, by answering so.
pub(in crate::domain::posts) struct Call<'a> {
    pub(in crate::domain::posts) user: UserId,
    pub(in crate::domain::posts) answer: &'a Answer,
}

/// Tells of these calls of one post; for each, the alert that does, if there is anybody to be told. After this the log's counter is locked.
pub(in crate::domain::posts) async fn tell(
    change: &mut Change,
    post: i64,
    calls: &[Call<'_>],
) -> Result<Vec<Option<i64>>, DbErr> {
    let Some(post) = post_table::Entity::find_by_id(post).one(&change.tx).await? else {
        return Ok(vec![None; calls.len()]);
    };
    let shown = shown_to_author(change, &post, calls).await?;
    let mut told = vec![None; calls.len()];
    for is_shown in [true, false] {
        let places: Vec<usize> = (0..calls.len()).filter(|place| shown[*place] == is_shown).collect();
        if places.is_empty() {
            continue;
        }
        let to = addressed(change, &post, is_shown).await?;
        let together = if places.len() > MAX_ALONE { places.len() } else { 1 };
        for some in places.chunks(together) {
            let these: Vec<_> = some.iter().map(|place| &calls[*place]).collect();
            let call = publish(change, &post, to.clone(), &these).await?;
            some.iter().for_each(|place| told[*place] = call);
        }
    }
    Ok(told)
}

/// Of each of the calls, whether the post's author may know whose it is.
async fn shown_to_author(change: &Change, post: &Post, calls: &[Call<'_>]) -> Result<Vec<bool>, DbErr> {
    let db = &change.tx;
    let view = match users::find(db, UserId(post.author_id)).await? {
        Some(author) => View::of(db, &author, post).await?,
        None => View::WithoutClosed,
    };
    if !view.hides_any(db, post).await? {
        return Ok(vec![true; calls.len()]);
    }
    let people: Vec<i64> = calls.iter().map(|call| call.user.0).collect();
    let known = roster::reached_among(db, post, view, &people).await?;
    Ok(people.iter().map(|person| known.contains(person)).collect())
}

/// Says in an alert that is not taken what its caller says now, and tells of it again.
pub(in crate::domain::posts) async fn tell_again(
    change: &mut Change,
    call: i64,
    about: i64,
    answer: &Answer,
) -> Result<(), DbErr> {
    let Some(post) = changes::hold(change, call).await? else { return Ok(()) };
    let Some(about) = post_table::Entity::find_by_id(about).one(&change.tx).await? else { return Ok(()) };
    let body = Some(body(&about, answer));
    let Ok(edit) = Edit::parse(EditFields { body, again: true, ..EditFields::default() }) else {
        return Ok(());
    };
    // What is not to be edited any more is left as it is.
    let _ = changes::edit(change, &Actor::server(), post, edit).await?;
    Ok(())
}

async fn publish(
    change: &mut Change,
    about: &Post,
    to: Fields,
    calls: &[&Call<'_>],
) -> Result<Option<i64>, DbErr> {
    let names = users::names(&change.tx, calls.iter().map(|call| call.user)).await?;
    let name = |call: &&Call<'_>| names.get(&call.user).cloned().unwrap_or_default();
    let Some(first) = calls.first() else { return Ok(None) };
    let Some(owner) = users::find(&change.tx, first.user).await? else { return Ok(None) };
    let (title, body) = match calls {
        [call] => {
            let title = text::of("call-title").with("name", name(call)).with("answer", &call.answer.text);
            (title.unmarked(), body(about, call.answer))
        }
        _ => {
            let mut all: Vec<_> = calls.iter().take(MAX_NAMED).map(|call| escaped(&name(call))).collect();
            all.extend((calls.len() > MAX_NAMED).then(|| "…".to_owned()));
            let title = text::of("call-title-many").with("count", calls.len()).unmarked();
            (title, format!("{}\n\n{}", all.join(", "), link(about)))
        }
    };
    let severity = if about.severity == Some(Severity::Critical) { "critical" } else { "warning" };
    let fields =
        Fields { kind: "alert".into(), severity: severity.into(), title, body, drill: about.drill, ..to };
    // Whom nobody can be told of stands on the roster all the same.
    let Ok(draft) = Draft::parse(&fields) else { return Ok(None) };
    let (user, by) = (owner.user_id(), Actor::server_for(&owner));
    match posts::publish(change, &Author { user, by, only: None, token: None }, &draft).await {
        Ok(call) => Ok(Some(call.id)),
        Err(PublishError::Database(error)) => Err(error),
        Err(PublishError::Problems(_) | PublishError::OtherGroups) => Ok(None),
    }
}

/// What one of them says: nothing that was typed is Markdown.
fn body(about: &Post, answer: &Answer) -> String {
    let said = [answer.note.as_deref(), answer.telephone.as_deref()];
    let mut parts: Vec<_> = said.into_iter().flatten().map(escaped).collect();
    parts.push(link(about));
    parts.join("\n\n")
}

fn link(about: &Post) -> String {
    let words = text::of("call-about").with("title", &about.title).unmarked();
    format!("[{}](/admin/posts/{}/roster)", escaped(&words), about.id)
}

/// Whom calls of a post are told: its coordinators, and its author, if they may know whose they are. Where nobody is left, the
/// admins are told, who know who is in closed groups.
async fn addressed(change: &Change, post: &Post, is_shown: bool) -> Result<Fields, DbErr> {
    let author = is_shown.then_some(UserId(post.author_id));
    let (mut people, mut named): (Vec<_>, Vec<_>) = (author.into_iter().collect(), Vec::new());
    match coordinators::of(post) {
        None => {}
        Some(Coordinators::Person(person)) => people.push(person),
        // Another may have the name of one that was removed.
        Some(Coordinators::Group(group)) => {
            let is_empty = groups::who_may_sign_in(&change.tx, [group]).await?.is_empty();
            let found = groups::find(&change.tx, group).await?.filter(|_| is_shown || !is_empty);
            named.extend(found.map(|group| group.name));
        }
    }
    if !is_shown && people.is_empty() && named.is_empty() {
        people.extend(users::admins(&change.tx).await?.iter().map(User::user_id));
    }
    let mut recipients = Vec::new();
    for person in people {
        let found = users::find(&change.tx, person).await?;
        recipients.extend(found.filter(users::may_sign_in).map(|user| user.name));
    }
    Ok(Fields { audience: "chosen".into(), recipients, groups: named, ..Default::default() })
}
