//! A post that arrives: whether it belongs to the list that a page shows.

use crate::support::{Draft, TestApp};

#[tokio::test]
async fn a_page_that_shows_a_part_is_told_whether_a_post_belongs_there() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::alert("warning", "Pump <3>").body("hot & **loud**")).await;
    let hidden = boss.publishes(Draft::news("Pump for others").to(&["boss"])).await;

    for query in
        ["q=pump", "q=pump&kind=alert&from=boss&severity=warning", "unread=1", "since=2020-01-01", ""]
    {
        let row = ann.gets(&format!("/posts/{post}/row?{query}")).await;
        assert_eq!(row.status, 200, "{query}");
        assert!(row.text.contains(&format!("<li id=\"post-{post}\"")), "{query}: {}", row.text);
        assert_eq!(
            row.text.contains("<mark>Pump</mark> &#60;3&#62;"),
            query.contains("q=pump"),
            "{}",
            row.text
        );
    }
    let row = ann.gets(&format!("/posts/{post}/row?q=loud+hot+3")).await;
    assert!(row.text.contains("<mark>hot</mark> &amp; <strong><mark>loud</mark></strong>"), "{}", row.text);
    for query in ["q=fan", "q=-pump", "kind=news", "severity=info", "from=ann", "until=2020-01-01"] {
        let row = ann.gets(&format!("/posts/{post}/row?{query}")).await;
        assert_eq!((row.status, row.text.as_str()), (204, ""), "{query}");
    }
    ann.marks(post, true).await;
    assert_eq!(ann.gets(&format!("/posts/{post}/row?unread=1")).await.status, 204);
    for query in ["q=pump", "q=fan", ""] {
        assert_eq!(ann.gets(&format!("/posts/{hidden}/row?{query}")).await.status, 404, "{query}");
        assert_eq!(ann.gets(&format!("/posts/{}/row?{query}", hidden + 1)).await.status, 404, "{query}");
    }
}
