//! Attacks on TLS and HTTP/2. Those that end at a deadline wait for it side by side.

use std::time::{Duration, Instant};

use bytes::Bytes;
use h2::client::Builder;
use http::Request;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::support::{Certificate, Http2, Raw, Role, TIMEOUT, TestApp, shakes_hands};

const GENEROUS: Duration = Duration::from_secs(75);

#[tokio::test]
async fn a_silent_tls_handshake_silence_after_it_and_slow_reading_over_http2() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    app.signs_up("boss", Role::Admin).await;

    tokio::join!(
        silent_handshake(&app, b""),
        // The beginning of a ClientHello.
        silent_handshake(&app, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        silent_after_the_handshake(&app, &certificate, b"h2"),
        silent_after_the_handshake(&app, &certificate, b"http/1.1"),
        slow_reading(&app, &certificate),
    );

    assert_eq!(Http2::connects(&app, &certificate).await.gets("/healthz").await.status, 200);
}

async fn silent_handshake(app: &TestApp, beginning: &[u8]) {
    let mut raw = Raw::connects(app).await;
    raw.socket.write_all(beginning).await.unwrap();
    let (_, took) = raw.is_closed_within(GENEROUS).await;
    assert!((4..20).contains(&took.as_secs()), "{took:?}");
}

async fn silent_after_the_handshake(app: &TestApp, certificate: &Certificate, protocol: &[u8]) {
    let start = Instant::now();
    let mut tls = shakes_hands(app, certificate, &[protocol]).await.unwrap();
    let end = timeout(GENEROUS, tls.read_to_end(&mut vec![])).await;
    assert!(end.is_ok() && start.elapsed() > Duration::from_secs(4), "{:?}", start.elapsed());
}

/// A window of nothing: the page and the stream are reset at the deadline, and the connection goes on.
async fn slow_reading(app: &TestApp, certificate: &Certificate) {
    let mut boss = Http2::signs_in(app, certificate, "boss").await;
    let mut narrow = Http2::connects_as(app, certificate, Builder::new().initial_window_size(0)).await;
    narrow.cookie.clone_from(&boss.cookie);
    let (mut page, mut stream) = (narrow.gets("/").await, narrow.gets("/stream").await);
    let start = Instant::now();

    let (page_end, stream_end) =
        tokio::join!(timeout(GENEROUS, page.body.data()), timeout(GENEROUS, stream.body.data()));

    for end in [page_end, stream_end] {
        let end = end.expect("nobody minded").expect("it is reset").unwrap_err();
        assert!(end.is_reset(), "{end}");
    }
    assert!(start.elapsed() > Duration::from_secs(20), "{:?}", start.elapsed());
    assert_eq!(narrow.gets("/nothing").await.status, 404);
    assert_eq!(boss.gets("/healthz").await.status, 200);
}

/// CVE-2023-44487.
#[tokio::test]
async fn rapid_reset() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    let mut tls = shakes_hands(&app, &certificate, &[b"h2"]).await.unwrap();
    let head = [&[0x82, 0x87, 0x84, 0x01, 9][..], b"localhost"].concat();
    let mut attack = [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(4, 0, 0, &[])].concat();
    for number in 0..5000 {
        attack.extend(frame(1, 5, number * 2 + 1, &head));
        attack.extend(frame(3, 0, number * 2 + 1, &[0, 0, 0, 8]));
    }

    // It is cut before all of it is sent.
    let _ = tls.write_all(&attack).await;
    let mut came = vec![];
    let end = timeout(TIMEOUT, tls.read_to_end(&mut came)).await;

    assert!(end.is_ok(), "nobody minded");
    // GOAWAY for ENHANCE_YOUR_CALM, unless the cut was faster than it.
    let is_told = came.windows(4).any(|bytes| bytes == [0, 0, 0, 11]);
    assert!(is_told || end.unwrap().is_err(), "{came:?}");
    assert_eq!(Http2::connects(&app, &certificate).await.gets("/healthz").await.status, 200);
}

/// Headers without end, in as many pieces as they like (CVE-2024-27316), or in one.
#[tokio::test]
async fn over_long_headers_over_http2() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    let mut honest = Http2::connects(&app, &certificate).await;
    let request = Request::get("https://localhost/login").header("x", "a".repeat(20_000)).body(()).unwrap();
    let (answer, _) = honest.requests.send_request(request, true).unwrap();
    let refused = timeout(TIMEOUT, answer).await.unwrap();
    assert!(refused.is_err() || refused.is_ok_and(|answer| answer.status() == 431));

    let mut tls = shakes_hands(&app, &certificate, &[b"h2"]).await.unwrap();
    tls.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    tls.write_all(&frame(4, 0, 0, &[])).await.unwrap();
    tls.write_all(&frame(1, 1, 1, &[0x82])).await.unwrap();
    let (mut read, mut write) = tokio::io::split(tls);
    let flood = async {
        // A literal header that is never indexed, again and again.
        let piece = [&[0x10, 1, b'x', 0x7f, 0x81, 0x7e][..], &[b'a'; 16_000]].concat();
        while write.write_all(&frame(9, 0, 1, &piece)).await.is_ok() {}
    };
    let mut came = vec![];
    tokio::select! {
        () = flood => {}
        end = timeout(TIMEOUT, read.read_to_end(&mut came)) => assert!(end.is_ok(), "nobody minded"),
    }
    assert_eq!(Http2::connects(&app, &certificate).await.gets("/healthz").await.status, 200);
}

/// One frame (RFC 9113, 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Bytes {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat().into()
}

#[tokio::test]
async fn a_forged_host_over_http2() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    let mut client = Http2::connects(&app, &certificate).await;

    for (authority, host, status) in [
        ("localhost", None, 200),
        ("evil.example", None, 421),
        ("evil.example", Some("localhost"), 421),
        ("localhost", Some("evil.example"), 200),
    ] {
        let mut request = Request::get(format!("https://{authority}/login"));
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let (answer, _) = client.requests.send_request(request.body(()).unwrap(), true).unwrap();
        let answer = timeout(TIMEOUT, answer).await.unwrap().unwrap();
        assert_eq!(answer.status(), status, "{authority} {host:?}");
        assert!(answer.headers().contains_key("content-security-policy"));
    }
}
