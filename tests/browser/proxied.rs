//! Behind a reverse proxy that knows nothing of streams.

use std::fs;

use tokio::time::{Duration, Instant};

use crate::{
    browser::Browser,
    proxy::{Kind, Proxy},
    support::{Draft, Role, TestApp, eventually, quiet_port},
};

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_plain_nginx_the_page_outlives_a_restart_that_shows_as_502() {
    let mut app = TestApp::start_with(&["--heartbeat", "1s"]).await;
    let direct = app.url.clone();
    let port = quiet_port();
    // What nginx does by itself, and gzip for everything.
    let nginx = format!(
        "events {{}}\nhttp {{ gzip on; gzip_proxied any; gzip_types *; server {{ listen 127.0.0.1:{port};
        location / {{ proxy_pass {direct}; }} }} }}"
    );
    let nginx = Proxy::runs(Kind::Nginx, port, &nginx).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.url.clone_from(&nginx.url);
    let ann = Browser::signs_in(&app, "ann").await;
    let mut posts = vec![boss.publishes(Draft::news("Before")).await];
    ann.shows(&posts).await;
    ann.asks("window.neverReloaded = true").await;

    app.kill().await;
    ann.is("reconnecting").await;
    eventually("a 502 for the stream", async || {
        let log = fs::read_to_string(nginx.folder.path().join("access.log")).unwrap();
        let is_it = |line: &str| line.contains("GET /stream") && line.contains("\" 502 ");
        log.lines().any(is_it).then_some(())
    })
    .await;
    app.restart().await;
    let start = Instant::now();
    for draft in [Draft::news("One"), Draft::alert("info", "Two"), Draft::news("Three")] {
        posts.insert(0, boss.publishes(draft).await);
    }

    ann.is("live").await;
    assert!(start.elapsed() < Duration::from_secs(35), "{:?}", start.elapsed());
    ann.shows(&posts).await;
    assert_eq!(ann.asks("window.neverReloaded").await, true);
    posts.insert(0, boss.publishes(Draft::news("Live again")).await);
    ann.shows(&posts).await;
    // The server's absence is nginx's 502 here, of which the browser tells.
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_that_hands_on_only_whole_answers_the_page_asks_every_now_and_then() {
    let mut app = TestApp::start().await;
    let direct = app.url.clone();
    let port = quiet_port();
    let nginx = format!(
        "events {{}}\nhttp {{ server {{ listen 127.0.0.1:{port}; location / {{
        proxy_pass {direct}; proxy_buffering on; proxy_buffers 8 64k; proxy_buffer_size 64k;
        proxy_ignore_headers X-Accel-Buffering; }} }} }}"
    );
    let nginx = Proxy::runs(Kind::Nginx, port, &nginx).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.url.clone_from(&nginx.url);
    let ann = Browser::opens(&app).await;
    ann.goes("/").await;
    ann.signs_in_here(&app, "ann").await;

    ann.is("polling").await;
    ann.until("document.querySelector('.pill').textContent.trim() === 'Every 15 s'").await;
    assert!(ann.text(".notice.polling").await.contains("every 15 seconds"));
    let mut posts = vec![];
    for draft in [Draft::news("One"), Draft::alert("info", "Two")] {
        posts.insert(0, boss.publishes(draft).await);
        ann.shows(&posts).await;
    }
    ann.is("polling").await;
    assert_eq!(ann.asks("document.querySelectorAll('li.divider').length").await, 0, "nothing was missed");
    // A page that comes along gets to it at once, and does not ask for ten seconds whether it may listen.
    let other = ann.opens_tab("/").await;
    ann.is("polling").await;
    ann.shows(&posts).await;
    ann.turns_to(&other).await;
    ann.closes_without_complaint().await;
}
