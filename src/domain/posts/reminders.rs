//! Reminders: who was asked, and has said nothing yet, finds the post unread again, and is told of it as of one that arrives,
//! in the way that they chose. Each is a row that stays. Whoever takes `changes` fails as the database does.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use crate::{
    clock,
    db::Transaction,
    domain::{
        audit::{Action, Actor, Entry},
        change::Changes,
        posts::{
            Post, Severity, receipts,
            roster::{self, Filter, State},
        },
    },
    entities::{
        post_acts::{self, Act},
        readers, receipts as table,
    },
    text,
};

/// Nobody is reminded more often in an hour, of all posts together; of critical alerts, they are.
const MAX_AN_HOUR: i64 = 10;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// People in one transaction, for which publishing waits.
const PORTION: u64 = 200;

/// Reminds whoever is asked still, and tells how many that were. What comes again with its key is done once.
pub async fn remind(changes: &Changes, by: &Actor, post: &Post, key: &str) -> Result<u64, DbErr> {
    let key = format!("remind-{}-{key}", post.id);
    let mut filter = Filter { state: Some(State::Outstanding), ..Filter::default() };
    let mut reminded = 0;
    loop {
        let found = roster::list(&changes.db().read, post, &filter, PORTION).await?;
        let people = found.rows.iter().map(|entry| entry.user.id).collect();
        reminded += remind_some(changes, by, post, &key, people).await?;
        filter.search.after = found.next;
        if filter.search.after.is_none() {
            break;
        }
    }
    if reminded > 0 {
        let mut change = changes.begin().await?;
        let entry = Entry::done(by, Action::Remind, format!("post {}", post.id));
        change.record(entry.detail(text::of("audit-people").with("count", reminded))).await?;
        change.commit().await?;
    }
    Ok(reminded)
}

async fn remind_some(
    changes: &Changes,
    by: &Actor,
    post: &Post,
    key: &str,
    mut people: BTreeSet<i64>,
) -> Result<u64, DbErr> {
    if people.is_empty() {
        return Ok(0);
    }
    let mut change = changes.begin().await?;
    let tx = &change.tx;
    receipts::hold(tx, people.clone()).await?;
    let passed_over = passed_over(tx, post, key, &people).await?;
    people.retain(|user| !passed_over.contains(user));
    if people.is_empty() {
        return change.undo().await.map(|()| 0);
    }
    let rev = change.take_rev().await?;
    write(&change.tx, by, post, key, &people, rev).await?;
    change.commit().await?;
    Ok(people.len() as u64)
}

/// Who was reminded with this key already, has said something meanwhile, or was reminded often enough.
async fn passed_over(
    tx: &Transaction,
    post: &Post,
    key: &str,
    people: &BTreeSet<i64>,
) -> Result<HashSet<i64>, DbErr> {
    let these = || people.iter().copied();
    let known = post_acts::Entity::find()
        .select_only()
        .column(post_acts::Column::UserId)
        .filter(post_acts::Column::UserId.is_in(these()))
        .filter(post_acts::Column::Key.eq(key));
    let mut found: HashSet<i64> = known.into_tuple().all(tx).await?.into_iter().collect();
    let done = table::Entity::find()
        .select_only()
        .column(table::Column::UserId)
        .filter(table::Column::PostId.eq(post.id))
        .filter(table::Column::UserId.is_in(these()))
        .filter(table::Column::AcknowledgedMs.is_not_null());
    found.extend(done.into_tuple::<i64>().all(tx).await?);
    if post.severity != Some(Severity::Critical) {
        let often = post_acts::Entity::find()
            .select_only()
            .column(post_acts::Column::UserId)
            .filter(post_acts::Column::UserId.is_in(these()))
            .filter(post_acts::Column::Act.eq(Act::Reminded))
            .filter(post_acts::Column::AtMs.gt(clock::ago_ms(HOUR)))
            .group_by(post_acts::Column::UserId)
            .having(post_acts::Column::Id.count().gte(MAX_AN_HOUR));
        found.extend(often.into_tuple::<i64>().all(tx).await?);
    }
    Ok(found)
}

async fn write(
    tx: &Transaction,
    by: &Actor,
    post: &Post,
    key: &str,
    people: &BTreeSet<i64>,
    rev: i64,
) -> Result<(), DbErr> {
    use table::Column::{AtMs, IsUnread, PostId, ReadAt, RemindedMs, Rev, UserId};
    let now_ms = clock::now_ms();
    let receipt = |user: &i64| table::ActiveModel {
        user_id: Set(*user),
        post_id: Set(post.id),
        number: Set(post.number),
        read_at: Set(0),
        is_unread: Set(true),
        reminded_ms: Set(Some(now_ms)),
        rev: Set(rev),
        at_ms: Set(now_ms),
        ..Default::default()
    };
    let same = OnConflict::columns([UserId, PostId])
        .update_columns([ReadAt, IsUnread, RemindedMs, Rev, AtMs])
        .to_owned();
    let rows = table::Entity::insert_many(people.iter().map(receipt));
    rows.on_conflict(same).exec_without_returning(tx).await?;
    readers::Entity::update_many()
        .col_expr(readers::Column::Rev, Expr::value(rev))
        .filter(readers::Column::UserId.is_in(people.iter().copied()))
        .exec(tx)
        .await?;
    let act = |user: &i64| post_acts::ActiveModel {
        post_id: Set(post.id),
        user_id: Set(*user),
        by_id: Set(by.person().map(|person| person.0)),
        act: Set(Act::Reminded),
        detail: Set(String::new()),
        version: Set(post.version),
        key: Set(Some(key.to_owned())),
        at_ms: Set(now_ms),
        ..Default::default()
    };
    post_acts::Entity::insert_many(people.iter().map(act)).exec_without_returning(tx).await.map(|_| ())
}
