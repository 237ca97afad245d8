//! The nodes that share a database, and who listens on each, for "live now". A node that is gone without a word
//! is void after half a minute. Whatever takes a `db` fails as the database does.

use std::{collections::HashSet, time::Duration};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    TryGetableMany, sea_query::OnConflict,
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
    let (mut writes, mut rounds) = (tokio::time::interval(WRITE_INTERVAL), db.rounds());
    let mut next_ms = None;
    loop {
        let done = tokio::select! {
            _ = writes.tick() => write(&db.write, me, &hub, &instance).await,
            () = rounds.next(next_ms) => {
                let heard = hear(&log, me, &hub, &instance).await;
                next_ms = heard.as_ref().map_or_else(|_| Some(clock::now_ms()), |next| *next);
                heard.map(|_| ())
            }
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
    let said: Vec<String> = said_elsewhere(db, me, [nodes::Column::LiveSessions]).await?;
    let live: HashSet<_> = said.iter().flat_map(|keys| keys.split(',')).collect();
    Ok(sessions.iter().filter(|key| live.contains(short(key))).cloned().collect())
}

/// Hears what the other nodes say: who listens there, and whether one is of an earlier build. Until when all of it counts,
/// in Unix milliseconds.
pub async fn hear(log: &Log, me: NodeId, hub: &Hub, instance: &Instance) -> Result<Option<i64>, DbErr> {
    let columns = [nodes::Column::Cookie, nodes::Column::LiveUsers, nodes::Column::WrittenMs];
    let said: Vec<(Option<String>, String, i64)> = said_elsewhere(&log.db().read, me, columns).await?;
    let has_older_beside = said.iter().any(|(cookie, ..)| cookie.is_none());
    instance.set_older_beside(has_older_beside);
    log.set_short_cursors(has_older_beside);
    let ids = said.iter().flat_map(|(_, ids, _)| ids.split(','));
    hub.set_live_elsewhere(ids.filter_map(|id| id.parse().ok()).map(UserId).collect());
    Ok(said.iter().map(|(.., written_ms)| written_ms + GOOD_FOR_MS).min())
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

/// What the other nodes say in these columns, of those that are heard of.
async fn said_elsewhere<T: TryGetableMany, const N: usize>(
    db: &impl ConnectionTrait,
    me: NodeId,
    columns: [nodes::Column; N],
) -> Result<Vec<T>, DbErr> {
    nodes::Entity::find()
        .select_only()
        .columns(columns)
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
