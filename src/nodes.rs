//! The nodes that share a database, and who listens on each, for "live now". A node that is gone without a word
//! is void after half a minute. Whatever takes a `db` fails as the database does.

use std::{collections::HashSet, time::Duration};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use tokio_util::sync::CancellationToken;

use crate::{clock, db::Db, entities::nodes, live::Hub, users::UserId};

/// How often a node says who listens on it.
const WRITE: Duration = Duration::from_secs(10);

/// And how often it reads what the others say.
const READ: Duration = Duration::from_secs(2);

/// What a node said counts for so long.
const GOOD_FOR_MS: i64 = 30_000;

/// What nobody needs any more is removed, with room for clocks that differ.
const KEPT_FOR_MS: i64 = 10 * 60_000;

/// Tells the other nodes who listens here, and the hub who listens there, until `stop`.
pub async fn keep_in_touch(db: Db, hub: Hub, stop: CancellationToken) {
    if !db.is_shared() {
        return;
    }
    let me = format!("{:032x}", rand::random::<u128>());
    let (mut writes, mut reads) = (tokio::time::interval(WRITE), tokio::time::interval(READ));
    loop {
        let done = tokio::select! {
            _ = writes.tick() => write(&db.write, &me, &hub.live_here()).await,
            _ = reads.tick() => live_elsewhere(&db.read, &me).await.map(|users| hub.live_elsewhere(users)),
            () = stop.cancelled() => break,
        };
        if let Err(error) = done {
            tracing::debug!(%error, "Nodes could not tell each other who is live");
        }
    }
    // If it cannot be removed, it will be void soon.
    let _ = nodes::Entity::delete_by_id(me).exec(&db.write).await;
}

async fn write(db: &impl ConnectionTrait, me: &str, users: &[UserId]) -> Result<(), DbErr> {
    let now = clock::now_ms();
    let users: Vec<_> = users.iter().map(|user| user.0.to_string()).collect();
    let row =
        nodes::ActiveModel { id: Set(me.to_owned()), live_users: Set(users.join(",")), written_ms: Set(now) };
    let again = OnConflict::column(nodes::Column::Id)
        .update_columns([nodes::Column::LiveUsers, nodes::Column::WrittenMs])
        .to_owned();
    nodes::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    let over = nodes::Column::WrittenMs.lt(now - KEPT_FOR_MS);
    nodes::Entity::delete_many().filter(over).exec(db).await.map(|_| ())
}

async fn live_elsewhere(db: &impl ConnectionTrait, me: &str) -> Result<HashSet<UserId>, DbErr> {
    let others = nodes::Entity::find()
        .filter(nodes::Column::Id.ne(me))
        .filter(nodes::Column::WrittenMs.gt(clock::now_ms() - GOOD_FOR_MS))
        .all(db)
        .await?;
    let ids = others.iter().flat_map(|node| node.live_users.split(',')).filter_map(|id| id.parse().ok());
    Ok(ids.map(UserId).collect())
}
