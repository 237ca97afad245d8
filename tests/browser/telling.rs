//! Notifications and sounds, in Chromium, whose tools can allow notifications.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    door::Door,
    support::{Draft, Role, TIMEOUT, TestApp},
};

mod clicks;

/// What is shown, by tag: that and the title of each.
const SHOWN: &str = "navigator.serviceWorker.getRegistration('/')
    .then((worker) => worker?.getNotifications() ?? [])
    .then((shown) => done(shown.map(({ tag, title }) => `${tag}: ${title}`).sort()));";

/// Has the page note what it has shown. Chromium forgets what it is about to show when it is asked just then what there is.
const NOTES_SHOWN: &str = "(() => {
    const show = ServiceWorkerRegistration.prototype.showNotification;
    ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
        await show.call(this, title, options);
        localStorage.setItem('shown', `${localStorage.getItem('shown') ?? ''} ${options.tag}`);
    };
    return 1;
})()";

/// How often this tab asked whether to tell.
const ASKED: &str =
    "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/telling')).length";

/// Has the page note the sounds that it makes.
const LISTENS: &str = "(() => {
    window.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
    return 1;
})()";

/// The first question whether to tell of a post gets lost; of each it is noted whether it says that nobody used the page.
const LOSES_THE_FIRST: &str = "(() => {
    window.byItself = [];
    const fetchAll = window.fetch;
    window.fetch = (address, options) => {
        if (!String(address).endsWith('/telling')) return fetchAll(address, options);
        byItself.push('Tidings-By-Itself' in (options.headers ?? {}));
        return byItself.length === 1 ? Promise.reject(new TypeError('lost')) : fetchAll(address, options);
    };
    return 1;
})()";

/// All has been read, it was told a moment ago, and the page is slow to find out which notifications there are.
const CLOSES_SLOWLY: &str = "(() => {
    const find = ServiceWorkerRegistration.prototype.getNotifications;
    const goesOn = new Promise((goOn) => { window.goOn = goOn; });
    let isFirst = true;
    ServiceWorkerRegistration.prototype.getNotifications = async function () {
        if (isFirst) { isFirst = false; await goesOn; }
        return find.call(this);
    };
    const detail = { all: true, unread: 0, through: '', posts: {} };
    document.dispatchEvent(new CustomEvent('stream:receipts', { detail }));
    return 1;
})()";

/// A browser in which Ann is told.
async fn ann_who_is_told(app: &TestApp) -> Browser {
    app.signs_up("ann", Role::Member).await;
    // What stands in view would be read after a while, and go.
    let by_hand = [("reads", "hand")];
    assert_eq!(app.signs_in("ann").await.posts("/account/preferences", &by_hand).await.status, 303);
    let ann = Browser::signs_in_to_be_told(app, "ann").await;
    let granted = json!({ "origin": app.url, "permissions": ["notifications"] });
    ann.devtools("Browser.grantPermissions", granted).await;
    ann.goes("/account/preferences").await;
    ann.clicks("desktop-notices button[name=on]").await;
    ann.sees("desktop-notices button[name=off]").await;
    ann
}

async fn goes_to_feed(ann: &Browser) {
    ann.goes("/").await;
    ann.is("live").await;
    ann.asks(NOTES_SHOWN).await;
}

/// Waits until exactly these are shown.
async fn are_shown(ann: &Browser, wanted: &[String]) {
    for tag in wanted.iter().filter_map(|shown| shown.split(':').next()) {
        ann.until(&format!("(localStorage.getItem('shown') ?? '').split(' ').includes('{tag}')")).await;
    }
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let shown = ann.asks_later(SHOWN).await;
        if shown == json!(wanted) {
            return;
        }
        assert!(Instant::now() < deadline, "{wanted:?} are to be shown, and there is {shown}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_to_tell_is_asked_again_where_the_question_was_lost_and_is_no_use_of_the_session() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, ann_who_is_told(&app).await);
    goes_to_feed(&ann).await;
    ann.asks(LOSES_THE_FIRST).await;
    let news = boss.publishes(Draft::news("The secret news")).await;
    are_shown(&ann, &[format!("post-{news}: New post")]).await;
    assert_eq!(ann.asks("window.byItself").await, json!([true, true]));
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_before_a_post_came_closes_nothing_of_it() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, ann_who_is_told(&app).await);
    goes_to_feed(&ann).await;
    ann.asks(CLOSES_SLOWLY).await;
    let news = boss.publishes(Draft::news("The secret news")).await;
    let shown = format!("post-{news}: New post");
    are_shown(&ann, std::slice::from_ref(&shown)).await;
    ann.asks_later("window.goOn(); setTimeout(() => done(1), 500);").await;
    assert_eq!(ann.asks_later(SHOWN).await, json!([shown]));
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tab_tells_once_and_what_is_read_elsewhere_goes() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, ann_who_is_told(&app).await);
    goes_to_feed(&ann).await;
    let first = ann.tab().await;
    let second = ann.opens_tab("/").await;
    ann.is("live").await;
    are_shown(&ann, &[]).await;

    let news = boss.publishes(Draft::news("The secret news")).await;
    let alert = boss.publishes(Draft::alert("critical", "The secret alert")).await;

    let [of_news, of_alert] = [format!("post-{news}: New post"), format!("post-{alert}: New critical alert")];
    are_shown(&ann, &[of_news.clone(), of_alert]).await;
    let mut asked = 0;
    for tab in [&first, &second] {
        ann.turns_to(tab).await;
        asked += ann.asks(ASKED).await.as_u64().unwrap();
    }
    assert_eq!(asked, 2, "one tab asked once for each");

    let elsewhere = app.signs_in("ann").await;
    let mark = elsewhere.request(reqwest::Method::POST, &format!("/posts/{alert}/reading"));
    mark.header("Accept", "application/json").send().await.unwrap();
    are_shown(&ann, &[of_news]).await;

    ann.clicks("form[action='/logout'] button").await;
    ann.sees("form[action='/login']").await;
    are_shown(&ann, &[]).await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_muted_comes_silently_and_titles_show_only_if_they_were_chosen() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, ann_who_is_told(&app).await);
    let elsewhere = app.signs_in("ann").await;
    let rules = [("news", "on"), ("alerts", "critical")];
    assert_eq!(elsewhere.posts("/account/preferences/quiet", &rules).await.status, 303);
    assert_eq!(elsewhere.posts("/account/preferences/telling", &[("titles", "on")]).await.status, 303);
    goes_to_feed(&ann).await;

    let news = boss.publishes(Draft::news("Muted")).await;
    let warning = boss.publishes(Draft::alert("warning", "Muted, too")).await;
    let critical = boss.publishes(Draft::alert("critical", "Leave the building")).await;

    are_shown(&ann, &[format!("post-{critical}: Critical alert: Leave the building")]).await;
    ann.shows(&[critical, warning, news]).await;
    ann.until(&format!("{ASKED} === 3")).await;
    are_shown(&ann, &[format!("post-{critical}: Critical alert: Leave the building")]).await;
    boss.posts(&format!("/admin/posts/{critical}/resolution"), &[("note", "")]).await;
    are_shown(&ann, &[]).await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_denied_it_is_not_asked_again_and_reads_how_to_undo_it() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in_to_be_told(&app, "ann").await;
    let sets = async |setting: &str| {
        let permission =
            json!({ "permission": { "name": "notifications" }, "setting": setting, "origin": app.url });
        ann.devtools("Browser.setPermission", permission).await;
        ann.goes("/account/preferences").await;
    };

    sets("denied").await;
    ann.sees("[data-state=denied] li").await;
    let said = ann.text("[data-state=denied]").await;
    for browser in ["Chrome", "Firefox", "Safari"] {
        assert!(said.contains(browser), "{said}");
    }
    let offers =
        "[...document.querySelectorAll('desktop-notices button')].some((button) => button.checkVisibility())";
    assert_eq!(ann.asks(offers).await, false, "there is nothing to press that would ask again");

    // Undone in the browser's own settings, it may be turned on.
    sets("granted").await;
    ann.clicks("desktop-notices button[name=on]").await;
    ann.sees("desktop-notices button[name=off]").await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_one_notification_and_never_rings() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let door = Door::to(&app).await;
    app.url.clone_from(&door.url);
    let ann = ann_who_is_told(&app).await;
    let sounds = [("sounds", "news"), ("sounds", "warning")];
    assert_eq!(app.signs_in("ann").await.posts("/account/preferences/telling", &sounds).await.status, 303);
    goes_to_feed(&ann).await;
    ann.clicks("h1").await;
    ann.asks(LISTENS).await;

    door.shuts();
    ann.is("reconnecting").await;
    for draft in [Draft::news("One"), Draft::alert("warning", "Two"), Draft::news("Three")] {
        boss.publishes(draft).await;
    }
    door.opens();

    let missed = "away: 3 new posts while you were away, 1 of them an alert";
    are_shown(&ann, &[missed.into()]).await;
    assert_eq!(ann.asks("window.tones").await, 0);
    // Live again, it rings: once, although two come at the same time.
    let first = boss.publishes(Draft::alert("warning", "Now")).await;
    let second = boss.publishes(Draft::alert("warning", "And now")).await;
    are_shown(
        &ann,
        &[missed.into(), format!("post-{first}: New warning"), format!("post-{second}: New warning")],
    )
    .await;
    assert_eq!(ann.asks("window.tones").await, 3, "the three tones of a warning");
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_for_without_a_click_and_nothing_comes_to_who_did_not_turn_it_on() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in_to_be_told(&app, "ann").await;
    boss.publishes(Draft::alert("critical", "Leave")).await;
    ann.until("document.querySelectorAll('li[data-post]').length === 1").await;
    let state: Value = ann.asks("Notification.permission").await;
    assert!(state == "default" || state == "denied", "{state}");
    assert_eq!(ann.asks(ASKED).await, 0, "who is not told by this browser is not asked about");
    ann.goes("/account/preferences").await;
    ann.until("document.querySelectorAll('desktop-notices [data-state]:not([hidden])').length === 1").await;
    ann.closes_without_complaint().await;
}
