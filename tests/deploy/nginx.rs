//! nginx as it comes, without a line of ours: it buffers answers, speaks HTTP/1.0 to the server, and packs.

use std::io::Write;

use flate2::write::GzDecoder;
use tokio::time::{Instant, timeout};

use crate::{
    proxies::{AT_ONCE, beats, first_event},
    proxy::{Kind, Proxy, swap},
    support::{TIMEOUT, TestApp, quiet_port},
};

/// The least that makes nginx a proxy, with what it does by itself, and gzip.
const BARE: &str = "events {}
http {
    gzip on;
    gzip_proxied any;
    gzip_types text/event-stream;
    server {
        listen 127.0.0.1:PORT;
        location / {
            proxy_pass http://127.0.0.1:8080;
        }
    }
}
";

async fn bare_nginx(app: &TestApp) -> Proxy {
    let port = quiet_port();
    let text = swap(BARE, "PORT", &port.to_string());
    Proxy::runs(Kind::Nginx, port, &swap(&text, ":8080", &format!(":{}", app.port))).await
}

#[tokio::test]
async fn a_plain_nginx_hands_on_at_once_what_comes() {
    let app = TestApp::start_with(&["--heartbeat", "1s"]).await;
    let nginx = bare_nginx(&app).await;
    let ann = nginx.visitor("ann").with_cookies(&app.member("ann").await.cookies());

    let first = timeout(TIMEOUT, first_event(&ann)).await;

    let (mut stream, took) = first.expect("it is not kept back");
    assert!(took < AT_ONCE, "{took:?}");
    beats(&mut stream, 2).await;
}

#[tokio::test]
async fn even_packed_by_nginx_a_stream_comes_at_once() {
    let app = TestApp::start_with(&["--heartbeat", "1s"]).await;
    let nginx = bare_nginx(&app).await;
    let ann = nginx.visitor("ann").with_cookies(&app.member("ann").await.cookies());
    let mut fastest = TIMEOUT;

    for _ in 0..3 {
        let start = Instant::now();
        let request = ann.request(reqwest::Method::GET, "/stream").header("Accept-Encoding", "gzip");
        let answer = timeout(TIMEOUT, request.send()).await;
        let mut answer = answer.expect("it is not kept back").unwrap();
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        let mut unpacked = GzDecoder::new(vec![]);
        let mut reads_until = async |text: &str| {
            while !String::from_utf8_lossy(unpacked.get_ref()).contains(text) {
                let chunk = timeout(TIMEOUT, answer.chunk()).await.expect(text);
                unpacked.write_all(&chunk.unwrap().expect("it is not cut")).unwrap();
                unpacked.flush().unwrap();
            }
        };
        reads_until("event: hello").await;
        fastest = fastest.min(start.elapsed());
        reads_until("event: ping").await;
    }

    assert!(fastest < AT_ONCE, "{fastest:?}");
}
