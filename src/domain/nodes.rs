//! The nodes that share a database, and who listens on each, for "live now". A node that is gone without a word
//! is void after half a minute. Whatever takes a `db` fails as the database does.

use std::{collections::HashSet, time::Duration};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, TryGetable,
    sea_query::OnConflict,
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    domain::instance::Instance,
    entities::nodes,
    ids::{SessionKey, UserId},
    live::{Hub, Log},
};

/// How often a node says who listens on it.
const WRITE_INTERVAL: Duration = Duration::from_secs(10);

/// And how often it reads what the others say.
const READ_INTERVAL: Duration = Duration::from_secs(2);

/// What a node said counts for so long.
const GOOD_FOR_MS: i64 = 30_000;

/// What nobody needs any more is removed, with room for clocks that differ.
const KEPT_FOR_MS: i64 = 10 * 60_000;

/// As much of a session's key as tells it from the others of one user.
const SHORT_KEY: usize = 12;

/// What a node calls itself.
pub type NodeId = u128;

/// Tells the other nodes who listens here, and the hub who listens there, until `stop`; and finds out whether one of
/// them is of an earlier build.
pub async fn keep_in_touch(log: Log, hub: Hub, me: NodeId, instance: Instance, stop: CancellationToken) {
    let db = log.db();
    if !db.is_shared() {
        return;
    }
    let (mut writes, mut reads) =
        (tokio::time::interval(WRITE_INTERVAL), tokio::time::interval(READ_INTERVAL));
    loop {
        let done = tokio::select! {
            _ = writes.tick() => write(&db.write, me, &hub, &instance).await,
            _ = reads.tick() => hear(&log, me, &hub, &instance).await,
            () = stop.cancelled() => break,
        };
        if let Err(error) = done {
            tracing::debug!(%error, "Nodes could not tell each other who is live");
        }
    }
    // If it cannot be removed, it will be void soon.
    let _ = nodes::Entity::delete_by_id(name(me)).exec(&db.write).await;
}

/// Which of these sessions of one user listen on other nodes than `me`.
pub async fn live_sessions(
    db: &impl ConnectionTrait,
    me: NodeId,
    sessions: &[SessionKey],
) -> Result<HashSet<SessionKey>, DbErr> {
    let said: Vec<String> = said_elsewhere(db, me, nodes::Column::LiveSessions).await?;
    let live: HashSet<_> = said.iter().flat_map(|keys| keys.split(',')).collect();
    Ok(sessions.iter().filter(|key| live.contains(short(key))).cloned().collect())
}

/// Hears what the other nodes say: who listens there, and whether one is of an earlier build.
pub async fn hear(log: &Log, me: NodeId, hub: &Hub, instance: &Instance) -> Result<(), DbErr> {
    let db = &log.db().read;
    let cookies: Vec<Option<String>> = said_elsewhere(db, me, nodes::Column::Cookie).await?;
    let has_older_beside = cookies.iter().any(Option::is_none);
    instance.set_older_beside(has_older_beside);
    log.set_short_cursors(has_older_beside);
    hub.set_live_elsewhere(live_elsewhere(db, me).await?);
    Ok(())
}

async fn write(db: &impl ConnectionTrait, me: NodeId, hub: &Hub, instance: &Instance) -> Result<(), DbErr> {
    let now = clock::now_ms();
    let users: Vec<_> = hub.live_here().iter().map(|user| user.0.to_string()).collect();
    let sessions = hub.sessions_here();
    let sessions: Vec<_> = sessions.iter().map(short).collect();
    let row = nodes::ActiveModel {
        id: Set(name(me)),
        live_users: Set(users.join(",")),
        live_sessions: Set(sessions.join(",")),
        written_ms: Set(now),
        cookie: Set(Some(instance.name().to_owned())),
    };
    let again = OnConflict::column(nodes::Column::Id)
        .update_columns([
            nodes::Column::LiveUsers,
            nodes::Column::LiveSessions,
            nodes::Column::WrittenMs,
            nodes::Column::Cookie,
        ])
        .to_owned();
    nodes::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    let over = nodes::Column::WrittenMs.lt(now - KEPT_FOR_MS);
    nodes::Entity::delete_many().filter(over).exec(db).await.map(|_| ())
}

async fn live_elsewhere(db: &impl ConnectionTrait, me: NodeId) -> Result<HashSet<UserId>, DbErr> {
    let said: Vec<String> = said_elsewhere(db, me, nodes::Column::LiveUsers).await?;
    Ok(said.iter().flat_map(|ids| ids.split(',')).filter_map(|id| id.parse().ok()).map(UserId).collect())
}

/// What the other nodes say in this column, of those that are heard of.
async fn said_elsewhere<T: TryGetable>(
    db: &impl ConnectionTrait,
    me: NodeId,
    column: nodes::Column,
) -> Result<Vec<T>, DbErr> {
    nodes::Entity::find()
        .select_only()
        .column(column)
        .filter(nodes::Column::Id.ne(name(me)))
        .filter(nodes::Column::WrittenMs.gt(clock::now_ms() - GOOD_FOR_MS))
        .into_tuple::<T>()
        .all(db)
        .await
}

fn name(node: NodeId) -> String {
    format!("{node:032x}")
}

fn short(key: &SessionKey) -> &str {
    key.as_str().get(..SHORT_KEY).unwrap_or(key.as_str())
}
