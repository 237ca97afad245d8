//! What one has written, by state.

use super::{acknowledging::asks, answering::asks_who_is_safe};
use crate::support::{Draft, Page, Person, TestApp, attribute, makes_group, plan, statements, tags};

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

/// What the list says of who said something of each of its posts, newest first.
async fn numbers(person: &Person) -> Vec<String> {
    let page = person.gets("/admin/posts").await;
    let links = page.text.split("class=\"written-numbers\"").skip(1);
    let words = |link: &str| {
        let (_, words) = link.split('<').next().unwrap().split_once('>').unwrap();
        let help = link.split("<strong class=\"problem\">").nth(1).and_then(|help| help.split('<').next());
        format!("{words}{}", help.filter(|_| words.ends_with("· ")).unwrap_or_default())
    };
    links.map(words).collect()
}

#[tokio::test]
async fn each_post_that_asks_something_says_how_many_said_so_and_leads_to_who_did() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pat, cora) = (app.publisher("pat").await, app.member("cora").await);
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    for name in ["Dee", "Eve", "Flo"] {
        app.member(name).await;
    }
    let news = pat.publishes(Draft::news("Bicycles")).await;
    let safe = pat.publishes(asks_who_is_safe().with("coordinators", "cora")).await;
    let asked = pat.publishes(asks("Leave building C").to(&["Ann"])).await;
    let first =
        ["Nobody has said so yet · 1 not yet", "Nobody has said so yet · 7 not yet", "Who has seen it"];
    assert_eq!(numbers(&pat).await, first);

    ann.has_seen(asked, "one").await;
    ann.answers(safe, "0", "", "").await;
    ben.answers(safe, "2", "", "0664").await;

    let now = ["1 person has said so", "2 people have said so · 5 not yet · 1 needs help", "Who has seen it"];
    // The call for help is an alert of its own, which is Pat's as well.
    assert_eq!(numbers(&pat).await[numbers(&pat).await.len() - 3..], now);
    let page = pat.gets("/admin/posts").await.text;
    for post in [news, safe, asked] {
        let roster = format!("/admin/posts/{post}/roster");
        assert!(page.contains(&format!("href=\"{roster}\"")), "{page}");
        assert_eq!(pat.gets(&roster).await.status, 200);
    }
    assert!(numbers(&cora).await.contains(&now[1].to_owned()), "who coordinates it, too");
    pat.posts(&format!("/admin/posts/{safe}/resolution"), &[("note", "")]).await;
    let over = "2 people have said so · 1 needs help".to_owned();
    assert!(numbers(&pat).await.contains(&over), "nobody is asked any more");

    // Nobody is counted who is reached by a closed group alone, whoever else is.
    let closed = makes_group(&boss, "Support", &["Ann", "Ben"]).await;
    assert_eq!(boss.posts(&format!("{closed}/closing"), &[]).await.status, 303);
    let to_closed = asks("Of the closed").with("audience", "groups").with("groups", "Support");
    let hidden = pat.publishes(to_closed).await;
    ann.has_seen(hidden, "two").await;
    assert_eq!(numbers(&pat).await[0], "Nobody has said so yet");
}

#[tokio::test]
async fn of_more_posts_than_a_few_only_what_was_said_is_counted() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("Ann").await;
    for at in 0..7 {
        let post = boss.publishes(asks(&format!("Asked {at}"))).await;
        ann.has_seen(post, "").await;
        app.member(&format!("Late {at}")).await;
    }
    let before = app.logs().len();

    let shown = numbers(&boss).await;

    assert_eq!(shown[0], "1 person has said so · 6 not yet");
    assert_eq!(shown[4], "1 person has said so · 2 not yet");
    assert_eq!(shown[5..], ["1 person has said so", "1 person has said so"]);
    let asked = statements(&app.logged_since(before).await);
    let counted: Vec<_> = asked.iter().filter(|sql| sql.contains("FROM \"receipts\"")).collect();
    assert!(!counted.is_empty(), "{asked:?}");
    for statement in counted {
        let plan = plan(&app, statement).await;
        assert!(plan.contains("receipts_"), "{statement}\n{plan}");
    }
}

#[tokio::test]
async fn what_thousands_said_is_counted_up_to_a_thousand_and_at_one_go() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    let first = boss.publishes(asks_who_is_safe()).await;
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)";
    app.sql(&format!(
        "INSERT INTO users (name, name_key, role, disabled, created_ms, password_hash, external) {rows} \
         SELECT 'p' || i, 'p' || i, 'member', FALSE, 1, '', FALSE FROM n"
    ))
    .await;
    let say = |post: i64, at: &str| {
        format!(
            "INSERT INTO receipts (user_id, post_id, number, read_at, is_unread, acknowledged_ms, answer, rev, at_ms) \
             SELECT users.id, posts.id, posts.number, 0, FALSE, 1, 2, 1, 1 FROM users, posts \
             WHERE posts.id = {post} AND users.name_key {at}"
        )
    };
    app.sql(&say(first, "LIKE 'p%'")).await;

    assert_eq!(numbers(&boss).await, ["More than 1,000 people have said so · More than 1,000 need help"]);
    for at in 1..5 {
        let post = boss.publishes(asks_who_is_safe()).await;
        app.sql(&say(post, &format!("= 'p{at}'"))).await;
    }
    let before = app.logged_since(0).await.len();
    assert_eq!(numbers(&boss).await[0], "1 person has said so · 1,000 not yet · 1 needs help");
    let logs = &app.logged_since(before).await;
    assert_eq!(
        logs.lines().filter(|line| line.contains(r#"AS \"help\""#)).count(),
        1,
        "one statement for all"
    );
    let of_said = statements(logs).into_iter().find(|sql| sql.contains("AS \"help\"")).unwrap();
    assert_eq!(of_said.matches("LIMIT").count(), 10, "two counts of each post are bounded: {of_said}");
    let plan = plan(&app, &of_said).await;
    assert!(plan.contains("receipts_acknowledged") && plan.contains("receipts_answer"), "{plan}");
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

    let asked: Vec<_> = statements(&app.logged_since(before).await);
    let lists: Vec<_> = asked.iter().filter(|sql| sql.contains("\"author_id\" =")).collect();
    assert!(lists.len() >= 5, "{asked:?}");
    for statement in lists {
        let plan = plan(&app, statement).await;
        assert!(plan.contains("posts_written") && !plan.contains("TEMP B-TREE"), "{statement}\n{plan}");
    }
}
