//! What people have read: the count, the list whose length it is, and what other devices are told of it.

pub mod model;
mod plans;

use reqwest::Method;
use serde_json::json;

use crate::support::{Draft, Event, Feed, Page, Person, Program, Stream, TestApp, tags};

impl Person {
    /// The posts that `/?unread=1` lists, on all of its pages.
    pub async fn reads_unread(&self) -> Vec<i64> {
        let mut posts = Vec::new();
        let mut next = Some("/?unread=1".to_owned());
        while let Some(address) = next {
            let page = self.gets(&address).await;
            next = tags(&page.text, "<a")
                .find_map(|tag| tag.split("href=\"").nth(1).filter(|href| href.contains("before=")))
                .map(|href| href.split('"').next().unwrap().replace("&#38;", "&"));
            posts.extend(Feed::of(page).posts);
        }
        posts
    }

    /// As a script does it.
    pub async fn acts(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.request(Method::POST, path).header("Accept", "application/json");
        Page::read(request.form(fields).send().await.unwrap()).await
    }

    pub async fn marks(&self, post: i64, read: bool) {
        let path = format!("/posts/{post}/reading{}", if read { "" } else { "/removal" });
        assert_eq!(self.acts(&path, &[]).await.status, 204);
    }

    /// Marks as read what the page lists that it has open; where that is undone.
    pub async fn marks_all(&self, page: &Page) -> String {
        let marked = self.acts("/readings", &[("through", &*page.field("through"))]).await;
        assert_eq!(marked.status, 204, "{marked:?}");
        marked.location().to_owned()
    }

    pub async fn opens(&self, post: i64, headers: &[(&str, &str)]) {
        let mut request = self.request(Method::GET, &format!("/posts/{post}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
}

impl Stream {
    /// The next receipts that say so many are unread.
    pub async fn says_unread(&mut self, count: usize) -> Event {
        loop {
            let event = self.next("receipts").await;
            if event.data["unread"] == count {
                return event;
            }
        }
    }
}

/// Rows that the page shows as unread.
fn shown_unread(feed: &Feed) -> Vec<i64> {
    let rows = tags(&feed.text, "<li").filter(|tag| tag.contains(" data-unread"));
    rows.map(|tag| tag.split("data-post=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap())
        .collect()
}

#[tokio::test]
async fn what_was_there_before_somebody_joined_and_what_they_wrote_is_read() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("Before")).await;
    let ann = app.member("ann").await;

    let first = boss.publishes(Draft::news("First")).await;
    let second = boss.publishes(Draft::alert("info", "Second")).await;

    let feed = ann.reads_feed().await;
    assert_eq!(shown_unread(&feed), [second, first]);
    assert!(feed.row(second).contains(">Unread<"), "in a word: {}", feed.row(second));
    assert!(feed.text.contains("<b>2</b>") && feed.text.contains("Mark 2 as read"), "{}", feed.text);
    assert_eq!(ann.reads_unread().await, [second, first]);
    assert_eq!(ann.session().await["unread"], 2);
    assert_eq!(ann.reads_unread().await, [second, first], "looking at lists reads nothing");
    assert_eq!((boss.reads_unread().await, boss.session().await["unread"].clone()), (vec![], json!(0)));
    boss.marks(first, false).await;
    assert!(boss.reads_unread().await.is_empty(), "one's own stay read");
}

#[tokio::test]
async fn a_post_is_read_by_a_visit_of_its_page_and_by_nothing_less() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("Open me")).await;
    let visit = ("Sec-Fetch-Dest", "document");

    ann.opens(post, &[]).await;
    ann.opens(post, &[("Sec-Fetch-Dest", "empty")]).await;
    ann.opens(post, &[visit, ("Sec-Purpose", "prefetch")]).await;
    ann.opens(post, &[visit, ("Sec-Purpose", "prefetch;prerender")]).await;
    assert_eq!(ann.reads_unread().await, [post]);
    assert_eq!(ann.posts("/account/preferences", &[("reads", "hand")]).await.status, 303);
    ann.opens(post, &[visit]).await;
    assert_eq!(ann.reads_unread().await, [post], "they mark by hand");
    assert_eq!(ann.posts("/account/preferences", &[("reads", "nonsense")]).await.status, 422);
    for choice in ["opening", "view"] {
        ann.marks(post, false).await;
        ann.posts("/account/preferences", &[("reads", choice)]).await;
        assert!(ann.gets("/account/preferences").await.text.contains(&format!("value=\"{choice}\" checked")));

        ann.opens(post, &[visit]).await;

        assert!(ann.reads_unread().await.is_empty(), "{choice}");
    }
}

#[tokio::test]
async fn one_is_marked_and_put_back_without_a_script_and_what_is_not_ones_own_is_not_there() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let post = boss.publishes(Draft::news("For Ann").to(&["ann"])).await;
    let other = boss.publishes(Draft::news("For all")).await;
    let from = |query: &str| format!("{}/{query}", ann.url);

    for (query, back) in
        [("", "/"), ("?unread=1", "/?unread=1"), ("?unread=1&x=y", "/?unread=1"), ("admin", "/")]
    {
        let form = ann.request(Method::POST, &format!("/posts/{post}/reading"));
        let answer = Page::read(form.header("Referer", from(query)).send().await.unwrap()).await;
        assert_eq!((answer.status, answer.location()), (303, back), "{query}");
    }
    assert_eq!(ann.reads_unread().await, [other]);
    let answer = ann.posts(&format!("/posts/{post}/reading/removal"), &[]).await;
    assert_eq!((answer.status, answer.location()), (303, "/"));
    assert_eq!(ann.reads_unread().await, [other, post]);

    for path in ["reading", "reading/removal"] {
        assert_eq!(ben.posts(&format!("/posts/{post}/{path}"), &[]).await.status, 404);
    }
    assert_eq!(ben.acts("/readings/1/removal", &[]).await.status, 404);
}

#[tokio::test]
async fn marking_all_goes_up_to_what_the_page_held_and_is_undone_exactly() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let old = boss.publishes(Draft::news("Old")).await;
    ann.marks(old, true).await;
    let (a, b) = (boss.publishes(Draft::news("a")).await, boss.publishes(Draft::alert("warning", "b")).await);
    let page = ann.gets("/").await;
    let later = boss.publishes(Draft::news("Later")).await;
    let through = page.field("through");
    let fields = [("through", through.as_str())];

    let marked = ann.posts("/readings", &fields).await;

    assert_eq!(marked.status, 303);
    assert_eq!(ann.reads_unread().await, [later]);
    let said = ann.gets(marked.location()).await;
    assert!(said.text.contains("2 posts were marked as read"), "{}", said.text);
    let undo = marked.location().replace("/?marking=", "/readings/") + "/removal";
    assert!(said.text.contains(&format!("action=\"{undo}\"")), "{}", said.text);
    // Meanwhile another device reads one of them, and what came later.
    ann.opens(a, &[("Sec-Fetch-Dest", "document")]).await;
    ann.marks(later, true).await;
    let elsewhere = app.member("ben").await;
    assert_eq!(elsewhere.posts(&undo, &[]).await.status, 404, "it is somebody else's");

    assert_eq!(ann.posts(&undo, &[]).await.status, 303);
    assert_eq!(ann.reads_unread().await, [b]);
    ann.marks(b, true).await;
    assert_eq!(ann.posts(&undo, &[]).await.status, 303, "once more, and nothing is left of it");
    assert!(ann.reads_unread().await.is_empty());
}

#[tokio::test]
async fn only_what_the_open_filter_lists_is_marked() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let news = boss.publishes(Draft::news("News")).await;
    let alert = boss.publishes(Draft::alert("warning", "Alert")).await;
    let page = ann.gets("/?unread=1&kind=alert").await;
    assert_eq!(Feed::of(page).posts, [alert]);
    let page = ann.gets("/?unread=1&kind=alert").await;
    assert!(page.text.contains("Mark 1 as read"), "{}", page.text);

    let through = page.field("through");
    let fields = [("through", through.as_str()), ("kind", "alert"), ("unread", "1")];
    let marked = ann.posts("/readings", &fields).await;
    assert!(marked.location().starts_with("/?unread=1&kind=alert&marking="), "{marked:?}");
    assert_eq!(ann.reads_unread().await, [news]);

    let undo = format!("/readings/{}/removal", marked.location().rsplit('=').next().unwrap());
    ann.posts(&undo, &[]).await;
    assert_eq!(ann.reads_unread().await, [alert, news]);
    for through in ["", "x", "zzzzzzzzzzzz-99", "../../"] {
        assert_eq!(ann.acts("/readings", &[("through", through)]).await.status, 422, "{through}");
        let again = ann.posts_and_sees("/readings", &[("through", through)]).await;
        assert!(again.text.contains("Nothing was marked as read"), "{through}");
    }
    assert_eq!(ann.reads_unread().await, [alert, news]);
}

#[tokio::test]
async fn putting_back_beats_an_earlier_marking_and_a_later_one_beats_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("Again and again")).await;
    let page = ann.gets("/").await;

    ann.marks_all(&page).await;
    ann.marks(post, false).await;
    assert_eq!(ann.reads_unread().await, [post]);
    let undo = ann.marks_all(&page).await;
    assert!(ann.reads_unread().await.is_empty());
    ann.acts(&format!("{undo}/removal"), &[]).await;
    assert_eq!(ann.reads_unread().await, [post]);
}

#[tokio::test]
async fn every_device_is_told_at_its_opening_and_of_every_change() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("One")).await;
    let (mut telephone, mut laptop) = (ann.opens_stream().await, ann.opens_stream().await);
    let mut other = app.member("ben").await.opens_stream().await;
    for stream in [&mut telephone, &mut laptop] {
        let first = stream.says_unread(1).await.data;
        assert_eq!(
            (&first["all"], &first["posts"]),
            (
                &json!(true),
                &json!({ post.to_string(): { "read": false, "acknowledged": false, "answer": null, "snoozed_until": null } })
            )
        );
        assert!(first["through"].as_str().unwrap().contains('-'), "{first}");
    }
    assert_eq!(other.next("receipts").await.data["unread"], 0, "who joined later");

    ann.marks(post, true).await;
    for stream in [&mut telephone, &mut laptop] {
        let told = stream.next("receipts").await.data;
        assert_eq!((&told["all"], &told["unread"]), (&json!(false), &json!(0)), "{told}");
        assert_eq!(
            told["posts"],
            json!({ post.to_string(): { "read": true, "acknowledged": false, "answer": null, "snoozed_until": null } })
        );
    }
    let two = boss.publishes(Draft::news("Two")).await;
    let page = ann.gets("/").await;
    assert_eq!(laptop.next_post().await, two);
    let undo = ann.marks_all(&page).await;
    assert_eq!(laptop.next("receipts").await.data["all"], true, "what is not named is read");
    ann.acts(&format!("{undo}/removal"), &[]).await;
    let told = laptop.says_unread(1).await.data;
    assert_eq!(
        told["posts"],
        json!({ two.to_string(): { "read": false, "acknowledged": false, "answer": null, "snoozed_until": null } }),
        "{told}"
    );
    // Nobody else heard of it.
    let last = boss.publishes(Draft::news("Last")).await;
    assert_eq!(other.next_post().await, two);
    let next = other.next_of_any_kind().await.unwrap();
    assert_eq!((next.name.as_str(), next.post()), ("post", last));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_what_its_person_reads_if_it_asks_for_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let posts = [boss.publishes(Draft::news("One")).await, boss.publishes(Draft::news("Two")).await];
    let program = Program::of(&app, "ann", "stream").await;
    let mut plain = program.opens_stream().await;
    let asked = program.request(Method::GET, "/api/v1/stream?watch=board:none,receipts");
    let mut watching = Stream::of(asked.send().await.unwrap());
    watching.says_hello().await;

    let whole = watching.next("receipts").await;
    assert_eq!((&whole.data["all"], &whole.data["unread"], whole.id), (&json!(true), &json!(2), None));
    ann.marks(posts[0], true).await;
    let changed = watching.says_unread(1).await;
    assert_eq!(changed.data["posts"][posts[0].to_string()]["read"], true, "{changed:?}");

    // Who did not ask is told nothing of it.
    let last = boss.publishes(Draft::news("Three")).await;
    while let Some(event) = plain.next_of_any_kind().await {
        assert_ne!(event.name, "receipts", "{event:?}");
        if event.name == "post" && event.post() == last {
            break;
        }
    }
    assert_eq!(watching.next_post().await, last);
    // Another device of hers.
    let anns_other = app.signs_in("ann").await;
    anns_other.marks(posts[1], true).await;
    watching.says_unread(1).await;
}
