//! “I have seen this”: on every device, by the key, and however long it takes to arrive.

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp, makes_group},
};

in_every_engine! {
    what_is_said_on_one_device_is_so_on_the_other_and_is_taken_back,
    the_key_says_what_is_all_there_is_to_say_and_answers_nothing,
    what_cannot_be_sent_says_so_and_arrives_once,
    what_was_pressed_survives_signing_in_again,
    a_roster_fills_while_it_is_looked_at,
    what_stands_beside_a_roster_is_shown_as_it_is_now,
    who_coordinates_from_outside_sees_the_post_change,
    who_coordinates_no_more_is_left_neither_the_post_nor_its_roster,
    who_calls_for_help_sees_who_comes,
}

async fn asked(app: &TestApp) -> i64 {
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    boss.publishes(Draft::alert("critical", "Leave building C").with("acknowledge", "on")).await
}

async fn acts(app: &TestApp) -> i64 {
    app.asks_database("SELECT count(*) FROM post_acts").await.try_get_by_index(0).unwrap()
}

/// The row says that it was seen, or asks for it.
async fn shows_seen(browser: &Browser, post: i64, is_seen: bool) {
    let not = if is_seen { "" } else { "!" };
    browser
        .until(&format!("{not}document.querySelector('#post-{post}').hasAttribute('data-acknowledged')"))
        .await;
    browser
        .sees(&format!(
            "#post-{post} {}",
            if is_seen { ".acknowledged time" } else { ".acknowledgement button" }
        ))
        .await;
}

async fn what_is_said_on_one_device_is_so_on_the_other_and_is_taken_back() {
    let app = TestApp::start().await;
    let post = asked(&app).await;
    let (one, two) = (Browser::signs_in(&app, "ann").await, Browser::signs_in(&app, "ann").await);
    for browser in [&one, &two] {
        browser.is("live").await;
        shows_seen(browser, post, false).await;
    }

    one.clicks(&format!("#post-{post} .acknowledgement button")).await;
    for browser in [&one, &two] {
        shows_seen(browser, post, true).await;
    }
    two.clicks(&format!("#post-{post} .take-back")).await;
    for browser in [&one, &two] {
        shows_seen(browser, post, false).await;
    }
    one.asks("document.querySelector('.post-title a').focus()").await;
    one.driver.active_element().await.unwrap().send_keys("e").await.unwrap();
    for browser in [&one, &two] {
        shows_seen(browser, post, true).await;
    }
    assert_eq!(acts(&app).await, 3);
    one.closes_without_complaint().await;
    two.closes_without_complaint().await;
}

async fn the_key_says_what_is_all_there_is_to_say_and_answers_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let seen = boss.publishes(Draft::alert("warning", "Low water").with("acknowledge", "on")).await;
    let answers = Draft::alert("critical", "Fire in building C")
        .and("answers", "I am safe")
        .and("answer_kinds", "fine");
    let answers = boss.publishes(answers.and("answers", "I need help").and("answer_kinds", "help")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    let presses = async || ann.driver.active_element().await.unwrap().send_keys("e").await.unwrap();

    // In no row, in the row of what has answers, and on an answer itself.
    ann.asks("document.activeElement.blur()").await;
    presses().await;
    for held in [".post-title a", ".answer-choices .button", ".answer-choices .help"] {
        ann.asks(&format!("document.querySelector('#post-{answers} {held}').focus()")).await;
        presses().await;
        ann.until(&format!("document.activeElement.matches('#post-{answers} {held}')")).await;
    }
    ann.asks(&format!("document.querySelector('#post-{seen} .post-title a').focus()")).await;
    presses().await;

    shows_seen(&ann, seen, true).await;
    assert_eq!(acts(&app).await, 1);
    let is_asked = format!("!document.querySelector('#post-{answers}').hasAttribute('data-acknowledged')");
    assert_eq!(ann.asks(&is_asked).await, true);
    ann.closes_without_complaint().await;
}

async fn what_cannot_be_sent_says_so_and_arrives_once() {
    let mut app = TestApp::start().await;
    let post = asked(&app).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    app.kill().await;

    ann.clicks(&format!("#post-{post} .acknowledgement button")).await;
    ann.until("document.querySelector('.unsent')?.textContent === 'Not sent – trying again'").await;
    ann.clicks(&format!("#post-{post} .acknowledgement button")).await;
    app.restart().await;

    shows_seen(&ann, post, true).await;
    ann.until("document.querySelector('.unsent') === null").await;
    assert_eq!(acts(&app).await, 1);
}

async fn what_was_pressed_survives_signing_in_again() {
    let app = TestApp::start().await;
    let post = asked(&app).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    app.sql("DELETE FROM sessions").await;

    ann.clicks(&format!("#post-{post} .acknowledgement button")).await;
    ann.until("document.querySelector('.unsent') !== null || location.pathname === '/login'").await;
    assert_eq!(acts(&app).await, 0);
    ann.goes("/login").await;
    ann.signs_in_here(&app, "ann").await;
    ann.goes("/").await;

    shows_seen(&ann, post, true).await;
    assert_eq!(acts(&app).await, 1);
}

async fn a_roster_fills_while_it_is_looked_at() {
    let app = TestApp::start().await;
    let post = asked(&app).await;
    let boss = Browser::signs_in(&app, "boss").await;
    boss.goes(&format!("/admin/posts/{post}/roster")).await;
    boss.is("live").await;
    let number = |name: &str, people: &str| {
        format!("document.querySelector('[data-number={name}]').textContent.trim() === '{people}'")
    };
    boss.until(&number("outstanding", "1 person")).await;

    let ann = app.signs_in("ann").await;
    ann.posts(&format!("/posts/{post}/acknowledgement"), &[]).await;

    boss.until(&number("acknowledged", "1 person")).await;
    boss.until(&number("outstanding", "0 people")).await;
    boss.until("document.querySelector('[data-state=acknowledged] time') !== null").await;
    boss.closes_without_complaint().await;
}

async fn what_stands_beside_a_roster_is_shown_as_it_is_now() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["ann", "ben"] {
        app.signs_up(name, Role::Member).await;
    }
    let asks = Draft::alert("critical", "Leave building C").with("acknowledge", "on");
    let post = boss.publishes(asks.with("remind_every", "5").with("remind_times", "2")).await;
    let window = Browser::signs_in(&app, "boss").await;
    window.goes(&format!("/admin/posts/{post}/roster")).await;
    window.is("live").await;
    window.asks("window.neverReloaded = true").await;
    window.until("document.querySelector('[data-reminders] time') !== null").await;
    window.until("document.querySelector('.roster-remind button').textContent.includes('2 people')").await;

    boss.posts(&format!("/admin/posts/{post}/reminders/removal"), &[]).await;
    window.until("document.querySelector('[data-reminders]').textContent.includes('none is to come')").await;
    let ann = app.signs_in("ann").await;
    ann.posts(&format!("/posts/{post}/acknowledgement"), &[]).await;
    window
        .until("document.querySelector('[data-number=outstanding]').textContent.trim() === '1 person'")
        .await;
    window.until("document.querySelector('.roster-remind button').textContent === 'Remind 1 person'").await;
    let ben =
        "[...document.querySelectorAll('tr[data-person]')].find((row) => row.textContent.includes('ben'))";
    window.until(&format!("{ben}.querySelector('.roster-words').textContent === 'Not yet'")).await;
    boss.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "All are out")]).await;
    window.until("document.querySelector('.over-note')?.textContent.includes('All are out')").await;
    window.until("document.querySelector('.roster-remind') === null").await;
    window.until(&format!("{ben}.querySelector('.roster-words').textContent === 'Not asked any more'")).await;
    boss.posts(&format!("/admin/posts/{post}/resolution/removal"), &[]).await;
    window.until(&format!("{ben}.querySelector('.roster-words').textContent === 'Not yet'")).await;
    window.until("window.neverReloaded").await;

    // In a list of whom is asked, too, nobody is left who is.
    window.goes(&format!("/admin/posts/{post}/roster?state=outstanding")).await;
    window.is("live").await;
    window.until(&format!("{ben}.querySelector('.roster-words').textContent === 'Not yet'")).await;
    boss.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "")]).await;
    window.until(&format!("{ben}.querySelector('.roster-words').textContent === 'Not asked any more'")).await;
    window.closes_without_complaint().await;
}

async fn who_coordinates_from_outside_sees_the_post_change() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["ann", "cay"] {
        app.signs_up(name, Role::Member).await;
    }
    let to_cay = Draft::alert("critical", "Leave building C").to(&["cay"]).with("coordinators", "ann");
    let post = boss.publishes(to_cay.with("acknowledge", "on")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    ann.until("document.querySelector('.menu a[href=\"/admin/posts\"]') !== null").await;
    ann.until("document.querySelector('[data-post]') === null").await;
    ann.goes(&format!("/posts/{post}")).await;
    ann.is("live").await;
    ann.asks("window.neverReloaded = true").await;

    let edit = [("version", "1"), ("kind", "alert"), ("severity", "critical"), ("title", "Leave building D")];
    assert_eq!(boss.posts(&format!("/admin/posts/{post}"), &edit).await.status, 303);
    ann.until("document.querySelector('.post-title').textContent === 'Leave building D'").await;
    boss.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "All are out")]).await;
    ann.until("document.querySelector('.over-note')?.textContent.includes('All are out')").await;
    ann.until("window.neverReloaded").await;
    ann.closes_without_complaint().await;
}

async fn who_coordinates_no_more_is_left_neither_the_post_nor_its_roster() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["ann", "cay"] {
        app.signs_up(name, Role::Member).await;
    }
    makes_group(&boss, "Safety", &["ann"]).await;
    let to_cay = Draft::alert("critical", "Leave building C").to(&["cay"]).with("coordinators", "Safety");
    let post = boss.publishes(to_cay.with("acknowledge", "on")).await;
    let ann = Browser::signs_in(&app, "ann").await;

    let pages =
        [(format!("/posts/{post}"), "article"), (format!("/admin/posts/{post}/roster"), "post-roster")];
    for (page, shown) in pages {
        ann.goes(&page).await;
        ann.is("live").await;
        ann.until(&format!("document.querySelector('{shown}') !== null")).await;
        app.runs(&["group", "leave", "Safety", "ann"], "").await;
        ann.until(&format!("document.querySelector('{shown}') === null")).await;
        ann.until("!document.documentElement.textContent.includes('building C')").await;
        app.runs(&["group", "join", "Safety", "ann"], "").await;
    }
    ann.closes_without_complaint().await;
}

async fn who_calls_for_help_sees_who_comes() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let question = Draft::alert("critical", "Are you safe?").with("telephone", "on");
    let question = question.and("answers", "I need help").and("answer_kinds", "help");
    let post = boss.publishes(question.and("answers", "I am safe").and("answer_kinds", "fine")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    let called = [("answer", "0"), ("note", ""), ("telephone", "+43 1 234"), ("key", "one")];
    app.signs_in("ann").await.posts(&format!("/posts/{post}/answer"), &called).await;
    ann.until("document.querySelector('.acknowledged').textContent.includes('I need help')").await;
    let comes = "document.querySelector('.ask-taken').checkVisibility()";
    assert_eq!(ann.asks(comes).await, false);

    let user: i64 =
        app.asks_database("SELECT id FROM users WHERE name = 'ann'").await.try_get_by_index(0).unwrap();
    let taking = format!("/admin/posts/{post}/people/{user}/taking");
    assert_eq!(boss.posts(&taking, &[]).await.status, 303);
    ann.until(comes).await;
    assert_eq!(ann.text(".ask-taken").await, "boss has taken your call for help.");
    ann.reloads().await;
    ann.is("live").await;
    ann.until(comes).await;
    assert_eq!(boss.posts(&format!("{taking}/removal"), &[]).await.status, 303);
    ann.until(&format!("!{comes}")).await;
    ann.closes_without_complaint().await;
}
