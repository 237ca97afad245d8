//! Finding posts: by words, by filters, and only among one's own. What is found is the same on both databases, and the same
//! whether a list is short, so that its posts are read, or long, so that their words are looked up.

mod corpus;
mod filters;
mod leaks;
mod long;
mod plans;
mod programs;
mod rows;

use serde_json::json;

use crate::imports::takes;
use crate::posts::changes::{edits, publishes};
use crate::support::{
    Draft, Feed, Page, Person, Program, TIMEOUT, TestApp, attribute, eventually, news, tags, unescape,
};

/// As it stands behind an address.
pub fn encoded(typed: &str) -> String {
    form_urlencoded::byte_serialize(typed.as_bytes()).collect()
}

/// The address of a link that has this class.
pub fn link(page: &Page, class: &str) -> Option<String> {
    let link = tags(&page.text, "<a").find(|tag| tag.contains(class) && !tag.contains(" hidden"))?;
    Some(unescape(attribute(link, "href")))
}

impl Person {
    /// The first page of what is found by this.
    pub async fn searches(&self, typed: &str) -> Page {
        let page = self.gets(&format!("/?q={}", encoded(typed))).await;
        assert_eq!(page.status, 200, "{typed}");
        page
    }

    pub async fn finds(&self, typed: &str) -> Vec<i64> {
        Feed::of(self.searches(typed).await).posts
    }

    /// What a list has on all of its pages.
    pub async fn lists(&self, address: &str) -> Vec<i64> {
        let (mut posts, mut next) = (Vec::new(), Some(address.to_owned()));
        while let Some(address) = next {
            let page = self.gets(&address).await;
            next = link(&page, "older-link");
            posts.extend(Feed::of(page).posts);
        }
        posts
    }
}

/// Writes posts as publishing does, but for their words, which the server keeps when it finds the time: see `words_are_kept`.
pub async fn has_posts(app: &TestApp, numbers: std::ops::Range<i64>, title: &str, scope: &str, subject: i64) {
    let (from, count) = (numbers.start, numbers.end - numbers.start);
    let n =
        format!("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {})", count - 1);
    let audience = if scope == "everyone" { "everyone" } else { "people" };
    app.sql(&format!(
        "INSERT INTO posts (number, author_id, kind, title, body, html, audience, published_ms, told) {n} \
         SELECT {from} + i, 1, 'news', '{title}', '', '<p>x</p>', '{audience}', 1000000000000 + {from} + i, {from} + i FROM n"
    ))
    .await;
    for (scope, subject) in [("author", 1), (scope, subject)] {
        app.sql(&format!(
            "INSERT INTO audiences (number, scope, subject, urgency, from_number) {n} \
             SELECT {from} + i, '{scope}', {subject}, 'news', {from} + i FROM n"
        ))
        .await;
    }
    app.sql("DELETE FROM word_filling").await;
    app.sql("INSERT INTO word_filling (author_id, below) VALUES (0, 9000000000000)").await;
}

/// Waits until the words of all posts are kept: of thousands, that takes its time.
pub async fn words_are_kept(app: &TestApp) {
    let kept = async {
        while left(app).await > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(TIMEOUT * 5, kept).await.unwrap();
}

async fn left(app: &TestApp) -> i64 {
    app.asks_database("SELECT count(*) FROM word_filling").await.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn whatever_is_typed_is_a_search_and_never_sql() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("Alpha beta").body("gamma")).await;
    has_posts(&app, -120..0, "Filler of a list", "everyone", 0).await;
    words_are_kept(&app).await;
    let before: i64 = app.asks_database("SELECT count(*) FROM posts").await.try_get_by_index(0).unwrap();
    let long = "x".repeat(10_000);
    let many = "alpha ".repeat(2_000);
    let mut typed: Vec<String> = [
        "'",
        "\"",
        "\"a",
        "a\"",
        "*",
        "^a",
        "a:b",
        "words:a",
        "a AND",
        "NOT a",
        "NEAR(a b, 3)",
        "(a",
        "a)",
        "{a b}: c",
        "'; DROP TABLE posts; --",
        "1' OR '1'='1",
        "a & b",
        "a | b",
        "!a",
        "a <-> b",
        "a:*",
        "\\",
        "a\\'b",
        "$1",
        "?",
        "-\"",
        "-a",
        "--",
        "- a",
        "\u{0}",
        "a\u{0}b",
        "\u{feff}",
        "\u{202e}a",
        "🦊🦊",
        "\u{1f3ff}",
        "n1:a",
        "0:alpha",
        ":",
        "c++++",
        "+",
        "#",
        "#a",
        "%",
        "_",
        "\u{fffd}",
        "\u{fdfa}",
    ]
    .map(str::to_owned)
    .into();
    typed.extend([long, many]);
    // Fragments in an order that is the same each time.
    let parts = [
        "a", "alpha", " ", " ", "\"", "-", "'", "*", ":", "(", ")", "東", "é", "\\", "|", "&", "\u{301}",
        "<b>", "+", "list",
    ];
    let mut state = 7_u32;
    for _ in 0..150 {
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize
        };
        let length = next() % 12;
        typed.push((0..length).map(|_| parts[next() % parts.len()]).collect());
    }
    for typed in typed {
        let page = boss.searches(&typed).await;
        assert!(page.text.contains("<post-feed"), "{typed:?}");
    }

    let page = boss.searches(&"alpha ".repeat(50)).await;
    assert!(page.text.contains("Only this was searched: alpha alpha"), "{}", page.text);
    assert!(!boss.searches("alpha beta").await.text.contains("Only this was searched"));
    let after: i64 = app.asks_database("SELECT count(*) FROM posts").await.try_get_by_index(0).unwrap();
    assert_eq!(after, before);
}

#[tokio::test]
async fn an_edit_changes_what_is_found_and_what_one_may_no_longer_see_is_not() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = publishes(
        &program,
        &json!({ "kind": "news", "title": "Elephant", "body": "grey", "audience": "everyone" }),
    )
    .await;
    let hidden = boss.publishes(Draft::news("Elephant, too").to(&["ann"])).await;
    has_posts(&app, -120..0, "Filler", "everyone", 0).await;
    words_are_kept(&app).await;
    assert_eq!(ann.finds("elephant").await, [hidden, post]);

    let edited = edits(&program, post, json!({ "title": "Giraffe" })).await;
    assert_eq!(edited.status, 200, "{edited:?}");
    assert_eq!(ann.finds("elephant").await, [hidden]);
    assert_eq!(ann.finds("giraffe grey").await, [post]);
    edits(&program, post, json!({ "body": "tall" })).await;
    assert_eq!((ann.finds("grey").await, ann.finds("giraffe tall").await), (vec![], vec![post]));

    app.sql("UPDATE audiences SET to_number = (SELECT last_id FROM counter) WHERE scope = 'person'").await;
    assert_eq!(ann.finds("elephant").await, [0; 0]);
    assert_eq!(boss.finds("elephant").await, [hidden], "who wrote it");
}

#[tokio::test]
async fn pages_of_what_is_found_do_not_jump_while_posts_arrive() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let mut posts = Vec::new();
    for number in 0..70 {
        let title = if number % 2 == 0 { "Even number" } else { "Odd number" };
        posts.insert(0, boss.publishes(Draft::news(title)).await);
    }
    has_posts(&app, -120..0, "Filler", "everyone", 0).await;
    words_are_kept(&app).await;
    let even: Vec<_> =
        posts.iter().copied().enumerate().filter(|(at, _)| at % 2 == 1).map(|(_, post)| post).collect();

    let first = boss.searches("even").await;
    let older = link(&first, "older-link").unwrap();
    for _ in 0..3 {
        boss.publishes(Draft::news("Even newer")).await;
    }
    let second = boss.gets(&older).await;

    let found = [Feed::of(first).posts, Feed::of(second).posts].concat();
    assert_eq!(found, even, "each once, newest first");
}

#[tokio::test]
async fn who_has_another_name_is_found_by_it_and_what_was_there_before_is_found_after_an_update() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    takes(&app, "1,Ann Berg,publisher,,,\n", &[]).await;
    let program = Program::of(&app, "Ann Berg", "publish").await;
    let post = publishes(&program, &news("Of long ago")).await;
    has_posts(&app, -120..0, "Filler", "everyone", 0).await;
    words_are_kept(&app).await;
    assert_eq!(boss.finds("ann ago").await, [post]);

    takes(&app, "1,Octavia,publisher,,,\n", &["--yes"]).await;
    words_are_kept(&app).await;
    assert!(boss.finds("octavia ago").await == [post] && boss.finds("ann").await.is_empty());

    // As an update finds it.
    app.stop().await;
    app.sql("DELETE FROM post_words").await;
    app.sql("INSERT INTO word_filling (author_id, below) SELECT 0, last_id + 1 FROM counter").await;
    app.restart().await;
    words_are_kept(&app).await;
    let boss = boss.at(&app);
    assert_eq!(boss.finds("octavia ago").await, [post]);
    // As a node of the build before leaves it, which publishes beside this one for a while.
    app.stop().await;
    app.sql("DELETE FROM post_words").await;
    app.restart().await;
    let kept = || async { (boss.at(&app).finds("octavia ago").await == [post]).then_some(()) };
    eventually("what no words were kept of is found", kept).await;
    let boss = boss.at(&app);
    let incomplete = eventually("that words are not kept yet is said", || async {
        app.sql("DELETE FROM word_filling").await;
        app.sql("INSERT INTO word_filling (author_id, below) VALUES (0, 9000000000000)").await;
        let page = boss.searches("ago").await;
        page.text.contains("still being prepared for searching").then_some(())
    });
    incomplete.await;
    words_are_kept(&app).await;
    assert!(!boss.searches("ago").await.text.contains("still being prepared"));
}
