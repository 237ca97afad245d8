//! The network to the database is cut: nothing is refused, nothing answers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    time::sleep,
};

use crate::support::{Draft, TestApp, TestDatabase, eventually, shared_cluster};

/// A cable to the database, which can be pulled out and put in again.
struct Cable {
    port: u16,
    is_out: Arc<AtomicBool>,
}

impl Cable {
    async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let cable = Self { port: listener.local_addr().unwrap().port(), is_out: Arc::default() };
        let is_out = cable.is_out.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let ((near_out, near_in), (far_out, far_in)) = (near.into_split(), far.into_split());
                tokio::spawn(carry(near_out, far_in, is_out.clone()));
                tokio::spawn(carry(far_out, near_in, is_out.clone()));
            }
        });
        cable
    }
}

/// What comes while the cable is out arrives when it is in again, as TCP would have it.
async fn carry(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, is_out: Arc<AtomicBool>) {
    let mut buffer = [0; 8192];
    while let Ok(count) = from.read(&mut buffer).await {
        while is_out.load(Relaxed) {
            sleep(Duration::from_millis(20)).await;
        }
        if count == 0 || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_went_silent_is_noticed_and_found_again() {
    let cluster = shared_cluster();
    let (before, port) = cluster.rsplit_once(':').unwrap();
    let cable = Cable::to(port.parse().unwrap()).await;
    let database = TestDatabase::on(&format!("{before}:{}", cable.port)).await;
    let app = TestApp::start_on(database, &[]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let draft = Draft::news("Hello?").with("key", &boss.gets("/admin/posts/new").await.field("key"));
    let mut stream = ann.opens_stream().await;

    cable.is_out.store(true, Relaxed);

    let start = Instant::now();
    assert_eq!(app.visitor().gets("/readyz").await.status, 503);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(app.visitor().gets("/healthz").await.status, 200);
    let page = boss.sends(&draft).await;
    assert_eq!(page.status, 503, "{page:?}");
    cable.is_out.store(false, Relaxed);

    let post = eventually("it can be published", async || {
        let page = boss.sends(&draft).await;
        (page.status == 303).then(|| crate::support::post_at(page.location()))
    })
    .await;
    assert_eq!(stream.next_post().await, post);
    assert_eq!(ann.reads_feed().await.posts, [post], "once");
}
