//! Delivery of what there is for everybody: to all streams, in batches, on as many threads as the runtime has.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use tokio::{runtime::Handle, task::yield_now};
use tokio_util::sync::CancellationToken;

use crate::live::hub::{Hub, subscription::Stream};

/// So many streams are delivered to before other tasks of the same thread have a turn.
pub(super) const BATCH: usize = 32;

impl Hub {
    /// Delivers what there is for everybody until `stop`. What comes meanwhile goes to the streams that have not had
    /// their turn together with what they wait for, and to the others in the next delivery.
    pub async fn deliver(self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.0.news.notified()).await.is_some() {
            let next = Arc::new(AtomicUsize::new(0));
            let walkers = Handle::current().metrics().num_workers().min(self.streams().all.len() / BATCH);
            let others: Vec<_> =
                (1..walkers).map(|_| tokio::spawn(self.clone().walk(next.clone()))).collect();
            self.clone().walk(next).await;
            for other in others {
                // None of them panics: a stream that does is ended.
                let _ = other.await;
            }
        }
        tracing::debug!("Deliveries have ended");
    }

    /// Delivers to all streams, together with others that walk at the same time: `next` is the key of the first stream
    /// to whom nobody goes yet.
    async fn walk(self, next: Arc<AtomicUsize>) {
        let mut some = Vec::with_capacity(BATCH);
        while self.next_batch(next.fetch_add(BATCH, Relaxed), &mut some) {
            some.drain(..).for_each(|stream: Arc<Stream>| stream.deliver());
            yield_now().await;
        }
    }

    /// The streams at the next keys from here on; whether there are such keys.
    fn next_batch(&self, first: usize, some: &mut Vec<Arc<Stream>>) -> bool {
        let all = &self.streams().all;
        some.extend(
            (first..first + BATCH).filter_map(|number| all.get(number)).map(|entry| entry.stream.clone()),
        );
        first < all.capacity()
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, net::IpAddr, time::Duration};

    use bytes::Bytes;
    use tempfile::TempDir;

    use super::*;
    use crate::{
        config::Database,
        db::Db,
        entities::posts::{self, Kind, Model as Post},
        ids::{TokenId, UserId},
        live::log::posts::Published,
        live::{
            Cursor, Event, Log, State,
            audience::{Audience, Standing, Viewer},
            event::{Change, Content, Format, Variant},
            hub::{Caps, Request, Subscription},
            right::Right,
            stream::{
                reader::Reader,
                sink::{BodyReader, Sink},
                source::{Encode, Source},
            },
        },
        text::Language,
    };

    /// An empty log, and a hub where everybody may have a stream.
    async fn nobody() -> (TempDir, Log, Hub) {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let path = folder.path().join("a.db");
        let db = Db::open(&Database::Sqlite(path)).await.expect("a database");
        let log = Log::open(db).await.expect("a log");
        let hub = Hub::new(Caps { streams: 999, per_user: 999, per_address: 999 }, Duration::from_secs(15));
        (folder, log, hub)
    }

    fn opens(hub: &Hub, log: &Log, format: Format, encode: Encode) -> (Subscription, BodyReader) {
        let right = Right::Token(TokenId(1));
        let viewer = log.viewers().of(UserId(1).into());
        viewer.accept(Viewer {
            user: UserId(1),
            is_external: false,
            is_admin: false,
            screen: None,
            memberships: [].into(),
            as_of: 0,
        });
        let request = Request {
            viewer,
            right,
            address: IpAddr::from([127, 0, 0, 1]),
            ends_ms: i64::MAX,
            boards: [].into(),
            instead: None,
        };
        let subscription = hub.register(request).expect("a subscription");
        let (sink, body) = Sink::body();
        let source = Source {
            log: log.clone(),
            state: State::empty(log.db().clone()),
            right_end: Box::new(|_| Box::pin(async { Ok(None) })),
            build: "",
            max_backlog: None,
            format,
            encode,
            encode_cards: Box::new(|_| Bytes::new()),
            read_receipts: None,
            read_roster: None,
        };
        subscription.begin(Reader::new(Arc::new(source), sink, log.head(), Bytes::new()));
        (subscription, body)
    }

    /// What its task does when it is called and there is nothing to wait for.
    fn sleeps(subscription: &Subscription) {
        let reader = subscription.take_reader().expect("a reader in the slot");
        subscription.put_back(reader).expect("nobody called");
    }

    fn publishes(log: &Log) {
        let post = Post {
            id: 1,
            number: log.head().id + 1,
            author_id: 1,
            kind: Kind::News,
            severity: None,
            title: String::new(),
            body: String::new(),
            html: String::new(),
            audience: posts::Audience::Everyone,
            key: None,
            published_ms: 0,
            version: 1,
            told: log.head().id + 1,
            told_again_ms: None,
            changed: 0,
            edited_ms: None,
            resolved_ms: None,
            resolved_by: None,
            resolved_note: None,
            acknowledge: false,
            due_ms: None,
            answers: None,
            telephone: false,
            token_id: None,
            withdrawn_ms: None,
            withdrawn_by: None,
            withdrawn_reason: None,
            expires_ms: None,
            expired_ms: None,
            coordinator_group: None,
            coordinator: None,
            coordinators_by_admin: false,
            uncoordinated_ms: None,
            uncoordinated_post: None,
            pinned_until_ms: None,
            repeats: 1,
            repeated_ms: None,
            escalated: None,
            drill: false,
            of_server: false,
        };
        let published = Published { post, author: String::new() };
        let variants = [Variant::new(Standing::Gains, Change::Published)].into();
        let (id, content) = (log.head().id + 1, Content::Post(Arc::new(published)));
        let audience = Audience::of_all(id);
        log.push(&[Arc::new(Event { id, nonce: 1, content, audience, variants, weight: 1 })]);
    }

    fn id_of(cursor: &Cursor, _: &Published, _: Change) -> Bytes {
        cursor.id.to_string().into()
    }

    async fn comes(body: &BodyReader) -> Option<Bytes> {
        let coming = poll_fn(|cx| body.poll_next(cx));
        tokio::time::timeout(Duration::from_secs(20), coming).await.expect("something comes")
    }

    #[tokio::test]
    async fn a_call_while_the_task_is_at_work_is_found_before_it_sleeps() {
        let (_folder, log, hub) = nobody().await;
        let (subscription, _feed) = opens(&hub, &log, Format::Api, Box::new(id_of));
        let reader = subscription.take_reader().expect("a reader in the slot");

        publishes(&log);
        hub.deliver_to(&[UserId(1).into()].into());

        let reader = subscription.put_back(reader).expect_err("it is called");
        subscription.put_back(reader).expect("once");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn everybody_is_delivered_to_on_several_threads() {
        let (_folder, log, hub) = nobody().await;
        let streams: Vec<_> =
            (0..7 * BATCH + 1).map(|_| opens(&hub, &log, Format::Api, Box::new(id_of))).collect();
        streams.iter().for_each(|(subscription, _)| sleeps(subscription));
        tokio::spawn(hub.clone().deliver(CancellationToken::new()));

        for id in ["1", "2"] {
            publishes(&log);
            hub.deliver_to_all();
            for (_, body) in &streams {
                assert_eq!(comes(body).await.as_deref(), Some(id.as_bytes()));
            }
        }
    }

    #[tokio::test]
    async fn a_stream_that_cannot_be_encoded_ends_alone() {
        let (_folder, log, hub) = nobody().await;
        let (bad, bad_feed) = opens(
            &hub,
            &log,
            Format::Page(Language::English),
            Box::new(|_, _, _| panic!("not to be encoded")),
        );
        let (good, good_feed) = opens(&hub, &log, Format::Api, Box::new(id_of));
        [&bad, &good].into_iter().for_each(sleeps);
        tokio::spawn(hub.clone().deliver(CancellationToken::new()));

        for id in ["1", "2"] {
            publishes(&log);
            hub.deliver_to_all();
            assert_eq!(comes(&good_feed).await.as_deref(), Some(id.as_bytes()));
        }

        assert_eq!(comes(&bad_feed).await, None);
        assert!(poll_fn(|cx| bad.poll_wake(cx)).await == crate::live::hub::Wake::HungUp);
    }
}
