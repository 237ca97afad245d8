//! The networks that a token is held to.

use reqwest::Method;

use super::problem;
use crate::support::{Page, Program, TestApp, news};

#[tokio::test]
async fn a_token_from_the_wrong_address() {
    let app = TestApp::start_with(&["--trusted-proxies", "127.0.0.1/32"]).await;
    app.admin("boss").await;
    let held = Program::held(&app, "boss", "publish,stream", &["--from", "10.0.0.0/8,2001:db8::/32"]).await;
    let here = Program::held(&app, "boss", "publish,stream", &["--from", "127.0.0.1"]).await;
    let from = async |forwarded: &'static str, path: &str| {
        let request = held.request(Method::GET, path).header("X-Forwarded-For", forwarded);
        request.send().await.unwrap()
    };

    assert_eq!(here.gets("/api/v1/posts").await.status, 200);
    assert_eq!(problem(&held.gets("/api/v1/posts").await), "403 address");
    assert_eq!(problem(&held.sends(&news("x")).await), "403 address");
    // The stream is asked for from the right address first: that one is known must help nobody elsewhere.
    for path in ["/api/v1/posts", "/api/v1/stream"] {
        for (forwarded, status) in [
            ("10.1.2.3", 200),
            ("::ffff:10.1.2.3", 200),
            ("2001:db8::7", 200),
            ("11.1.2.3", 403),
            ("2001:db9::7", 403),
            // What stands further left, the client may have made up.
            ("10.1.2.3, 192.0.2.1", 403),
            // However the proxy writes it.
            ("10.1.2.3:49152", 200),
            ("\"[::ffff:10.1.2.3]:49152\"", 200),
            ("[2001:db8::7]:49152", 200),
            ("for=\"10.1.2.3:49152\";proto=https", 200),
            ("192.0.2.1, 10.1.2.3, ,", 200),
            ("10.1.2.3, 192.0.2.1:49152, ,", 403),
            ("10.1.2.3, unknown", 403),
        ] {
            assert_eq!(from(forwarded, path).await.status(), status, "{forwarded} {path}");
        }
    }
}

#[tokio::test]
async fn networks_are_compared_in_one_family_however_they_are_written() {
    let app = TestApp::start_with(&["--trusted-proxies", "::ffff:127.0.0.0/104,2001:db8:1::1"]).await;
    let boss = app.admin("boss").await;
    let held = Program::held(&app, "boss", "stream", &["--from", "::ffff:10.0.0.0/104"]).await;
    let status = async |forwarded: &str| {
        let request = held.request(Method::GET, "/api/v1/posts").header("X-Forwarded-For", forwarded);
        request.send().await.unwrap().status().as_u16()
    };

    assert_eq!(status("10.1.2.3").await, 200);
    assert_eq!(status("::ffff:10.1.2.3").await, 200);
    assert_eq!(status("10.1.2.3, [2001:db8:1::1]:443").await, 200, "the other proxy's");
    assert_eq!(status("11.1.2.3").await, 403);
    assert!(boss.gets("/admin/tokens").await.text.contains("only from 10.0.0.0/8"));
    // As builds before this one stored it.
    app.sql("UPDATE tokens SET networks = '::ffff:11.0.0.0/104 ::ffff:12.0.0.1/128'").await;
    assert_eq!((status("11.1.2.3").await, status("12.0.0.1").await), (200, 200));
    assert_eq!((status("10.1.2.3").await, status("12.0.0.2").await), (403, 403));
}

#[tokio::test]
async fn a_forged_address_helps_a_token_nowhere_without_trusted_proxies() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let held = Program::held(&app, "boss", "stream", &["--from", "10.0.0.0/8"]).await;

    for header in ["X-Forwarded-For", "X-Real-IP", "Forwarded"] {
        let forged = held.request(Method::GET, "/api/v1/posts").header(header, "10.1.2.3");
        assert_eq!(problem(&Page::read(forged.send().await.unwrap()).await), "403 address", "{header}");
    }
}
