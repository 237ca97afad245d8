//! Requests that say they are for another host, or from another address.

use reqwest::Method;

use super::{said_to, status_of};
use crate::support::{Role, TestApp};

#[tokio::test]
async fn a_forged_host_header_is_answered_421() {
    let mut app = TestApp::start().await;
    let own = format!("127.0.0.1:{}", app.port);
    let rebound = format!("evil.example:{}", app.port);
    let head = |target: &str, hosts: &[&str]| {
        let hosts: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        format!("GET {target} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n")
    };
    let absolute = format!("http://{own}/login");

    for options in [&[][..], &["--base-url", "https://news.example.org"]] {
        app.stop().await;
        app.restart_with(options).await;
        for (target, hosts) in [
            ("/login", &["evil.example"][..]),
            ("/login", &[&rebound]),
            ("/login", &["127.0.0.1.evil.example"]),
            ("/login", &["10.0.0.1"]),
            ("/login", &["localhost@evil.example"]),
            ("/login", &["evil.example@localhost"]),
            ("/login", &[""]),
            ("/login", &[]),
            ("/login", &[&own, "evil.example"]),
            ("http://evil.example/login", &[&own]),
            ("/", &["evil.example"]),
            ("/session", &["evil.example"]),
            ("/stream", &["evil.example"]),
            ("/nothing", &["evil.example"]),
            ("/api/v1/posts", &["evil.example"]),
        ] {
            let said = said_to(&app, head(target, hosts).as_bytes()).await;
            assert_eq!(status_of(&said), 421, "{target} {hosts:?}: {said}");
            assert!(said.contains("--base-url"), "says what to do: {said}");
            assert!(said.contains("nosniff") && !said.contains("evil"), "{said}");
        }
        for (target, hosts) in [
            ("/login", &[&*own][..]),
            ("/login", &["localhost:1"]),
            ("/login", &["LOCALHOST"]),
            ("/login", &["[::1]:8080"]),
            (&absolute, &["evil.example"]),
            ("/healthz", &["evil.example"]),
            ("/readyz", &[]),
        ] {
            let said = said_to(&app, head(target, hosts).as_bytes()).await;
            assert_eq!(status_of(&said), 200, "{target} {hosts:?}: {said}");
        }
    }
    let named = said_to(&app, head("/login", &["News.Example.org"]).as_bytes()).await;
    assert_eq!(status_of(&named), 200);
}

#[tokio::test]
async fn a_forged_x_forwarded_for_does_not_hide_where_streams_come_from() {
    let options = ["--max-connections-per-address", "3", "--trusted-proxies", "127.0.0.0/8"];
    let app = TestApp::start_with(&options).await;
    app.signs_up("ann", Role::Member).await;
    let ann = app.signs_in("ann").await;

    let mut open = vec![];
    for number in 0..6 {
        // The proxy adds the last one; what stands before it, the client made up.
        let forged = format!("192.0.2.{number}, 198.51.100.1");
        let mut stream = ann.streams_from("/stream", &[("X-Forwarded-For", &forged)]).await;
        if stream.next_event().await.is_some() {
            open.push(stream);
        }
    }

    assert_eq!(open.len(), 3);
}

#[tokio::test]
async fn a_forged_x_forwarded_for_is_nothing_where_no_proxy_is_trusted() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");
    let ann = app.visitor();

    let form = [("username", "ann"), ("password", password.as_str()), ("next", "/")];
    let mut request = ann.request(Method::POST, "/login").form(&form);
    for header in ["X-Forwarded-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"] {
        request = request.header(header, "192.0.2.7");
    }
    let request = request.header("Forwarded", "for=192.0.2.7");
    assert_eq!(request.send().await.unwrap().status(), 303);

    let page = ann.gets("/account").await;
    assert!(page.text.contains("127.0.0.1") && !page.text.contains("192.0.2.7"), "{}", page.text);
}
