//! Calls for help: who answers a post that they need help is told of at once, to its author and its coordinators, by an alert
//! of its own, which is over when somebody has taken it. Whatever takes a `change` or `changes` fails as the database does.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};

use crate::{
    clock,
    db::Transaction,
    domain::{
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        groups,
        posts::{
            self, Author, Draft, Fields, Post, PublishError, Severity,
            answers::{self, Answer, Meaning},
            changes::{self, Changed, Edit, EditFields},
            coordinators::{self, Coordinators},
            escaped, receipts,
            roster::{self, View},
        },
        users::{self, User},
    },
    entities::{
        post_acts::{self, Act},
        posts as post_table, readers, receipts as table,
    },
    ids::{GroupId, UserId},
    text,
};

/// So many of one moment are told one by one; more of them, in one alert.
const MAX_ALONE: usize = 3;

/// So many are named in one.
const MAX_NAMED: usize = 50;

/// What became of a call that somebody wanted to take, or to give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is as they want it.
    Done,
    /// Somebody else has it.
    By(UserId),
    /// They do not need help, or not any more.
    NotCalling,
}

/// Somebody who calls for help, by answering so.
pub(super) struct Call<'a> {
    pub(super) user: UserId,
    pub(super) answer: &'a Answer,
}

/// Holds what is needed to tell of calls of these posts, and to change these alerts: before the log's counter, as whoever publishes
/// or edits does.
pub(super) async fn hold(change: &Change, posts: &BTreeSet<i64>, calls: &BTreeSet<i64>) -> Result<(), DbErr> {
    for call in calls {
        changes::hold(change, *call).await?;
    }
    let about = post_table::Entity::find().filter(post_table::Column::Id.is_in(posts.iter().copied()));
    let groups = about.all(&change.tx).await?.into_iter().filter_map(|post| post.coordinator_group);
    groups::hold(&change.tx, groups.map(GroupId)).await.map(|_| ())
}

/// Tells of these calls of one post; for each, the alert that does, if there is anybody to be told. After this the log's counter is locked.
pub(super) async fn tell(
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
pub(super) async fn tell_again(
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

/// Ends an alert, if nobody whom it tells of waits any more.
pub(super) async fn end(change: &mut Change, by: &Actor, call: i64, note: String) -> Result<(), DbErr> {
    let waiting = table::Entity::find()
        .filter(table::Column::CallId.eq(call))
        .filter(table::Column::TakenMs.is_null())
        .count(&change.tx)
        .await?;
    if waiting > 0 {
        return Ok(());
    }
    if let Some(post) = changes::hold(change, call).await? {
        let _ = changes::resolve(change, by, post, Some(note)).await?;
    }
    Ok(())
}

/// Notes that somebody helps; of two at once, the second is told who does already.
pub async fn take(
    changes: &Changes,
    by: &User,
    actor: &Actor,
    post: &Post,
    person: UserId,
) -> Result<Taken, DbErr> {
    let mut change = changes.begin().await?;
    let Some(receipt) = calling(&change.tx, post, person).await? else {
        return change.undo().await.map(|()| Taken::NotCalling);
    };
    if let Some(other) = receipt.taken_by {
        let taken = if other == by.id { Taken::Done } else { Taken::By(UserId(other)) };
        return change.undo().await.map(|()| taken);
    }
    begin(&mut change, receipt.call_id).await?;
    write(&mut change, &receipt, Some(by.user_id())).await?;
    note(&mut change, actor, by, post, person, Act::HelpTaken).await?;
    if let Some(call) = receipt.call_id {
        end(&mut change, actor, call, text::of("call-taken").with("name", &by.name).unmarked()).await?;
    }
    change.commit().await.map(|()| Taken::Done)
}

/// Notes that whoever took a call cannot help after all: it is told again.
pub async fn give_back(
    changes: &Changes,
    by: &User,
    actor: &Actor,
    post: &Post,
    person: UserId,
) -> Result<Taken, DbErr> {
    let mut change = changes.begin().await?;
    let Some(receipt) = calling(&change.tx, post, person).await? else {
        return change.undo().await.map(|()| Taken::NotCalling);
    };
    match receipt.taken_by {
        None => return change.undo().await.map(|()| Taken::Done),
        Some(other) if other != by.id => return change.undo().await.map(|()| Taken::By(UserId(other))),
        Some(_) => {}
    }
    begin(&mut change, receipt.call_id).await?;
    write(&mut change, &receipt, None).await?;
    note(&mut change, actor, by, post, person, Act::HelpGivenBack).await?;
    if let Some(call) = receipt.call_id
        && let Some(call) = changes::hold(&change, call).await?
    {
        reopen(&mut change, actor, call).await?;
    }
    change.commit().await.map(|()| Taken::Done)
}

/// Whoever was told of it is told once more.
async fn reopen(change: &mut Change, by: &Actor, call: Post) -> Result<(), DbErr> {
    let call = match changes::reopen(change, by, call).await? {
        Ok(Changed::Yes(call) | Changed::No(call)) => call,
        Err(_) => return Ok(()),
    };
    if let Ok(edit) = Edit::parse(EditFields { again: true, ..EditFields::default() }) {
        let _ = changes::edit(change, by, call, edit).await?;
    }
    Ok(())
}

/// Holds the alert, then the log's counter: both before the rev, as whoever needs all of them takes them.
async fn begin(change: &mut Change, call: Option<i64>) -> Result<(), DbErr> {
    if let Some(call) = call {
        changes::hold(change, call).await?;
    }
    change.take_numbers(0).await.map(|_| ())
}

/// What somebody who needs help said of the post, held until the change ends.
async fn calling(tx: &Transaction, post: &Post, person: UserId) -> Result<Option<table::Model>, DbErr> {
    receipts::hold(tx, BTreeSet::from([person.0])).await?;
    let receipt = table::Entity::find_by_id((person.0, post.id)).one(tx).await?;
    let offers = answers::of(post);
    let needs_help = |receipt: &table::Model| {
        let offer = receipt.answer.and_then(|answer| offers.get(usize::try_from(answer).ok()?));
        offer.is_some_and(|offer| offer.kind == Meaning::Help)
    };
    Ok(receipt.filter(needs_help))
}

async fn write(change: &mut Change, receipt: &table::Model, by: Option<UserId>) -> Result<(), DbErr> {
    let rev = change.take_rev().await?;
    let taken = table::ActiveModel {
        taken_by: Set(by.map(|by| by.0)),
        taken_ms: Set(by.map(|_| clock::now_ms())),
        acknowledged_rev: Set(Some(rev)),
        rev: Set(rev),
        ..Default::default()
    };
    table::Entity::update_many()
        .set(taken)
        .filter(table::Column::UserId.eq(receipt.user_id))
        .filter(table::Column::PostId.eq(receipt.post_id))
        .exec(&change.tx)
        .await?;
    readers::Entity::update_many()
        .col_expr(readers::Column::Rev, Expr::value(rev))
        .filter(readers::Column::UserId.eq(receipt.user_id))
        .exec(&change.tx)
        .await
        .map(|_| ())
}

async fn note(
    change: &mut Change,
    actor: &Actor,
    by: &User,
    post: &Post,
    person: UserId,
    act: Act,
) -> Result<(), DbErr> {
    let row = post_acts::ActiveModel {
        post_id: Set(post.id),
        user_id: Set(person.0),
        by_id: Set(Some(by.id)),
        act: Set(act),
        detail: Set(String::new()),
        version: Set(post.version),
        key: Set(None),
        at_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    post_acts::Entity::insert(row).exec_without_returning(&change.tx).await?;
    let action = if act == Act::HelpTaken { Action::TakeCall } else { Action::GiveCallBack };
    let name = users::find(&change.tx, person).await?.map(|user| user.name).unwrap_or_default();
    change.record(Entry::done(actor, action, format!("post {}", post.id)).detail(name)).await
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
