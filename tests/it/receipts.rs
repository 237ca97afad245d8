//! What people have read: the count, the list whose length it is, and what other devices are told of it.

mod markings;
pub mod model;
mod plans;
mod streams;

use reqwest::Method;
use serde_json::json;

use crate::support::{Draft, Event, Feed, Page, Person, Stream, TestApp, tags};

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
async fn more_than_ninety_nine_are_told_as_that_and_none_as_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let counted = async || {
        let text = ann.gets("/").await.text;
        let (_, rest) = text.split_once("<unread-count").unwrap();
        rest.split("</unread-count>").next().unwrap().to_owned()
    };
    assert!(!counted().await.contains(|one: char| one.is_ascii_digit()), "{}", counted().await);

    for number in 0..99 {
        boss.publishes(Draft::news(&format!("Number {number}"))).await;
    }
    let at_most = counted().await;
    boss.publishes(Draft::news("One more")).await;

    assert!(at_most.contains("99") && !at_most.contains("99+"), "{at_most}");
    assert!(counted().await.contains("99+"), "{}", counted().await);
    assert_eq!(ann.session().await["unread"], 100, "the count itself is whole");
}
