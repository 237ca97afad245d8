//! What streams over TLS hold while nothing happens. The bounds are generous: the figures are in `docs/performance.md`.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Certificate, Http2, Role, TestApp, eventually, shakes_hands};

const STREAMS: usize = 150;

const KIB: usize = 1024;

#[tokio::test]
async fn idle_streams_over_tls_hold_little_memory() {
    let certificate = Certificate::new();
    let options = ["--max-streams-per-user", "1000", "--max-connections-per-address", "1000"];
    let app = TestApp::start_with(&certificate.options(&options)).await;
    app.signs_up("ann", Role::Member).await;
    let ann = Http2::signs_in(&app, &certificate, "ann").await;
    let (mut first, mut second) = (vec![], vec![]);
    // What is there once, however many streams there are.
    for _ in 0..10 {
        first.push(over_http1(&app, &certificate, &ann).await);
        second.push(alone_over_http2(&app, &certificate, &ann).await);
    }

    let before = app.memory();
    for _ in 0..STREAMS {
        first.push(over_http1(&app, &certificate, &ann).await);
    }
    holds_at_most(&app, before, 30).await;

    let before = app.memory();
    for _ in 0..STREAMS {
        second.push(alone_over_http2(&app, &certificate, &ann).await);
    }
    holds_at_most(&app, before, 80).await;
}

/// Kilobytes for each stream, when what opening them took is given back.
async fn holds_at_most(app: &TestApp, before: usize, kib: usize) {
    eventually(&format!("{kib} kB a stream"), async || {
        let each = app.memory().saturating_sub(before) / STREAMS;
        (each < kib * KIB).then_some(())
    })
    .await;
}

async fn over_http1(app: &TestApp, certificate: &Certificate, ann: &Http2) -> impl Sized + use<> {
    let mut tls = shakes_hands(app, certificate, &[b"http/1.1"]).await.unwrap();
    tls.write_all(ann.head_of("/stream").as_bytes()).await.unwrap();
    assert!(tls.read(&mut [0; 4096]).await.unwrap() > 0);
    tls
}

async fn alone_over_http2(app: &TestApp, certificate: &Certificate, ann: &Http2) -> impl Sized + use<> {
    let mut browser = Http2::connects(app, certificate).await;
    browser.cookie.clone_from(&ann.cookie);
    let stream = browser.opens_stream().await;
    (browser, stream)
}
