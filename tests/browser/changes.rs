//! Posts that change while people look at them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    support::{Draft, Program, Role, TestApp},
};

in_every_engine! {
    an_alert_that_is_over_turns_calm_in_every_window_that_shows_it,
    an_edit_is_shown_in_place_and_moves_nobody,
    what_is_told_again_comes_on_top_but_not_from_under_its_reader,
    what_is_withdrawn_while_it_is_read_is_gone_with_its_text,
    a_pin_is_shown_on_top_at_once_and_its_end_in_its_place,
    an_edit_of_more_than_words_suggests_to_tell_again_and_the_fold_says_what_is_set,
}

async fn asks(program: &Program, method: Method, path: &str, body: Value) {
    let answer = program.request(method, &format!("/api/v1/posts/{path}")).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

async fn publishes(program: &Program, title: &str) -> i64 {
    let post = json!({ "kind": "alert", "severity": "critical", "title": title, "audience": "everyone" });
    program.sends(&post).await.json()["id"].as_i64().unwrap()
}

async fn an_alert_that_is_over_turns_calm_in_every_window_that_shows_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["ann", "bea", "cat"] {
        app.signs_up(name, Role::Member).await;
    }
    // What stands in view would be read at some time, and stand elsewhere then.
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let program = Program::of(&app, "boss", "publish").await;
    boss.publishes(Draft::news("Bicycles")).await;
    let (ann, bea, cat) = (
        Browser::signs_in(&app, "ann").await,
        Browser::signs_in(&app, "bea").await,
        Browser::signs_in(&app, "cat").await,
    );
    cat.goes("/account").await;
    for browser in [&ann, &bea, &cat] {
        browser.is("live").await;
    }
    let post = publishes(&program, "Leave building C").await;
    let row = format!("document.querySelector('#post-{post}')");
    ann.until(&format!("{row} !== null")).await;
    cat.until("!document.querySelector('alert-bar').hidden").await;
    bea.goes(&format!("/posts/{post}")).await;
    bea.is("live").await;
    for browser in [&ann, &bea, &cat] {
        browser.asks("window.neverReloaded = true").await;
    }
    ann.asks(&format!("{row}.querySelector('a').focus()")).await;

    asks(&program, Method::PUT, &format!("{post}/resolution"), json!({ "note": "False alarm" })).await;

    ann.until(&format!("{row}.querySelector('.alert.over .flag')?.textContent.includes('Over')")).await;
    assert_eq!(ann.asks(&format!("document.activeElement === {row}.querySelector('a')")).await, true);
    assert!(ann.text(&format!("#post-{post} .over-note")).await.contains("False alarm"));
    ann.until("document.querySelector('#spoken-news').textContent === 'Over: Leave building C'").await;
    assert_eq!(ann.asks("document.querySelector('.new-posts').hidden").await, true);
    assert_eq!(ann.asks("document.querySelectorAll('li[data-post]').length").await, 2);
    bea.until("document.querySelector('article.whole.over .flag')?.textContent.includes('Over')").await;
    assert!(bea.text(".over-note").await.contains("False alarm"));
    cat.until("document.querySelector('alert-bar').hidden").await;
    cat.until("document.querySelector('#spoken-news').textContent === 'Over: Leave building C'").await;

    asks(&program, Method::DELETE, &format!("{post}/resolution"), json!({})).await;

    ann.until(&format!("{row}.querySelector('.alert.critical') !== null")).await;
    bea.until("document.querySelector('article.whole.critical') && !document.querySelector('.over-note')")
        .await;
    cat.until("!document.querySelector('alert-bar').hidden").await;
    for browser in [&ann, &bea, &cat] {
        assert_eq!(browser.asks("window.neverReloaded").await, true);
    }
    let html = format!("{row}.outerHTML.replace(' class=\"arriving\"', '')");
    let live = ann.asks(&html).await;
    ann.goes("/").await;
    // Its times are the reader's by then.
    ann.is("live").await;
    assert_eq!(ann.asks(&html).await, live);
    for browser in [ann, bea, cat] {
        browser.closes_without_complaint().await;
    }
}

async fn an_edit_is_shown_in_place_and_moves_nobody() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let program = Program::of(&app, "boss", "publish").await;
    for number in 0..15 {
        boss.publishes(Draft::news(&format!("Number {number}")).body(&"A line.\n\n".repeat(6))).await;
    }
    let post = publishes(&program, "Pump 3").await;
    let low = boss.publishes(Draft::news("Last")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    ann.asks("scrollTo(0, 1500)").await;
    let first = "[...document.querySelectorAll('li[data-post]')].find((row) => row.getBoundingClientRect().top > 100)";
    ann.asks(&format!("void (window.first = {first})")).await;
    ann.asks("window.firstTop = first.getBoundingClientRect().top").await;

    asks(
        &program,
        Method::PATCH,
        &format!("{post}"),
        json!({ "title": "Pump 3 (×2)", "body": "More.\n\n".repeat(30) }),
    )
    .await;

    ann.until(&format!("document.querySelector('#post-{post} h2').textContent === 'Pump 3 (×2)'")).await;
    ann.until("Math.abs(first.getBoundingClientRect().top - firstTop) < 2").await;
    assert!(ann.text(&format!("#post-{post} .times")).await.contains("edited"));
    assert_eq!(ann.asks("document.querySelector('#spoken-news').textContent").await, "");
    assert_eq!(ann.asks("document.querySelector('.new-posts').hidden").await, true);
    let order =
        "[...document.querySelectorAll('li[data-post]')].slice(0, 2).map((row) => Number(row.dataset.post))";
    // What is urgent and not read stands on top.
    assert_eq!(ann.asks(order).await, json!([post, low]));
    ann.closes_without_complaint().await;
}

async fn what_is_told_again_comes_on_top_but_not_from_under_its_reader() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish").await;
    let post = publishes(&program, "Pump 3").await;
    // Whoever comes later has read what was there.
    app.signs_up("ann", Role::Member).await;
    let news = boss.publishes(Draft::news("Bicycles")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.shows(&[news, post]).await;
    let tells_again = async |title: &str| {
        let told = json!({ "title": title, "again": true });
        asks(&program, Method::PATCH, &post.to_string(), told).await;
        ann.until(&format!("document.querySelector('#post-{post} h2').textContent === {}", json!(title)))
            .await;
    };

    // She stands in the list: nothing moves until she leaves it, and the button says that something waits.
    ann.asks(&format!("document.querySelector('#post-{news} a').focus()")).await;
    tells_again("Pump 3 leaks").await;
    ann.until("document.querySelector('.new-posts-button').textContent === '1 new post'").await;
    assert_eq!(ann.posts().await, [news, post]);
    ann.asks("document.querySelector('a.brand').focus()").await;
    ann.shows(&[post, news]).await;
    ann.until("document.querySelector('.new-posts').hidden").await;

    // It stands there, and is told once more: it stays.
    tells_again("Pump 3 leaks more").await;
    ann.shows(&[post, news]).await;
    assert_eq!(ann.asks("document.querySelector('.new-posts').hidden").await, true);
    ann.goes("/").await;
    ann.shows(&[post, news]).await;
    ann.closes_without_complaint().await;
}

async fn what_is_withdrawn_while_it_is_read_is_gone_with_its_text() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("bea", Role::Member).await;
    let program = Program::of(&app, "boss", "publish").await;
    let news = boss.publishes(Draft::news("Bicycles")).await;
    let post = publishes(&program, "Leave building C").await;
    let (ann, bea) = (Browser::signs_in(&app, "ann").await, Browser::signs_in(&app, "bea").await);
    ann.shows(&[post, news]).await;
    ann.asks(&format!("document.querySelector('#post-{post} a').focus()")).await;
    bea.goes(&format!("/posts/{post}")).await;
    bea.is("live").await;

    asks(&program, Method::DELETE, &format!("{post}?reason=Wrong%20building"), json!({})).await;

    ann.shows(&[news]).await;
    ann.until(&format!("document.activeElement.closest('#post-{news}') !== null")).await;
    bea.until("document.querySelector('.gone-note') !== null").await;
    for browser in [&ann, &bea] {
        let text = browser.asks("document.documentElement.outerHTML").await;
        assert!(!text.as_str().unwrap().contains("Leave building C"), "{text}");
    }
    // It is not there to go back to, either.
    bea.goes("/").await;
    bea.shows(&[news]).await;
    bea.goes(&format!("/posts/{post}")).await;
    assert!(!bea.text("main").await.contains("Leave building C"));
    for browser in [ann, bea] {
        browser.closes_without_complaint().await;
    }
}
async fn a_pin_is_shown_on_top_at_once_and_its_end_in_its_place() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let program = Program::of(&app, "boss", "publish").await;
    let old = program.publishes("On an older page").await;
    let mut posts = vec![];
    for number in 0..29 {
        posts.push(boss.publishes(Draft::news(&format!("Number {number}"))).await);
    }
    let middle = program.publishes("In the middle").await;
    posts.push(boss.publishes(Draft::news("Last")).await);
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    ann.asks("window.neverReloaded = true").await;
    let first = |count: usize| {
        format!(
            "[...document.querySelectorAll('li[data-post]')].slice(0, {count}).map((row) => Number(row.dataset.post))"
        )
    };
    let last = posts[posts.len() - 1];
    assert_eq!(ann.asks(&first(2)).await, json!([last, middle]));
    let until = json!({ "until": "2999-12-24T08:00" });

    asks(&program, Method::PUT, &format!("{middle}/pin"), until.clone()).await;
    ann.until(&format!("{}[0] === {middle}", first(1))).await;
    asks(&program, Method::PUT, &format!("{old}/pin"), until).await;
    ann.until(&format!("document.querySelector('#post-{old}[data-on-top=pin] .pin-mark') !== null")).await;
    assert_eq!(ann.asks(&first(3)).await, json!([middle, old, last]));
    let next = boss.publishes(Draft::news("Next")).await;
    ann.until(&format!("document.querySelector('#post-{next}') !== null")).await;
    let live = ann.asks(&first(4)).await;
    assert_eq!(live, json!([middle, old, next, last]));
    ann.goes("/").await;
    ann.is("live").await;
    assert_eq!(ann.asks(&first(4)).await, live, "as a page that is loaded anew");

    asks(&program, Method::DELETE, &format!("{middle}/pin"), json!({})).await;
    ann.until(&format!("{}.join() === '{old},{next},{last},{middle}'", first(4))).await;
    asks(&program, Method::DELETE, &format!("{old}/pin"), json!({})).await;
    ann.until(&format!("document.querySelector('#post-{old}') === null")).await;
    assert_eq!(ann.asks(&first(3)).await, json!([next, last, middle]));
    ann.closes_without_complaint().await;
}

async fn an_edit_of_more_than_words_suggests_to_tell_again_and_the_fold_says_what_is_set() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let post = boss.publishes(Draft::news("Soup")).await;
    let browser = Browser::signs_in(&app, "boss").await;
    browser.goes(&format!("/admin/posts/{post}/edit")).await;
    browser.is("live").await;
    let field = |name: &str| format!("document.querySelector('.post-form [name={name}]')");
    let sets = async |name: &str, value: &str| {
        let field = field(name);
        let change = "new Event('change', { bubbles: true })";
        browser.asks(&format!("({field}.value = '{value}', {field}.dispatchEvent({change}))")).await
    };
    let folds = async || {
        browser
            .asks("document.querySelector('.lasting summary').innerText.trim()")
            .await
            .as_str()
            .unwrap()
            .to_owned()
    };
    browser.until("customElements.get('time-fold') !== undefined").await;
    assert_eq!(folds().await, "It stays until you withdraw it");

    sets("title", "Broth").await;
    assert_eq!(browser.asks(&format!("{}.checked", field("again"))).await, false);
    sets("expires", "2999-12-24T08:00").await;
    assert_eq!(browser.asks(&format!("{}.checked", field("again"))).await, true);
    assert_eq!(folds().await, "It goes by itself, at a time");
    sets("pinned", "2999-12-24T08:00").await;
    sets("expires", "").await;
    assert_eq!(folds().await, "It stays until you withdraw it · on top until a time");
    browser.closes_without_complaint().await;
}
