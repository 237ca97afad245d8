//! Clients that take their time, to occupy what others need. They wait for their deadlines side by side.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{sleep, timeout},
};

use crate::support::{Raw, TestApp};

const GENEROUS: Duration = Duration::from_secs(75);

#[tokio::test]
async fn silence_slow_headers_a_slow_body_and_slow_reading() {
    let app = TestApp::start().await;

    tokio::join!(
        silence(&app),
        half_a_head(&app),
        slow_headers(&app),
        no_body(&app),
        slow_body(&app),
        slow_reading(&app)
    );

    assert_eq!(app.visitor().gets("/healthz").await.status, 200);
}

async fn silence(app: &TestApp) {
    let (came, took) = Raw::connects(app).await.is_closed_within(GENEROUS).await;
    assert!(came.is_empty() && took > Duration::from_secs(4), "{took:?}: {came}");
}

async fn half_a_head(app: &TestApp) {
    let mut raw = Raw::connects(app).await;
    raw.says("GET /login HTTP/1.1\r\nHost: x\r\n").await;
    let (_, took) = raw.is_closed_within(GENEROUS).await;
    assert!(took > Duration::from_secs(4), "{took:?}");
}

async fn slow_headers(app: &TestApp) {
    let took = drips(Raw::connects(app).await, "GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await;
    assert!((4..20).contains(&took.as_secs()), "{took:?}");
}

async fn no_body(app: &TestApp) {
    let mut raw = Raw::connects(app).await;
    raw.says(&post(app)).await;
    raw.says("username=").await;
    let (_, took) = raw.is_closed_within(GENEROUS).await;
    assert!(took > Duration::from_secs(4), "{took:?}");
}

async fn slow_body(app: &TestApp) {
    let took = drips(Raw::connects(app).await, &post(app)).await;
    assert!((4..50).contains(&took.as_secs()), "{took:?}");
}

fn post(app: &TestApp) -> String {
    let more = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10000\r\n";
    Raw::head(&app.visitor(), "POST", "/login", more)
}

/// Says this, then a byte now and then, until the server has had enough; how long it took.
async fn drips(raw: Raw, first: &str) -> Duration {
    let start = Instant::now();
    let (mut read, mut write) = raw.socket.into_split();
    write.write_all(first.as_bytes()).await.unwrap();
    let drip = tokio::spawn(async move {
        while write.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(250)).await;
        }
    });
    let mut came = vec![];
    // However it ends, it ends.
    let _ = timeout(GENEROUS, read.read_to_end(&mut came)).await.expect("nobody minded");
    drip.abort();
    start.elapsed()
}

/// Asks for much and reads nothing.
async fn slow_reading(app: &TestApp) {
    let mut raw = Raw::connects_narrow(app).await;
    let request = Raw::head(&app.visitor(), "GET", "/login", "");
    let start = Instant::now();
    let asking = async {
        // More answers than the buffers of both systems hold; afterwards a byte now and then, to see whether
        // anybody is still there.
        while raw.socket.write_all(request.as_bytes()).await.is_ok() {
            if start.elapsed() > Duration::from_secs(1) {
                sleep(Duration::from_millis(500)).await;
            }
        }
    };
    timeout(GENEROUS, asking).await.expect("nobody minded");
    assert!(start.elapsed() > Duration::from_secs(20), "{:?}", start.elapsed());
}
