//! The end of streams: of those whose right was lost, and of all of a node that stops.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use crate::live::{event::LostRight, hub::Hub, sse::Farewell};

/// The ends of all streams of a node that stops are spread over so long: less than the server waits for them.
const STOP_SPREAD: Duration = Duration::from_secs(4);

/// A few streams need no spreading: each takes at most so long.
const MAX_STOP_INTERVAL: Duration = Duration::from_millis(2);

impl Hub {
    /// Ends the streams that a lost right concerns.
    pub fn end(&self, lost: &LostRight) {
        let streams = self.streams();
        let theirs = streams.by_listener.get(&lost.whose).into_iter().flatten();
        let concerned = theirs.filter(|stream| lost.concerns(stream.listener(), &stream.right));
        concerned.for_each(|stream| stream.end(lost.farewell));
    }

    /// Takes no more streams, and ends those there are, one after the other, so that they do not all arrive
    /// at another node at once.
    pub async fn stop(&self) {
        let leaving: Vec<_> = {
            let streams = self.streams();
            self.0.stopping.store(true, Relaxed);
            streams.all.iter().map(|(_, entry)| entry.stream.clone()).collect()
        };
        let each = STOP_SPREAD.div_f64(leaving.len().max(1) as f64).min(MAX_STOP_INTERVAL);
        let mut turns = tokio::time::interval(each);
        for stream in leaving {
            turns.tick().await;
            stream.end(Farewell::Restart);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::{
        ids::{TokenId, UserId},
        live::{
            Viewers,
            hub::{Caps, NoRoom, Request, Subscription},
            right::Right,
        },
    };

    fn hub_of(count: usize) -> (Hub, Vec<Subscription>) {
        let caps = Caps { streams: 9999, per_user: 9999, per_address: 9999 };
        let hub = Hub::new(caps, Duration::from_secs(15));
        let subscriptions = (0..count).map(|_| open(&hub)).collect::<Result<_, _>>().expect("there is room");
        (hub, subscriptions)
    }

    fn open(hub: &Hub) -> Result<Subscription, NoRoom> {
        let nobody = Viewers::default().of(UserId(1).into());
        hub.register(Request {
            viewer: nobody,
            right: Right::Token(TokenId(1)),
            address: IpAddr::from([127, 0, 0, 1]),
            ends_ms: i64::MAX,
            boards: [].into(),
            instead: None,
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_spreads_the_ends_and_comes_to_one() {
        let (hub, subscriptions) = hub_of(8000);
        let ended = || subscriptions.iter().filter(|subscription| subscription.farewell().is_some()).count();

        let stopping = tokio::spawn({
            let hub = hub.clone();
            async move { hub.stop().await }
        });

        tokio::time::sleep(STOP_SPREAD / 4).await;
        assert!((1800..2200).contains(&ended()), "{}", ended());
        assert_eq!(open(&hub).err(), Some(NoRoom::Stopping));
        tokio::time::sleep(STOP_SPREAD).await;
        assert_eq!(ended(), 8000);
        assert!(stopping.is_finished());
    }
}
