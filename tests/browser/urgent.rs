//! How what is urgent looks on the feed: loud until it is done, above everything, and with its answers in view.

use crate::{
    browser::Browser,
    layout::is_wide,
    support::{Draft, Role, TestApp},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_loud_until_it_is_read_and_longest_when_it_is_critical() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let critical = boss.publishes(Draft::alert("critical", "Leave the building")).await;
    let news = boss.publishes(Draft::news("Bicycles")).await;
    ann.shows(&[critical, news]).await;

    let lasts = |post: i64| {
        format!(
            "Math.max(...['#post-{post}', '#post-{post} > .post'].map((it) => parseFloat(getComputedStyle(document.querySelector(it)).animationDuration)))"
        )
    };
    let (long, short) = (ann.asks(&lasts(critical)).await, ann.asks(&lasts(news)).await);
    assert!(long.as_f64().unwrap() > 4.0 && short.as_f64().unwrap() < 0.5, "{long} {short}");
    let ground =
        format!("getComputedStyle(document.querySelector('#post-{critical} .post-head')).backgroundColor");
    let loud = ann.asks(&ground).await;
    let size = format!("document.querySelector('#post-{critical}').offsetHeight");
    let height = ann.asks(&size).await;
    ann.clicks(&format!("#post-{critical} .mark-read")).await;
    ann.until(&format!("{ground} !== {loud}")).await;
    assert_eq!(ann.asks(&size).await, height, "nothing moves");
    ann.clicks(&format!("#post-{critical} .mark-unread")).await;
    ann.until(&format!("{ground} === {loud}")).await;
    app.sql("UPDATE posts SET published_ms = published_ms - 90000000").await;
    ann.reloads().await;
    ann.until(&format!(
        "document.querySelector('#post-{critical}').hasAttribute('data-unread') && {ground} !== {loud}"
    ))
    .await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_has_all_its_answers_in_view_on_a_phone_and_help_apart() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let offers = [
        ("I am safe", "fine"),
        ("I need help", "help"),
        ("I am not on site", "neutral"),
        ("I am at home", "fine"),
        ("I am on my way", "neutral"),
        ("I cannot say", "neutral"),
    ];
    let question = Draft::alert("critical", "Smoke in hall B: are you safe?").with("telephone", "on");
    let question = offers
        .into_iter()
        .fold(question, |draft, (words, kind)| draft.and("answers", words).and("answer_kinds", kind));
    let post = boss.publishes(question).await;
    boss.publishes(Draft::news("Later")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    is_wide(&ann, 390).await;
    for language in ["en", "de"] {
        app.signs_in("ann").await.posts("/account/preferences", &[("language", language)]).await;
        ann.goes("/").await;
        ann.is("live").await;
        let boxes = format!(
            "[...document.querySelectorAll('#post-{post} :is(.post-title, .answer-choices button)')].map((it) => {{
                const {{ x, y, width, bottom, height }} = it.getBoundingClientRect(); return [x, y, width, bottom, height].map(Math.round); }})"
        );
        let boxes: Vec<[i64; 5]> = serde_json::from_value(ann.asks(&boxes).await).unwrap();
        let [title, safe, help, elsewhere, .., last] = boxes[..] else { panic!("{boxes:?}") };
        assert!(boxes.len() == 7 && title[1] >= 0 && last[3] <= 844, "all in view in {language}: {boxes:?}");
        for answer in [safe, help, elsewhere, last] {
            assert!(answer[4] >= 48 && answer[2] >= 340 && answer[0] == safe[0], "stacked: {boxes:?}");
        }
        let [before, after] = [help[1] - safe[3], elsewhere[1] - help[3]];
        assert!(before >= 14 && after >= 14, "apart: {boxes:?}");
        let styles = "['input[type=text]', 'input[type=tel]'].map((field) => {
            const { backgroundColor, borderRadius, minHeight } = getComputedStyle(document.querySelector(`.answer-more ${field}`));
            return [backgroundColor, borderRadius, minHeight].join(); })";
        let styles = ann.asks(styles).await;
        assert_eq!(styles[0], styles[1], "both fields look like fields");
    }

    is_wide(&ann, 1280).await;
    ann.goes("/").await;
    let edges = "['.fine', '.help', '.help + .button'].map((answer) => document.querySelector(`.answer-choices ${answer}`)
        .getBoundingClientRect()).flatMap(({ left, right }) => [left, right].map(Math.round))";
    let edges: [i64; 6] = serde_json::from_value(ann.asks(edges).await).unwrap();
    assert!(edges[2] - edges[1] >= 24 && edges[4] - edges[3] >= 24, "apart on a desk, too: {edges:?}");
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_nothing_stands_above_an_alert_that_goes_on_and_search_is_a_tap_or_a_key_away() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Publisher).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let post = boss.publishes(Draft::alert("critical", "Leave the building")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    is_wide(&ann, 390).await;
    ann.goes("/").await;
    ann.is("live").await;

    let above = "document.querySelector('.posts > li').getBoundingClientRect().top - document.querySelector('.masthead').getBoundingClientRect().bottom";
    assert!(ann.asks(above).await.as_f64().unwrap() < 48.0);
    let is_found =
        "(() => { const { left, top, height } = document.querySelector('#q').getBoundingClientRect();
        return height > 24 && document.elementFromPoint(left + 20, top + height / 2)?.id === 'q'; })()";
    let the_way = "document.querySelector('.find-jump').checkVisibility()";
    assert_eq!(ann.asks(is_found).await, false);
    ann.driver.active_element().await.unwrap().send_keys("/").await.unwrap();
    ann.until(is_found).await;
    ann.asks("document.activeElement.blur()").await;
    ann.until(&format!("!{is_found}")).await;
    ann.clicks(".find-jump").await;
    ann.until(is_found).await;
    ann.goes("/").await;
    ann.is("live").await;
    boss.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "")]).await;
    ann.reloads().await;
    assert_eq!(ann.asks(is_found).await, true, "it is over");
    assert_eq!(ann.asks(the_way).await, false);

    boss.publishes(Draft::alert("critical", "Smoke in hall B")).await;
    ann.until(the_way).await;
    is_wide(&ann, 1280).await;
    ann.until(&format!("!{the_way}")).await;
    assert_eq!(ann.asks(is_found).await, true);
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_before_the_page_is_told_what_is_read_stands_where_it_would_unread() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    let nothing_is_told = "document.addEventListener('stream:receipts', (event) => event.stopImmediatePropagation(), { capture: true })";
    ann.asks(nothing_is_told).await;

    let alert = boss.publishes(Draft::alert("critical", "Leave the building")).await;
    ann.shows(&[alert]).await;
    let news = boss.publishes(Draft::news("Bicycles")).await;
    ann.shows(&[alert, news]).await;
    assert_eq!(ann.asks("document.querySelectorAll('.posts > [data-unread]').length").await, 2);
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asks_something_is_loud_until_it_is_done_and_not_only_until_it_is_read() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let asks = Draft::alert("critical", "Leave the building").with("acknowledge", "on");
    let post = boss.publishes(asks).await;
    let told = boss.publishes(Draft::alert("critical", "Smoke")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    let ground = |post: i64| {
        format!("getComputedStyle(document.querySelector('#post-{post} .post-head')).backgroundColor")
    };
    let loud = ann.asks(&ground(told)).await;
    assert_eq!(ann.asks(&ground(post)).await, loud);

    for one in [post, told] {
        ann.clicks(&format!("#post-{one} .mark-read")).await;
        ann.until(&format!("!document.querySelector('#post-{one}').hasAttribute('data-unread')")).await;
    }
    ann.until(&format!("{} !== {loud}", ground(told))).await;
    assert_eq!(ann.asks(&ground(post)).await, loud, "it asks still");
    ann.clicks(&format!("#post-{post} .acknowledgement button")).await;
    ann.until(&format!("{} !== {loud}", ground(post))).await;
    ann.clicks(&format!("#post-{post} .take-back")).await;
    ann.until(&format!("{} === {loud}", ground(post))).await;
    ann.closes_without_complaint().await;
}
