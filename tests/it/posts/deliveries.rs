//! To how many open pages a post was sent.

use super::acknowledging::asks;
use crate::support::{Draft, Page, Person, Program, TestApp, eventually, has_people};

fn sent(page: &Page) -> Option<&str> {
    let (_, rest) = page.text.split_once("data-number=\"sent\">")?;
    rest.split("</dd>").next()
}

async fn roster(boss: &Person, post: i64) -> Page {
    boss.gets(&format!("/admin/posts/{post}/roster")).await
}

/// Waits until it was sent to so many.
async fn is_sent_to(boss: &Person, post: i64, count: &str) {
    let is_told = async || (sent(&roster(boss, post).await) == Some(count)).then_some(());
    eventually("it is written down", is_told).await;
}

#[tokio::test]
async fn a_roster_says_to_how_many_open_pages_its_post_was_sent() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 12).await;
    let boss = app.signs_in("boss").await;
    let (ann, ben, cay) = (app.member("ann").await, app.member("ben").await, app.member("cay").await);
    let program = Program::of(&app, "cay", "stream").await;
    let early = ben.reads_feed().await.cursor;
    let mut pages = [ann.opens_stream().await, ann.opens_stream().await];
    let mut listener = program.opens_stream().await;

    let post = boss.publishes(asks("Leave building C")).await;
    let few = boss.publishes(asks("For few").to(&["ann", "ben"])).await;
    let plain = boss.publishes(Draft::news("Plain")).await;

    for page in &mut pages {
        page.posts_until(plain).await;
    }
    assert_eq!(listener.next_post().await, post);
    is_sent_to(&boss, post, "1 person").await;
    // Who comes back gets it then; a page that ends has had it.
    let mut later = ben.follows(&early).await;
    later.posts_until(plain).await;
    drop(later);
    is_sent_to(&boss, post, "2 people").await;
    assert_eq!(sent(&roster(&boss, few).await), None, "not told of fewer than ten people");
    assert_eq!(sent(&roster(&boss, plain).await), None, "only of what asks for something");
    drop(cay.opens_stream().await);
    app.stop().await;
    app.restart().await;
    assert_eq!(sent(&roster(&app.signs_in("boss").await, post).await), Some("2 people"));
}

#[tokio::test]
async fn a_page_that_was_sent_what_is_not_theirs_does_not_count() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 12).await;
    let boss = app.signs_in("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let mut pages = [ann.opens_stream().await, ben.opens_stream().await];

    let post = boss.publishes(asks("Not for Ben").with("except", "ben")).await;
    let last = boss.publishes(Draft::news("For all")).await;

    for page in &mut pages {
        page.posts_until(last).await;
    }
    is_sent_to(&boss, post, "1 person").await;
    let row = app.asks_database("SELECT COUNT(*) FROM deliveries").await;
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 1);
}
