//! To whose open pages a post was sent that asks something, or any post where the organisation lets authors see who has read it.
//! What the pages of all people passed over is looked through every ten seconds, and of what is not about such a post nothing
//! is written. Whatever takes a `db` fails as the database does.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    db::{self, Db},
    domain::{
        organisation::{self, Receipts},
        posts::{
            Post,
            roster::{self, View},
            roster_header,
        },
    },
    entities::{deliveries, posts},
    live::{Hub, Log, hub::Passed},
};

/// What was sent is written down after so long.
const WRITE_INTERVAL: Duration = Duration::from_secs(10);

/// Of what asks anybody, so much is looked at in one round: the newest.
const MAX_POSTS: u64 = 200;

/// People in one statement, for which publishing waits.
const PORTION: usize = 1000;

/// Writes down what was sent, and goes on doing so until the stop.
pub async fn run(db: Db, log: Log, hub: Hub, stop: CancellationToken) {
    while !stop.is_cancelled() {
        stop.run_until_cancelled(tokio::time::sleep(WRITE_INTERVAL)).await;
        // After the stop, too: what the streams that have just ended were sent.
        let passed = hub.take_passed();
        if let Err(error) = note(&db, &passed).await {
            tracing::warn!(%error, "It could not be written down to whose pages posts were sent; tried again later");
            hub.put_back_passed(&passed);
        }
        // What other nodes noted, and that reminders went out, is in no event.
        roster_header::tell(&log, &hub).await;
    }
    tracing::debug!("The task of deliveries has ended");
}

async fn note(db: &Db, passed: &Passed) -> Result<(), DbErr> {
    let parts = || passed.iter().flat_map(|(_, parts)| parts);
    let (Some(first), Some(last)) = (parts().map(|part| part.0).min(), parts().map(|part| part.1).max())
    else {
        return Ok(());
    };
    let noted = db::with_timeout(noted_between(&db.read, first, last)).await?;
    for post in noted {
        let is_passed = |part: &&(i64, i64)| part.0 < post.number && post.number <= part.1;
        let people = passed.iter().filter(|(_, parts)| parts.iter().any(|part| is_passed(&part)));
        let people: Vec<i64> = people.map(|(user, _)| user.0).collect();
        for some in people.chunks(PORTION) {
            let reached = db::with_timeout(roster::reached_among(&db.read, &post, View::All, some)).await?;
            db::with_timeout(write(&db.write, &post, &reached)).await?;
        }
    }
    Ok(())
}

/// The posts after one event and through another of which it is to be known: those that ask something, and all where authors
/// see who has read them.
async fn noted_between(db: &impl ConnectionTrait, first: i64, last: i64) -> Result<Vec<Post>, DbErr> {
    // As the index of these rows says it.
    let asks = Expr::col((posts::Entity, posts::Column::Acknowledge)).eq(Expr::cust("TRUE"));
    let is_of_all = organisation::find(db).await?.receipts == Receipts::Names;
    posts::Entity::find()
        .filter(Condition::all().add_option((!is_of_all).then_some(asks)))
        .filter(posts::Column::Number.gt(first))
        .filter(posts::Column::Number.lte(last))
        .order_by_desc(posts::Column::Number)
        .limit(MAX_POSTS)
        .all(db)
        .await
}

async fn write(db: &impl ConnectionTrait, post: &Post, people: &[i64]) -> Result<(), DbErr> {
    if people.is_empty() {
        return Ok(());
    }
    let at_ms = clock::now_ms();
    let row = |user: &i64| deliveries::ActiveModel {
        number: Set(post.number),
        user_id: Set(*user),
        at_ms: Set(at_ms),
    };
    let before =
        OnConflict::columns([deliveries::Column::Number, deliveries::Column::UserId]).do_nothing().to_owned();
    let rows = deliveries::Entity::insert_many(people.iter().map(row));
    rows.on_conflict(before).exec_without_returning(db).await.map(|_| ())
}

/// Forgets what was noted before `before_ms`, at most `count`; how many they were.
pub async fn sweep(db: &impl ConnectionTrait, before_ms: i64, count: u64) -> Result<u64, DbErr> {
    let at = deliveries::Column::AtMs;
    db::delete_first::<deliveries::Entity>(db, at, at.lt(before_ms), count).await
}

/// When the oldest that is kept was noted.
pub async fn oldest_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let by_age = deliveries::Entity::find().order_by_asc(deliveries::Column::AtMs);
    Ok(by_age.one(db).await?.map(|row| row.at_ms))
}
