//! Searching the feed: what is found is marked, and of what arrives only what belongs there comes in.

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    what_is_found_is_marked_and_only_what_belongs_there_comes_in,
}

async fn what_is_found_is_marked_and_only_what_belongs_there_comes_in() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let pump = boss.publishes(Draft::news("Pump 3").body("The *pump* is hot.")).await;
    boss.publishes(Draft::news("Fan 4")).await;
    let ann = Browser::signs_in(&app, "ann").await;

    ann.types("q", "pum").await;
    ann.clicks(".find-words button").await;
    ann.sees(&format!("#post-{pump} .post-title mark")).await;
    ann.is("live").await;
    let marks =
        format!("[...document.querySelectorAll('#post-{pump} mark')].map((mark) => mark.textContent).join()");
    assert_eq!(ann.asks(&marks).await, "Pump,pump");
    assert_eq!(ann.asks("document.querySelectorAll('.posts > li').length").await, 1);
    assert_eq!(ann.asks("location.search").await, "?q=pum&kind=&severity=&from=&since=&until=");

    let other = boss.publishes(Draft::news("Fan 5")).await;
    let wanted = boss.publishes(Draft::alert("info", "Pump 6")).await;
    ann.sees(&format!("#post-{wanted} .post-title mark")).await;
    // It was asked about first.
    assert_eq!(ann.asks(&format!("document.getElementById('post-{other}')")).await, serde_json::Value::Null);
    let rows = "[...document.querySelectorAll('.posts > li')].map((row) => Number(row.dataset.post)).join()";
    assert_eq!(ann.asks(rows).await, format!("{wanted},{pump}"));
    ann.reloads().await;
    ann.is("live").await;
    assert_eq!(ann.asks(rows).await, format!("{wanted},{pump}"));

    ann.clicks(".find-set a").await;
    ann.sees(&format!("#post-{other}")).await;
    ann.until("!document.querySelector('mark')").await;
    ann.closes_without_complaint().await;
}
