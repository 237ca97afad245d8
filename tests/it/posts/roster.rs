//! Who has seen a post: whom it reached, what each of them said, and who is told of it.

mod added;
mod exports;
mod externals;
mod plans;
mod streams;

use super::acknowledging::asks;
use crate::{
    groups::posts::for_groups,
    support::{Draft, Page, Person, TestApp, has_people, makes_group},
};

impl Person {
    async fn reads_roster(&self, post: i64, query: &str) -> Page {
        let page = self.gets(&format!("/admin/posts/{post}/roster{query}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        page
    }
}

/// Who is listed, each with their state.
fn people(page: &Page) -> Vec<String> {
    let rows = page.text.split("<tr data-person=").skip(1);
    let row = |row: &str| {
        let state = row.split("data-state=\"").nth(1).unwrap().split('"').next().unwrap();
        let name = row.split("<bdi>").nth(1).unwrap().split('<').next().unwrap();
        format!("{name} {state}")
    };
    rows.map(row).collect()
}

/// What stands under a number's name.
fn number<'a>(page: &'a Page, name: &str) -> &'a str {
    let (_, rest) = page.text.split_once(&format!("data-number=\"{name}\">")).unwrap();
    rest.split("</dd>").next().unwrap()
}

#[tokio::test]
async fn an_author_sees_by_name_who_has_seen_what_asks_for_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let post = boss.publishes(asks("Leave building C")).await;
    app.member("Late").await;

    ann.has_seen(post, "one").await;
    ben.marks(post, true).await;

    let page = boss.reads_roster(post, "").await;
    assert_eq!(people(&page), ["Ann acknowledged", "Ben outstanding"], "not who came later, nor the author");
    assert_eq!(number(&page, "recipients"), "2 people");
    assert_eq!((number(&page, "acknowledged"), number(&page, "outstanding")), ("1 person", "1 person"));
    assert!(number(&page, "read").contains("fewer than ten"), "{}", number(&page, "read"));
    assert_eq!(people(&boss.reads_roster(post, "?state=outstanding").await), ["Ben outstanding"]);
    assert_eq!(people(&boss.reads_roster(post, "?state=acknowledged").await), ["Ann acknowledged"]);
    assert_eq!(people(&boss.reads_roster(post, "?q=be").await), ["Ben outstanding"]);
    ann.takes_back(post, "two").await;
    assert_eq!(people(&boss.reads_roster(post, "").await), ["Ann outstanding", "Ben outstanding"]);
}

#[tokio::test]
async fn a_roster_is_its_authors_alone() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pat, ann) = (app.publisher("pat").await, app.member("ann").await);
    let post = pat.publishes(asks("Leave building C")).await;

    for path in ["roster", "roster.csv"] {
        let path = format!("/admin/posts/{post}/{path}");
        assert_eq!(pat.gets(&path).await.status, 200);
        assert_eq!(boss.gets(&path).await.status, 404, "an admin has no other right");
        assert_eq!(ann.gets(&path).await.status, 404);
    }
    let other = boss.publishes(asks("Another")).await;
    assert_eq!(pat.gets(&format!("/admin/posts/{other}/roster")).await.status, 404);
}

#[tokio::test]
async fn whom_a_post_reached_stays_on_its_roster_and_who_may_not_sign_in_is_not_asked() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["Ann", "Ben", "Cay", "Dee"] {
        app.member(name).await;
    }
    makes_group(&boss, "Night shift", &["Ann", "Ben"]).await;
    app.runs(&["user", "disable", "Dee"], "").await;
    let before = boss.publishes(asks("For all")).await;
    app.member("Eve").await;
    let last = boss.publishes(asks("For all again")).await;
    app.runs(&["user", "disable", "Eve"], "").await;
    let post = boss.publishes(for_groups("For some", &["Night shift"]).with("acknowledge", "on")).await;
    let named =
        boss.publishes(asks("Named").to(&["Cay"]).and("groups", "Night shift").and("except", "Ben")).await;

    app.runs(&["user", "disable", "Ann"], "").await;
    app.runs(&["group", "leave", "Night shift", "Ben"], "").await;
    app.runs(&["group", "join", "Night shift", "Cay"], "").await;

    assert_eq!(people(&boss.reads_roster(post, "").await), ["Ann apart", "Ben outstanding"]);
    assert_eq!(number(&boss.reads_roster(post, "").await, "outstanding"), "1 person");
    assert_eq!(people(&boss.reads_roster(named, "").await), ["Ann apart", "Cay outstanding"]);
    assert_eq!(
        people(&boss.reads_roster(before, "").await),
        ["Ann apart", "Ben outstanding", "Cay outstanding"],
        "who was disabled then was not reached"
    );
    let page = boss.reads_roster(named, "").await;
    let group = page.text.split("<option value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(people(&boss.reads_roster(named, &format!("?group={group}")).await), ["Ann apart"]);
    assert_eq!(
        people(&boss.reads_roster(last, "").await),
        ["Ann apart", "Ben outstanding", "Cay outstanding", "Eve apart"],
        "disabled right after it"
    );
    app.runs(&["user", "enable", "Ann"], "").await;
    assert_eq!(people(&boss.reads_roster(post, "?state=outstanding").await).len(), 2);
}

#[tokio::test]
async fn of_what_asks_nothing_and_of_reading_there_are_numbers_alone() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    has_people(&mut app, 12).await;
    let ann = app.member("Ann").await;
    let post = boss.publishes(Draft::news("Plain")).await;

    ann.marks(post, true).await;

    let page = boss.reads_roster(post, "").await;
    assert_eq!((number(&page, "recipients"), number(&page, "read")), ("13 people", "1 person"));
    assert!(!page.text.contains("<table") && !page.text.contains("Ann"), "{}", page.text);
    assert_eq!(boss.gets(&format!("/admin/posts/{post}/roster.csv")).await.status, 404);
    ann.marks(post, false).await;
    assert_eq!(number(&boss.reads_roster(post, "").await, "read"), "0 people");
    ann.marks_all(&ann.gets("/").await).await;
    assert_eq!(number(&boss.reads_roster(post, "").await, "read"), "1 person");
}
