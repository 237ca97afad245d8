//! Requests, good and bad.

use crate::support::{Raw, TestApp};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::{time::sleep, time::timeout};

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let mut raw = Raw::connects(&app).await;

    for _ in 0..5 {
        raw.says(&Raw::head(&visitor, "GET", "/healthz", "")).await;
        let answer = raw.reads_until("\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    raw.says("GET /healthz HTTP/1.0\r\n\r\n").await;
    let (_, took) = raw.is_closed_within(crate::support::TIMEOUT).await;
    assert!(took < Duration::from_secs(5), "an old client's connection is closed at once: {took:?}");
}

#[tokio::test]
async fn too_much_is_refused_at_once_even_while_it_is_still_being_sent() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";

    let announced = format!("{form}Content-Length: 100000000\r\n");
    let chunked = format!("{form}Transfer-Encoding: chunked\r\n");
    for more in [&announced, &chunked] {
        let raw = Raw::connects(&app).await;
        let (mut read, mut write) = raw.socket.into_split();
        write.write_all(Raw::head(&boss, "POST", "/admin/posts", more).as_bytes()).await.unwrap();
        let sending = tokio::spawn(async move {
            let filler = "x".repeat(8 * 1024);
            let chunk = format!("{:x}\r\n{filler}\r\n", filler.len());
            while write.write_all(chunk.as_bytes()).await.is_ok() {}
        });
        let mut answer = [0; 12];
        timeout(crate::support::TIMEOUT, read.read_exact(&mut answer))
            .await
            .expect("an answer at once")
            .unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413");
        // However much is still to come, the connection ends.
        timeout(crate::support::TIMEOUT, sending).await.expect("the connection ends").unwrap();
    }
}

#[tokio::test]
async fn a_client_that_sends_everything_before_it_reads_sees_the_refusal() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let body = "x".repeat(200 * 1024);
    let more =
        format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", body.len());
    let mut raw = Raw::connects(&app).await;

    raw.says(&Raw::head(&visitor, "POST", "/login", &more)).await;
    for piece in body.as_bytes().chunks(16 * 1024) {
        // Slowly, so that the server has answered long before the end.
        sleep(Duration::from_millis(20)).await;
        raw.socket.write_all(piece).await.unwrap();
    }

    let answer = raw.reads_until("\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn nonsense_on_the_wire_harms_nobody() {
    let app = TestApp::start().await;
    let long_line = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(60_000));
    let long_header = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(60_000));

    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        long_line.as_bytes(),
        long_header.as_bytes(),
    ] {
        let mut raw = Raw::connects(&app).await;
        // A refusal may come before everything is sent.
        let _ = raw.socket.write_all(bytes).await;
        let (came, _) = raw.is_closed_within(crate::support::TIMEOUT * 2).await;
        assert!(!came.contains("root:") && !came.starts_with("HTTP/1.1 5"), "{:?}: {came}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(app.visitor().gets("/healthz").await.status, 200);
    assert!(!app.logs().contains("panicked"), "{}", app.logs());
}
