//! What one has written, by state.

use crate::support::{Draft, Page, Person, TestApp, attribute, plan, statements, tags};

/// The posts of one of the lists, in its order.
async fn lists(person: &Person, query: &str) -> Vec<i64> {
    shown(&person.gets(&format!("/admin/posts{query}")).await)
}

fn shown(page: &Page) -> Vec<i64> {
    assert_eq!(page.status, 200, "{page:?}");
    tags(&page.text, "<tr data-post").map(|tag| attribute(tag, "data-post").parse().unwrap()).collect()
}

#[tokio::test]
async fn what_one_wrote_is_listed_by_what_has_become_of_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.publisher("ann").await;
    let news = ann.publishes(Draft::news("Bicycles")).await;
    let over = ann.publishes(Draft::alert("info", "The lift")).await;
    let gone = ann.publishes(Draft::alert("warning", "By mistake")).await;
    let expired = ann.publishes(Draft::alert("info", "For an hour")).await;
    super::expiry::expires(&app, expired).await;
    let open = ann.publishes(Draft::alert("critical", "Smoke")).await;
    boss.publishes(Draft::news("Not hers")).await;
    ann.posts(&format!("/admin/posts/{over}/resolution"), &[("note", "")]).await;
    ann.posts(&format!("/admin/posts/{gone}/withdrawal"), &[("reason", "")]).await;

    assert_eq!(lists(&ann, "").await, [open, expired, gone, over, news]);
    assert_eq!(lists(&ann, "?state=open").await, [open]);
    assert_eq!(lists(&ann, "?state=over").await, [over]);
    assert_eq!(lists(&ann, "?state=expired").await, [expired]);
    assert_eq!(lists(&ann, "?state=withdrawn").await, [gone]);
    assert_eq!(lists(&ann, "?state=nonsense").await, [open, expired, gone, over, news]);
    let text = ann.gets("/admin/posts").await.text;
    let row = |post: i64| {
        text.split_once(&format!("<tr data-post=\"{post}\"")).unwrap().1.split("</tr>").next().unwrap()
    };
    for (post, offers) in [
        (news, [true, true, false]),
        (open, [true; 3]),
        (over, [true; 3]),
        (gone, [false; 3]),
        (expired, [true, true, false]),
    ] {
        let links = ["/edit\"", "/withdrawal\"", "#resolution\""].map(|link| row(post).contains(link));
        assert_eq!(links, offers, "{}", row(post));
    }
    assert!(ann.gets(&format!("/posts/{open}")).await.text.contains("id=\"resolution\""));
    assert!(ann.gets("/admin/posts/new").await.text.contains("href=\"/admin/posts\""));
}

#[tokio::test]
async fn each_list_is_paged_and_found_by_an_index() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    for at in 0..4 {
        boss.publishes(Draft::alert("info", &format!("Alert {at}"))).await;
    }
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)";
    app.sql(&format!(
        "INSERT INTO posts (number, author_id, kind, severity, title, body, html, audience, published_ms, resolved_ms, \
         withdrawn_ms, expired_ms) {rows} SELECT last_id + i, author_id, 'alert', 'info', 'T', '', '', 'everyone', i, \
         CASE i % 3 WHEN 1 THEN i END, CASE i % 6 WHEN 2 THEN i END, CASE i % 6 WHEN 5 THEN i END FROM n, counter, (SELECT min(author_id) AS \
         author_id FROM posts) AS author"
    ))
    .await;
    // Two hundred others have written far more.
    app.sql(&format!(
        "INSERT INTO users (name, name_key, role, disabled, created_ms, password_hash, external) {rows} \
         SELECT 'p' || i, 'p' || i, 'publisher', FALSE, 1, '', FALSE FROM n WHERE i <= 200"
    ))
    .await;
    app.sql(&format!(
        "INSERT INTO posts (number, author_id, kind, severity, title, body, html, audience, published_ms) {rows} \
         SELECT last_id + 1000 + i * 1000 + other.id, other.id, 'alert', 'info', 'T', '', '', 'everyone', i \
         FROM n, counter, (SELECT id FROM users WHERE role = 'publisher') AS other WHERE i <= 100"
    ))
    .await;
    app.sql("ANALYZE").await;
    let before = app.logs().len();

    for (state, expected) in [
        ("", 304),
        ("state=open&", 104),
        ("state=over&", 100),
        ("state=expired&", 50),
        ("state=withdrawn&", 50),
    ] {
        let (mut all, mut path) = (vec![], format!("/admin/posts?{state}"));
        loop {
            let page = boss.gets(&path).await;
            let some = shown(&page);
            assert!(some.len() <= 50);
            all.extend(some);
            match tags(&page.text, "<a ").find(|tag| attribute(tag, "rel") == "next") {
                Some(next) => path = crate::support::unescape(attribute(next, "href")),
                None => break,
            }
        }
        assert_eq!(all.len(), expected, "{state}");
        all.dedup();
        assert_eq!(all.len(), expected, "{state}: once each");
    }

    let asked: Vec<_> = statements(&app.logs()[before..]);
    let lists: Vec<_> = asked.iter().filter(|sql| sql.contains("\"author_id\" =")).collect();
    assert!(lists.len() >= 5, "{asked:?}");
    for statement in lists {
        let plan = plan(&app, statement).await;
        assert!(plan.contains("posts_written") && !plan.contains("TEMP B-TREE"), "{statement}\n{plan}");
    }
}
