//! The alerts that tell of calls for help: to whom, and what they say, which is made of what is so each time. Everything here
//! fails as the database does.

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::{
    addressed::{self, Addressed},
    words::{self, Caller},
};
use crate::{
    domain::{
        audit::Actor,
        change::Change,
        posts::{
            self, Author, Draft, Fields, Post, PublishError, Severity,
            answers::{self, Answer},
            changes::{self, Edit, EditFields},
        },
        users,
    },
    entities::{posts as post_table, receipts},
    ids::UserId,
};

/// So many of one moment are told one by one; more of them, in one alert.
const MAX_ALONE: usize = 3;

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
    let people: Vec<_> = calls.iter().map(|call| call.user).collect();
    let hidden = addressed::hidden(change, &post, &people).await?;
    let mut told = vec![None; calls.len()];
    for is_hidden in [false, true] {
        let places: Vec<usize> =
            (0..calls.len()).filter(|place| hidden.contains(&calls[*place].user) == is_hidden).collect();
        if places.is_empty() {
            continue;
        }
        let to = addressed::of(change, &post, is_hidden).await?;
        let together = if places.len() > MAX_ALONE { places.len() } else { 1 };
        for some in places.chunks(together) {
            let these = some.iter().map(|place| (calls[*place].user, calls[*place].answer.clone()));
            let callers = named(change, these.collect()).await?;
            let call = publish(change, &post, to.clone(), &callers).await?;
            some.iter().for_each(|place| told[*place] = call);
        }
    }
    Ok(told)
}

/// Has an alert that goes on say who of its callers waits still; with `again` it is told again. It is over with this note when
/// nobody waits.
pub(super) async fn retell(
    change: &mut Change,
    by: &Actor,
    call: i64,
    note: &str,
    again: bool,
) -> Result<(), DbErr> {
    let Some(alert) = changes::hold(change, call).await? else { return Ok(()) };
    // What is over or gone already need not be ended.
    if alert.is_over() || alert.is_gone() {
        return Ok(());
    }
    let Some((about, waiting)) = waiting(change, call).await? else {
        return changes::resolve(change, by, alert, Some(note.to_owned())).await.map(|_| ());
    };
    let people: Vec<_> = waiting.iter().map(|(user, _)| *user).collect();
    let is_hidden = !addressed::hidden(change, &about, &people).await?.is_empty();
    let to = addressed::of(change, &about, is_hidden).await?;
    let callers = named(change, waiting).await?;
    let (title, body) = (words::title(&callers), words::body(&about, &callers, to.may_look));
    let fields = EditFields { title: Some(title), body: Some(body), again, ..EditFields::default() };
    let to_these = EditFields { audience: Some(to.fields), ..fields.clone() };
    // Where there is nobody to be told, it stays for whom it is.
    for fields in [to_these, fields] {
        let Ok(edit) = Edit::parse(fields) else { continue };
        let alert = alert.clone();
        if changes::edit(change, &Actor::server(), alert, edit).await?.is_ok() {
            break;
        }
    }
    Ok(())
}

/// Who waits of those whom an alert tells of, with what they answered, and the post that they answered; none, if nobody waits.
async fn waiting(change: &Change, call: i64) -> Result<Option<(Post, Vec<(UserId, Answer)>)>, DbErr> {
    let rows = receipts::Entity::find()
        .filter(receipts::Column::CallId.eq(call))
        .filter(receipts::Column::TakenMs.is_null())
        .order_by_asc(receipts::Column::UserId)
        .all(&change.tx)
        .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let Some(about) = post_table::Entity::find_by_id(first.post_id).one(&change.tx).await? else {
        return Ok(None);
    };
    let answers = rows.into_iter().filter_map(|row| Some((UserId(row.user_id), answer(&about, row)?)));
    let waiting: Vec<_> = answers.collect();
    Ok((!waiting.is_empty()).then_some((about, waiting)))
}

/// What somebody answered to a post, as it is kept.
pub(super) fn answer(about: &Post, receipt: receipts::Model) -> Option<Answer> {
    let index = receipt.answer?;
    let offer = answers::of(about).into_iter().nth(usize::try_from(index).ok()?)?;
    Some(Answer {
        index,
        needs_help: offer.kind == answers::Meaning::Help,
        text: offer.text,
        note: receipt.note,
        telephone: receipt.telephone,
    })
}

async fn named(change: &Change, callers: Vec<(UserId, Answer)>) -> Result<Vec<Caller>, DbErr> {
    let names = users::names(&change.tx, callers.iter().map(|(user, _)| *user)).await?;
    let caller = |(user, answer)| Caller { name: names.get(&user).cloned().unwrap_or_default(), answer };
    Ok(callers.into_iter().map(caller).collect())
}

async fn publish(
    change: &mut Change,
    about: &Post,
    to: Addressed,
    callers: &[Caller],
) -> Result<Option<i64>, DbErr> {
    let severity = if about.severity == Some(Severity::Critical) { "critical" } else { "warning" };
    let fields = Fields {
        kind: "alert".into(),
        severity: severity.into(),
        title: words::title(callers),
        body: words::body(about, callers, to.may_look),
        drill: about.drill,
        ..to.fields
    };
    // Whom nobody can be told of stands on the roster all the same.
    let Ok(draft) = Draft::parse(&fields) else { return Ok(None) };
    let (user, by) = (UserId(about.author_id), Actor::server());
    match posts::publish(change, &Author { user, by, only: None, token: None }, &draft).await {
        Ok(call) => Ok(Some(call.id)),
        Err(PublishError::Database(error)) => Err(error),
        Err(PublishError::Problems(_) | PublishError::OtherGroups) => Ok(None),
    }
}
