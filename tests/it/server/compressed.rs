//! Large pages go out compressed where their length gives nothing away.

use std::io::Read;

use flate2::read::GzDecoder;
use poem::http::{HeaderMap, Method};

use crate::support::{Draft, Person, TestApp};

/// What a browser that takes gzip gets: the headers, and the body as it came.
async fn asks(person: &Person, path: &str, site: Option<&str>) -> (HeaderMap, Vec<u8>) {
    let mut request = person.request(Method::GET, path).header("Accept-Encoding", "br, gzip, zstd");
    if let Some(site) = site {
        request = request.header("Sec-Fetch-Site", site);
    }
    let answer = request.send().await.unwrap();
    (answer.headers().clone(), answer.bytes().await.unwrap().to_vec())
}

fn is_packed(headers: &HeaderMap) -> bool {
    headers.get("Content-Encoding").is_some_and(|coding| coding == "gzip")
}

#[tokio::test]
async fn a_large_page_is_compressed_for_its_own_site_and_says_the_same() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("Canteen closed").body(&"The kitchen is being cleaned. ".repeat(99))).await;
    let (_, plain) = asks(&boss, "/posts/1", None).await;

    for site in ["same-origin", "none"] {
        let (headers, packed) = asks(&boss, "/posts/1", Some(site)).await;
        assert!(is_packed(&headers), "{site}: {headers:?}");
        assert_eq!(headers["Cache-Control"], "no-store");
        assert_eq!(headers["Content-Length"], packed.len().to_string());
        let mut unpacked = String::new();
        GzDecoder::new(&packed[..]).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked.len(), plain.len());
        assert!(unpacked.contains("The kitchen is being cleaned.") && packed.len() * 2 < unpacked.len());
    }
    assert!(is_packed(&asks(&boss, "/?before=99", Some("same-origin")).await.0));
}

#[tokio::test]
async fn what_another_site_asks_for_and_what_says_words_back_is_not() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("Canteen closed").body(&"The kitchen is being cleaned. ".repeat(99))).await;

    for (path, site) in [
        ("/", None),
        ("/", Some("cross-site")),
        ("/", Some("same-site")),
        ("/?q=canteen", Some("same-origin")),
        ("/?from=boss", Some("none")),
        ("/?before=9&q=canteen", Some("same-origin")),
        ("/healthz", Some("same-origin")),
    ] {
        let (headers, body) = asks(&boss, path, site).await;
        assert!(!is_packed(&headers), "{path} {site:?}");
        assert!(std::str::from_utf8(&body).is_ok(), "{path} {site:?}");
    }
    // A form that comes back says what was typed.
    let typed = [("kind", "news"), ("body", &"Closed. ".repeat(999))];
    let form = boss.request(Method::POST, "/admin/posts").header("Sec-Fetch-Site", "same-origin");
    let again = form.header("Accept-Encoding", "gzip").form(&typed).send().await.unwrap();
    assert_eq!(again.status(), 422);
    assert!(!is_packed(again.headers()) && again.text().await.unwrap().contains("Closed. Closed."));
}
