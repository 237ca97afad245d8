//! What programs find.

use reqwest::Method;

use crate::support::{Draft, Page, Program, Role, TestApp};

#[tokio::test]
async fn a_program_finds_what_a_page_finds() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Program::of(&app, "ann", "stream").await;
    let post =
        boss.publishes(Draft::alert("warning", "Fire in the north").body("Use the *south* gate")).await;
    boss.publishes(Draft::news("Fire is out")).await;
    boss.publishes(Draft::news("Fire for others").to(&["boss"])).await;
    let found = async |query: &str| {
        let mut ids = Vec::new();
        let mut next = Some(format!("/api/v1/posts?limit=1&{query}"));
        while let Some(address) = next {
            let page = ann.gets(&address).await;
            assert_eq!(page.status, 200, "{address}: {page:?}");
            ids.extend(
                page.json()["posts"].as_array().unwrap().iter().map(|post| post["id"].as_i64().unwrap()),
            );
            next = page.json()["next"].as_str().map(str::to_owned);
        }
        ids
    };

    assert_eq!(found("q=fire").await.len(), 2);
    assert_eq!(found("q=fire+%22south+gate%22").await, [post]);
    assert_eq!(found("q=fire&kind=alert&severity=warning&from=boss&since=2020-01-01").await, [post]);
    assert_eq!(found("q=fire&until=2020-01-01").await, [0; 0]);
    assert_eq!(found("from=nobody+of+that+name").await, [0; 0]);
    for wrong in ["since=yesterday", "until=2026-13-01", "since="] {
        let page =
            Page::read(ann.request(Method::GET, &format!("/api/v1/posts?{wrong}")).send().await.unwrap())
                .await;
        assert_eq!(page.status, 400, "{wrong}");
    }
}
