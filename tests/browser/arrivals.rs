//! What arrives never moves what somebody is at, and is spoken of once.

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::time::{Instant, interval, sleep};

use crate::{
    browser::Browser,
    responsive::stays_responsive,
    support::{Draft, Program, Role, TIMEOUT, TestApp, makes_group},
};

in_every_engine! {
    what_has_the_focus_or_is_pointed_at_stays_where_it_is,
}

fn top_of(post: i64) -> String {
    format!("document.querySelector('#post-{post}').getBoundingClientRect().top")
}

async fn waits(browser: &Browser, count: &str) {
    browser
        .until(&format!(
            "document.querySelector('.new-posts-button').textContent.trim() === {}",
            json!(count)
        ))
        .await;
    assert_eq!(browser.asks("document.querySelector('.new-posts').hidden").await, false);
}

/// Moves the pointer there, and a bit more: a hand does not come in one jump.
async fn points_at(browser: &Browser, selector: &str) {
    let element = browser.sees(selector).await;
    let moves = browser.driver.action_chain().move_to_element_center(&element);
    moves.move_by_offset(2, 1).perform().await.unwrap();
}

async fn what_has_the_focus_or_is_pointed_at_stays_where_it_is() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let first = boss.publishes(Draft::news("First").body("A line.\n\nAnother.")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.shows(&[first]).await;

    ann.asks(&format!("document.querySelector('#post-{first} a').focus()")).await;
    let before = ann.asks(&top_of(first)).await;
    let second = boss.publishes(Draft::news("Second")).await;
    waits(&ann, "1 new post").await;
    assert_eq!((ann.posts().await, ann.asks(&top_of(first)).await), (vec![first], before.clone()));
    // Whatever leaves the list makes room for what waits.
    ann.asks("document.querySelector('a.brand').focus()").await;
    ann.shows(&[second, first]).await;

    points_at(&ann, &format!("#post-{first} .post-title")).await;
    let before = ann.asks(&top_of(first)).await;
    let third = boss.publishes(Draft::alert("warning", "Third")).await;
    let fourth = boss.publishes(Draft::news("Fourth")).await;
    waits(&ann, "2 new posts").await;
    assert_eq!((ann.posts().await, ann.asks(&top_of(first)).await), (vec![second, first], before));
    points_at(&ann, "a.brand").await;
    // What is open and urgent stands on top until it is read.
    ann.shows(&[third, fourth, second, first]).await;
    ann.until("document.querySelector('.new-posts').hidden").await;

    // The button shows them, too, to whoever is in the list.
    ann.asks(&format!("document.querySelector('#post-{first} a').focus()")).await;
    let fifth = boss.publishes(Draft::news("Fifth")).await;
    waits(&ann, "1 new post").await;
    ann.clicks(".new-posts-button").await;
    ann.shows(&[third, fifth, fourth, second, first]).await;
    ann.until(&format!("document.activeElement.closest('#post-{fifth}') !== null")).await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_appears_under_the_pointer_takes_no_click_at_once_but_does_take_a_key() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let first = boss.publishes(Draft::news("First")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.asks(&format!("document.querySelector('#post-{first} a').focus()")).await;
    // Clicks the button in the moment in which it appears: by the pointer first (detail 1), then by a key (detail 0).
    let watches = "
        const newer = document.querySelector('.new-posts');
        new MutationObserver((changes, observer) => {
            if (newer.hidden || !newer.hasAttribute('data-settling')) return;
            observer.disconnect();
            const click = (detail) => newer.firstElementChild.dispatchEvent(new MouseEvent('click', { detail, bubbles: true, cancelable: true }));
            click(1);
            const afterPointer = document.querySelectorAll('li[data-post]').length;
            click(0);
            window.counts = [afterPointer, document.querySelectorAll('li[data-post]').length];
        }).observe(newer, { attributes: true });
        done(1);";
    ann.asks_later(watches).await;

    boss.publishes(Draft::news("Second")).await;

    ann.until("window.counts !== undefined").await;
    assert_eq!(ann.asks("window.counts").await, json!([1, 2]));
    ann.closes_without_complaint().await;
}

/// How many posts were published while all tabs listened.
const NEWS: usize = 97;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_arrivals_one_of_twelve_tabs_speaks_alerts_at_once_and_news_by_count() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let mut tabs = vec![ann.tab().await];
    for _ in 1..12 {
        tabs.push(ann.opens_tab("/").await);
        ann.is("live").await;
    }
    for tab in &tabs {
        ann.turns_to(tab).await;
        ann.asks_later(
            "window.said = { news: [], alerts: [] };
            const listen = (region, list) => new MutationObserver((changes) => {
                for (const { addedNodes } of changes) for (const line of addedNodes) list.push([Date.now(), line.textContent]);
            }).observe(document.querySelector(region), { childList: true });
            listen('#spoken-news', window.said.news);
            listen('#spoken-alerts', window.said.alerts);
            done(1);",
        )
        .await;
    }

    let alerts = ["One", "Two", "Three"];
    for (number, title) in alerts.into_iter().enumerate() {
        boss.publishes(Draft::alert("warning", title)).await;
        for one in 0..NEWS / 3 + usize::from(number == 0) {
            boss.publishes(Draft::news(&format!("{number} {one}"))).await;
        }
    }

    let (mut news, spoken) = all_is_said(&ann, &tabs).await;
    let mut texts: Vec<_> =
        spoken.iter().map(|line| line[1].as_str().unwrap().replace(['\u{2068}', '\u{2069}'], "")).collect();
    texts.sort();
    assert_eq!(texts, ["Warning: One", "Warning: Three", "Warning: Two"]);
    news.sort_by_key(|line| line[0].as_i64());
    let times: Vec<i64> = news.iter().map(|line| line[0].as_i64().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 9_000), "{news:?}");
    assert!(news.len() <= 12, "{news:?}");
    ann.closes_without_complaint().await;
}

/// What all tabs have said of news and of alerts, once all of it is said.
async fn all_is_said(browser: &Browser, tabs: &[WindowHandle]) -> (Vec<Value>, Vec<Value>) {
    let deadline = Instant::now() + TIMEOUT * 4;
    loop {
        let (mut news, mut alerts) = (vec![], vec![]);
        for tab in tabs {
            browser.turns_to(tab).await;
            let said = browser.asks("window.said").await;
            news.extend(said["news"].as_array().unwrap().clone());
            alerts.extend(said["alerts"].as_array().unwrap().clone());
        }
        if counted(&news) == NEWS {
            return (news, alerts);
        }
        assert!(Instant::now() < deadline, "{news:?}");
        sleep(Duration::from_millis(500)).await;
    }
}

/// The sum of what "3 new posts" says.
fn counted(news: &[Value]) -> usize {
    let numbers =
        news.iter().map(|line| line[1].as_str().unwrap().split(' ').next().unwrap().parse::<usize>());
    numbers.map(Result::unwrap).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_long_list_drops_is_on_the_page_of_older_posts() {
    const SHOWN: usize = 200;
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    // Joining takes numbers of the log, so that those of posts are not their ids.
    makes_group(&boss, "Crew", &["ann"]).await;
    let program = Program::of(&app, "boss", "publish").await;
    let ann = Browser::signs_in(&app, "ann").await;
    let mut posts = vec![];
    for number in 0..SHOWN + 7 {
        let post = program.publishes(&format!("Number {number}")).await;
        posts.insert(0, post);
        // A page takes longer over them than a server does.
        if number % 50 == 0 {
            ann.sees(&format!("#post-{post}")).await;
        }
    }
    ann.shows(&posts[..SHOWN]).await;

    ann.clicks(".older-link").await;

    ann.shows(&posts[SHOWN..]).await;
    ann.closes_without_complaint().await;
}

/// A thousand posts in a minute, for a fifth of it. Each takes some 35 ms, so that beside other browsers tasks wait for the
/// machine, each time.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a machine that does nothing else"]
async fn while_a_thousand_posts_a_minute_arrive_the_page_stays_responsive_and_its_list_bounded() {
    const POSTS: usize = 200;
    const EACH: Duration = Duration::from_millis(60);
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    let program = Program::of(&app, "boss", "publish").await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/").await;
    ann.is("live").await;

    stays_responsive(&ann, async |_| {
        let mut turns = interval(EACH);
        let mut last = 0;
        for number in 0..POSTS {
            turns.tick().await;
            last = program.publishes(&format!("Number {number}")).await;
        }
        ann.sees(&format!("#post-{last}")).await;
        let shown = ann.asks("document.querySelectorAll('.posts > li[data-post]').length").await;
        assert!(shown.as_u64().is_some_and(|shown| shown <= 201), "{shown}");
    })
    .await;

    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_have_headings_which_arrivals_and_departures_keep_true() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let old = boss.publishes(Draft::news("Old")).await;
    app.sql(&format!("UPDATE posts SET published_ms = published_ms - 864000000 WHERE id = {old}")).await;
    let first = boss.publishes(Draft::news("First")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let days = "[...document.querySelectorAll('.posts > li')].map((row) => \
                [row.dataset.post, row.querySelector('.day')?.textContent === 'Today', row.querySelector('.day') !== null].join()).join(' ')";
    ann.until(&format!("{days} === '{first},true,true {old},false,true'")).await;
    assert_eq!(
        ann.asks(&format!("document.querySelector('#post-{old} .times').textContent.length")).await,
        5
    );

    ann.asks("document.activeElement.blur()").await;
    let second = boss.publishes(Draft::news("Second")).await;
    ann.until(&format!("{days} === '{second},true,true {first},false,false {old},false,true'")).await;
    ann.reloads().await;
    ann.is("live").await;
    ann.until(&format!("{days} === '{second},true,true {first},false,false {old},false,true'")).await;
    ann.closes_without_complaint().await;
}
