//! Keeps the words of posts that were there before words were kept, and of those whose author has another name: in portions,
//! the newest first, so that publishing waits for one of them at most. On several nodes, they share the work.

use std::time::{Duration, Instant};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    db::{self, Db, Transaction},
    domain::{
        pace::Pace,
        posts::search::{contents::Contents, index},
    },
    entities::{audiences, posts, word_filling},
    live::{audience::Scope, log::posts::with_authors},
};

/// It is looked no more often whether there is something to do.
const MIN_PAUSE: Duration = Duration::from_secs(5);

/// Of so many posts it is looked at a start whether their words are kept.
const LOOKED_AT: u64 = 1000;

/// Keeps words, until `stop` says that it ends.
pub async fn run(db: Db, stop: CancellationToken) {
    if let Err(error) = mend(&db).await {
        tracing::warn!(%error, "It could not be found out whether words are missing");
    }
    let mut rounds = db.rounds();
    while !stop.is_cancelled() {
        let filled = fill(&db, &stop).await;
        if let Err(error) = &filled {
            tracing::warn!(%error, "The words of earlier posts could not be kept; tried again");
        }
        let rested = async {
            tokio::time::sleep(MIN_PAUSE).await;
            rounds.next(filled.is_err().then(clock::now_ms)).await;
        };
        stop.run_until_cancelled(rested).await;
    }
    tracing::debug!("The keeping of earlier words has ended");
}

async fn fill(db: &Db, stop: &CancellationToken) -> Result<(), DbErr> {
    let mut pace = Pace::new();
    while !stop.is_cancelled() && is_anything_left(&db.read).await? {
        let started = Instant::now();
        db::with_timeout(portion(db, pace.rows())).await?;
        tokio::select! {
            () = tokio::time::sleep(pace.rest_after(started.elapsed())) => {}
            () = stop.cancelled() => {}
        }
    }
    Ok(())
}

/// A node of an earlier build, which may have published beside this one until now, kept no words.
async fn mend(db: &Db) -> Result<(), DbErr> {
    if word_filling::Entity::find_by_id(0).one(&db.read).await?.is_some() {
        return Ok(());
    }
    if let Some(newest) = index::missing(&db.read, LOOKED_AT).await? {
        let row = word_filling::ActiveModel { author_id: Set(0), below: Set(newest + 1) };
        let again = OnConflict::new().do_nothing().to_owned();
        word_filling::Entity::insert(row).on_conflict(again).exec_without_returning(&db.write).await?;
    }
    Ok(())
}

async fn is_anything_left(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(word_filling::Entity::find().one(db).await?.is_some())
}

async fn portion(db: &Db, count: u64) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let first = word_filling::Entity::find().order_by_asc(word_filling::Column::AuthorId);
    let Some(filling) = first.lock_exclusive().one(&tx).await? else { return tx.rollback().await };
    let numbers = next(&tx, &filling, count).await?;
    // Nobody edits them before their words are kept.
    let rows =
        posts::Entity::find().filter(posts::Column::Number.is_in(numbers.iter().copied())).lock_shared();
    for published in with_authors(&tx, rows.all(&tx).await?).await? {
        index::put(&tx, published.post.number, &Contents::of_post(&published)).await?;
    }
    match numbers.last().filter(|_| numbers.len() as u64 == count) {
        Some(last) => {
            let row = word_filling::ActiveModel { below: Set(*last), ..Default::default() };
            let this = word_filling::Column::AuthorId.eq(filling.author_id);
            word_filling::Entity::update_many().set(row).filter(this).exec(&tx).await?;
        }
        None => {
            word_filling::Entity::delete_by_id(filling.author_id).exec(&tx).await?;
        }
    }
    tx.commit().await
}

/// The next numbers, newest first.
async fn next(tx: &Transaction, filling: &word_filling::Model, count: u64) -> Result<Vec<i64>, DbErr> {
    if filling.author_id == 0 {
        let left = posts::Entity::find().select_only().column(posts::Column::Number);
        let left = left.filter(posts::Column::Number.lt(filling.below));
        return left.order_by_desc(posts::Column::Number).limit(count).into_tuple().all(tx).await;
    }
    let left = audiences::Entity::find().select_only().column(audiences::Column::Number);
    left.filter(audiences::Column::Scope.eq(Scope::Author))
        .filter(audiences::Column::Subject.eq(filling.author_id))
        .filter(audiences::Column::Number.lt(filling.below))
        .order_by_desc(audiences::Column::Number)
        .limit(count)
        .into_tuple()
        .all(tx)
        .await
}
