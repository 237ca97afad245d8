//! The page about the connection, the test of it, and what a browser keeps for when there is none.

use reqwest::Method;

use crate::support::TestApp;

#[tokio::test]
async fn a_test_is_a_post_to_oneself_and_a_second_one_at_once_is_the_first_again() {
    let app = TestApp::start().await;
    let (ann, bea) = (app.member("ann").await, app.member("bea").await);
    let mut stream = ann.opens_stream().await;
    let asks = async || {
        let request = ann.request(Method::POST, "/connection/test").header("Accept", "application/json");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        answer.json::<serde_json::Value>().await.unwrap()
    };

    let first = asks().await;
    assert!(first["published_ms"].as_i64().unwrap() <= first["server_ms"].as_i64().unwrap(), "{first}");
    let event = stream.next_news().await;
    assert_eq!(event.post(), first["post"].as_i64().unwrap());
    assert!(bea.reads_feed().await.posts.is_empty());
    let mut posts = 1;
    for _ in 0..20 {
        posts += usize::from(asks().await["post"].is_i64());
    }
    assert_eq!(ann.reads_feed().await.posts.len(), posts);
    assert!(posts <= 3, "each interval has one: {posts}");
}

#[tokio::test]
async fn without_scripts_a_test_leads_to_its_post_and_the_page_says_what_that_means() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    let page = ann.gets("/connection").await;
    assert!(page.status == 200 && page.text.contains("JavaScript is switched off"), "{page:?}");
    assert!(page.text.contains("proxy_buffering off;") && page.text.contains("127.0.0.1"), "{page:?}");
    let sent = ann.posts_and_sees("/connection/test", &[]).await;
    assert!(sent.text.contains("A test of your connection"), "{sent:?}");
}

#[tokio::test]
async fn what_a_browser_keeps_is_the_same_for_everybody() {
    let app = TestApp::start().await;
    let (ann, visitor) = (app.admin("ann").await, app.visitor());
    let pages = [ann.gets("/offline").await, visitor.gets("/offline").await];

    assert_eq!(pages[0].text, pages[1].text);
    assert!(pages[0].status == 200 && !pages[0].text.contains("ann"), "{pages:?}");
    let worker = visitor.gets("/service-worker.js").await;
    assert_eq!(worker.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(worker.header("cache-control"), "no-cache");
    let build = worker.text.lines().next().unwrap().split('"').nth(1).unwrap().to_owned();
    for file in [
        "js/offline.js",
        "js/offline-page.js",
        "tidings.css",
        "icon-192.png",
        "icon-512.png",
        "icon-maskable.png",
    ] {
        assert_eq!(
            visitor.request(Method::GET, &format!("{build}/{file}")).send().await.unwrap().status(),
            200,
            "{file}"
        );
    }
}
