//! The clock that all streams share: it tells each when its heartbeat is due, and when its right may have ended.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    live::hub::{Hub, delivery::BATCH, milliseconds, subscription::Stream},
};

/// Heartbeats and expiries are noticed within so long.
const TICK_INTERVAL: Duration = Duration::from_millis(500);

/// Of the streams whose heartbeat is due in one tick, at most so many parts are woken one after the other: posts do not
/// wait for all of them.
const TICK_PARTS: usize = 25;

impl Hub {
    /// The shared clock: wakes the streams whose heartbeat or expiry is due.
    pub async fn keep_time(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(TICK_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let due = self.tick();
            // As many as a delivery serves at once: there is no use in waking up for fewer.
            for part in due.chunks(due.len().div_ceil(TICK_PARTS).max(BATCH)) {
                part.iter().for_each(|stream| stream.beat());
                tokio::time::sleep(TICK_INTERVAL / (2 * TICK_PARTS as u32)).await;
            }
        }
        tracing::debug!("The hub's clock has ended");
    }

    /// Ends the streams whose time is over, and returns those whose heartbeat is due.
    fn tick(&self) -> Vec<Arc<Stream>> {
        let (now, now_ms) = (self.now(), clock::now_ms());
        let next = now + milliseconds(self.0.heartbeat);
        let mut due = Vec::new();
        for (_, entry) in &mut self.streams().all {
            if entry.ends_ms <= now_ms {
                entry.stream.expire();
            }
            if entry.beat_at <= now {
                entry.beat_at = next;
                due.push(entry.stream.clone());
            }
        }
        due
    }
}
