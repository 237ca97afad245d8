//! The tail task: the only reader that moves committed events from the table into memory, in id order. It ends
//! the streams that lost their right, and tells the hub what there is for whom.

use std::{collections::HashSet, sync::Arc};

use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::{
    clock, db,
    ids::ListenerId,
    live::{
        Broker, Event, Hub, Listeners, Log,
        event::{Change, Content},
        log::{
            MAX_PAGE_EVENTS,
            table::{self, Following},
            timeline,
        },
    },
};

/// Reads what was committed, tells the hub, and waits for a nudge. A lost nudge, and what another process wrote, it finds on
/// its rounds.
pub async fn run(log: Log, hub: Hub, listeners: Listeners, broker: Broker, stop: CancellationToken) {
    let mut away = false;
    let mut rounds = log.db().rounds();
    while !stop.is_cancelled() {
        let looked = log.looks().run(db::with_timeout(look(&log, &hub, &listeners))).await;
        if looked.is_ok() {
            broker.reached(log.head().id);
        }
        match looked {
            Ok(()) if away => {
                away = false;
                tracing::info!("The log is read again");
            }
            Ok(()) => {}
            Err(error) if away => tracing::debug!(%error, "The log cannot be read"),
            Err(error) => {
                away = true;
                tracing::warn!(%error, "The log cannot be read; open streams wait");
            }
        }
        tokio::select! {
            () = broker.nudged() => {}
            () = log.looks().wanted() => {}
            () = rounds.next(away.then(clock::now_ms)) => {}
            () = stop.cancelled() => {}
        }
    }
    tracing::debug!("The tail task has ended");
}

/// A database that was replaced behind our back, by a copy or by a replica that lost the log's end, is another
/// timeline: cursors into ours must be reset, not served from it.
async fn look(log: &Log, hub: &Hub, listeners: &Listeners) -> Result<(), DbErr> {
    let db = log.db();
    // Whichever node gave it a new epoch: the head says which it is now.
    let _ = timeline::renew_if_moved(db).await?;
    let ours = log.head();
    let epoch = table::head(&db.read).await?.0;
    let is_ours = epoch.as_ref() == Some(&ours.epoch);
    if is_ours && read_on(log, hub, listeners).await? {
        return Ok(());
    }
    if is_ours {
        tracing::error!(event = ours.id, "The database lost the end of its log; streams are reset");
        // Unless another node did.
        table::renew_epoch(&db.write, Some(&ours.epoch)).await?;
    }
    log.start_over().await?;
    listeners.forget_all();
    hub.deliver_to_all();
    Ok(())
}

/// Takes what was committed into memory, and tells the hub at once, whatever becomes of the next page. Whether
/// the log still has what memory has.
async fn read_on(log: &Log, hub: &Hub, listeners: &Listeners) -> Result<bool, DbErr> {
    loop {
        let (head, nonce) = log.newest();
        let page = table::page(&log.db().read, head.id, nonce, MAX_PAGE_EVENTS).await?;
        let Following::Events(page) = page else { return Ok(false) };
        let may_have_more = page.len() as u64 + 1 >= MAX_PAGE_EVENTS;
        let page: Vec<_> = page.into_iter().map(Arc::new).collect();
        if !page.is_empty() {
            // Before anybody sees what comes after the loss.
            page.iter().for_each(|event| end_rights(event, log, hub, listeners));
            log.push(&page);
            deliver(&page, log, hub);
            tell_rosters(&page, log, hub).await;
        }
        if !may_have_more {
            return Ok(true);
        }
    }
}

/// Ends what a lost right allowed.
fn end_rights(event: &Event, log: &Log, hub: &Hub, listeners: &Listeners) {
    if let Content::LostRight(lost) = &event.content {
        // Forgotten first: a stream that is not in the hub yet asks once more when it is.
        listeners.forget(lost);
        if lost.right.is_none() {
            // They may see other things now.
            log.viewers().forget(lost.whose);
        }
        hub.end(lost);
    }
}

/// Has the hub deliver these events to whom they concern.
fn deliver(page: &[Arc<Event>], log: &Log, hub: &Hub) {
    if page.iter().any(|event| event.audience.concerns_all()) {
        return hub.deliver_to_all();
    }
    let (mut listeners, mut groups) = (HashSet::new(), HashSet::new());
    for event in page {
        listeners.extend(event.audience.named().map(ListenerId::User));
        listeners.extend(joined_or_left(event));
        groups.extend(event.audience.groups());
    }
    listeners.extend(log.viewers().ever_in(groups));
    hub.deliver_to(&listeners);
}

/// Who watches a roster may be outside of the post's audience: the post, whom it asks, or who may look may be others now.
async fn tell_rosters(page: &[Arc<Event>], log: &Log, hub: &Hub) {
    let is_publication =
        |event: &Event| event.variants.iter().all(|variant| variant.change == Change::Published);
    let is_news = |event: &Event| matches!(event.content, Content::Post(_)) && is_publication(event);
    if page.iter().all(|event| is_news(event)) {
        return;
    }
    // Before they are woken: they look whether it has changed.
    log.note_roster_change();
    hub.deliver_to_watchers(&hub.watched_rosters()).await;
}

/// They may see other boards now.
fn joined_or_left(event: &Event) -> impl Iterator<Item = ListenerId> {
    let changes = match &event.content {
        Content::Memberships(changes) => &**changes,
        _ => &[],
    };
    changes.iter().map(|change| change.listener)
}
