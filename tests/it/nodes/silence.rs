//! The network to the database is cut: nothing is refused, nothing answers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    time::{sleep, timeout},
};

use crate::support::{Draft, TIMEOUT, TestApp, TestDatabase, eventually, shared_cluster};

/// A cable to the database, which can be pulled out and put in again.
struct Cable {
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    is_out: AtomicBool,
    /// It will be, behind the next message that begins a transaction.
    is_out_at_begin: AtomicBool,
    /// How often the connections there were have been forgotten.
    forgotten: AtomicU32,
}

impl Cable {
    async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let cable = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let state = cable.state.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let ((near_out, near_in), (far_out, far_in)) = (near.into_split(), far.into_split());
                tokio::spawn(carry(near_out, far_in, state.clone()));
                tokio::spawn(carry(far_out, near_in, state.clone()));
            }
        });
        cable
    }

    /// As soon as somebody begins a transaction: the server begins it, and its answer does not arrive.
    fn is_pulled_out_at_begin(&self) {
        self.state.is_out_at_begin.store(true, Relaxed);
    }

    fn is_pulled_out(&self) {
        self.state.is_out.store(true, Relaxed);
    }

    /// What was sent meanwhile arrives now, as TCP would have it.
    fn is_put_in(&self) {
        self.state.is_out.store(false, Relaxed);
    }

    /// As behind a router that started anew: of the connections there were, nothing is heard ever again.
    fn is_put_in_elsewhere(&self) {
        self.state.forgotten.fetch_add(1, Relaxed);
        self.is_put_in();
    }
}

async fn carry(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, state: Arc<State>) {
    let made = state.forgotten.load(Relaxed);
    let mut buffer = [0; 8192];
    while let Ok(count) = from.read(&mut buffer).await {
        while state.is_out.load(Relaxed) || state.forgotten.load(Relaxed) != made {
            sleep(Duration::from_millis(20)).await;
        }
        let begins = memchr::memmem::find(&buffer[..count], b"BEGIN").is_some();
        if begins && state.is_out_at_begin.swap(false, Relaxed) {
            state.is_out.store(true, Relaxed);
        }
        if count == 0 || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_went_silent_is_noticed_and_found_again() {
    goes_silent_until(Cable::is_put_in).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_forgot_its_connections_is_noticed_too() {
    goes_silent_until(Cable::is_put_in_elsewhere).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_stops_though_its_database_is_silent() {
    let (cable, mut app) = starts_on_a_cable().await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("So that all connections were of use")).await;
    let mut stream = boss.opens_stream().await;
    cable.is_pulled_out();

    app.tells_to_stop();

    assert_eq!(stream.says_bye().await, "restart");
    assert_eq!(app.has_stopped().await, Some(0));
}

/// A transaction whose beginning is broken off is open at the server, and the connection does not know: what is written
/// next would be answered for and thrown away.
#[tokio::test(flavor = "multi_thread")]
async fn no_transaction_stays_open_that_was_broken_off_as_it_began() {
    let (cable, app) = starts_on_a_cable().await;
    let boss = app.admin("boss").await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
        AND application_name = 'tidings' AND state LIKE 'idle in transaction%' \
        AND now() - state_change > interval '1 s'";

    for _ in 0..2 {
        boss.publishes(Draft::news("While it answers")).await;
        cable.is_pulled_out_at_begin();
        // Whoever asked goes away meanwhile, and nobody waits for the beginning any more.
        let asked = boss.posts("/admin/groups", &[("name", "Night shift")]);
        assert!(timeout(Duration::from_secs(2), asked).await.is_err(), "it waits");
        cable.is_put_in();
        // Longer than a transaction takes, and shorter than PostgreSQL lets one lie.
        for _ in 0..12 {
            sleep(Duration::from_millis(200)).await;
            assert_eq!(app.asks_database(open).await.try_get_by_index::<i64>(0).unwrap(), 0);
        }
    }
}

async fn starts_on_a_cable() -> (Cable, TestApp) {
    let cluster = shared_cluster();
    let (before, port) = cluster.rsplit_once(':').unwrap();
    let cable = Cable::to(port.parse().unwrap()).await;
    let database = TestDatabase::on(&format!("{before}:{}", cable.port)).await;
    let app = TestApp::start_on(database, &[]).await;
    (cable, app)
}

async fn goes_silent_until(is_mended: impl FnOnce(&Cable)) {
    let (cable, app) = starts_on_a_cable().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let draft = Draft::news("Hello?")
        .body("Is *anybody* there?")
        .with("key", &boss.gets("/admin/posts/new").await.field("key"));
    let mut stream = ann.opens_stream().await;

    // A connection that was used a moment ago is not asked whether it still serves.
    boss.reads_feed().await;
    cable.is_pulled_out();
    let sending = tokio::spawn({
        let (boss, draft) = (boss.clone(), draft.clone());
        async move { boss.sends(&draft).await }
    });

    let start = Instant::now();
    assert_eq!(app.visitor().gets("/readyz").await.status, 503);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(app.visitor().gets("/healthz").await.status, 200);
    let page = timeout(TIMEOUT * 2, sending).await.expect("an answer").unwrap();
    assert_eq!(page.status, 503, "{page:?}");
    assert_eq!((page.field("title").as_str(), page.typed_body().as_str()), ("Hello?", "Is *anybody* there?"));
    is_mended(&cable);

    let post = eventually("it can be published", async || {
        let page = boss.sends(&draft).await;
        (page.status == 303).then(|| crate::support::post_at(page.location()))
    })
    .await;
    assert_eq!(stream.next_post().await, post);
    assert_eq!(ann.reads_feed().await.posts, [post], "once");
}
