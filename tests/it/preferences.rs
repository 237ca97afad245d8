//! How somebody's pages are: in which time zone, in which colours, how large.

use crate::support::{Draft, Page, TestApp, tags};

/// The root of a page.
fn root(page: &Page) -> &str {
    tags(&page.text, "<html").next().unwrap()
}

#[tokio::test]
async fn what_is_chosen_is_so_on_every_page_of_that_person_and_on_no_others() {
    let app = TestApp::start().await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let plain = ann.gets("/").await;
    assert!(!root(&plain).contains("data-theme") && !root(&plain).contains("data-text"), "{}", root(&plain));
    assert!(plain.text.contains("content=\"light dark\""));

    let choice = [("theme", "dark"), ("text_size", "larger"), ("zone", "asia/tokyo"), ("language", "de")];
    let saved = ann.posts_and_sees("/account/preferences", &choice).await;

    assert!(saved.text.contains("Ihre Wahl wurde gespeichert."), "{saved:?}");
    assert!(saved.text.contains("value=\"Asia/Tokyo\" list="), "as the zone is written: {saved:?}");
    for path in ["/", "/account", "/account/preferences"] {
        let page = ann.gets(path).await;
        for words in
            ["lang=\"de\"", "data-theme=\"dark\"", "data-text=\"larger\"", "data-zone=\"Asia/Tokyo\""]
        {
            assert!(root(&page).contains(words), "{path}: {}", root(&page));
        }
        assert!(page.text.contains("name=\"color-scheme\" content=\"dark\""), "{path}");
        assert!(!page.text.contains("prefers-color-scheme"), "{path}: {}", page.text);
    }
    for page in [ben.gets("/").await, app.visitor().gets("/login").await] {
        assert!(!root(&page).contains("data-theme"), "{}", root(&page));
    }
    let elsewhere = app.signs_in("ann").await.gets("/").await;
    assert!(
        root(&elsewhere).contains("data-theme=\"dark\""),
        "in another browser, too: {}",
        root(&elsewhere)
    );
}

#[tokio::test]
async fn times_are_told_in_the_persons_zone_else_in_the_servers() {
    let app = TestApp::start_with(&["--time-zone", "Asia/Kathmandu"]).await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let post = boss.publishes(Draft::news("When")).await;
    let address = format!("/posts/{post}");
    let shown = async |zone: &str| {
        assert_eq!(ann.posts("/account/preferences", &[("zone", zone)]).await.status, 303);
        let page = ann.gets(&address).await;
        let time = page.text.split("<time datetime=\"").nth(1).unwrap().to_owned();
        let (instant, rest) = time.split_once("\">").unwrap();
        let text = rest.split_once("</time>").unwrap().0;
        (instant.parse::<jiff::Timestamp>().unwrap(), text.to_owned())
    };

    for (chosen, zone) in [("", "Asia/Kathmandu"), ("America/St_Johns", "America/St_Johns"), ("UTC", "UTC")] {
        let (instant, text) = shown(chosen).await;
        let there = instant.in_tz(zone).unwrap().strftime("%H:%M").to_string();
        assert!(text.ends_with(&there), "{chosen}: {text} is not {there}");
    }
    let entries = app.signs_in("boss").await.gets("/admin/audit").await;
    assert!(entries.status == 200 && boss.gets("/boards").await.status == 200);
}

#[tokio::test]
async fn what_cannot_be_chosen_comes_back_as_it_was_typed_and_changes_nothing() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    ann.posts_and_sees("/account/preferences", &[("theme", "light"), ("zone", "Europe/Vienna")]).await;

    for (name, value) in [
        ("zone", "Mars/Olympus"),
        ("zone", "\u{0}"),
        ("zone", "../../etc/passwd"),
        ("theme", "pink"),
        ("text_size", "huge"),
        ("density", "dense"),
        ("reads", "never"),
        ("language", "tlh"),
    ] {
        let refused = ann.posts("/account/preferences", &[(name, value), ("theme", "dark")]).await;
        assert_eq!(refused.status, 422, "{name}={value}: {refused:?}");
        assert!(refused.text.contains("class=\"problem\""), "{name}={value}: {refused:?}");
    }
    let typed = [("zone", "Mars/Olympus"), ("theme", "dark"), ("text_size", "large"), ("reads", "hand")];
    let refused = ann.posts("/account/preferences", &typed).await;
    for words in [
        "value=\"Mars/Olympus\"",
        "value=\"dark\" checked",
        "value=\"large\" checked",
        "value=\"hand\" checked",
    ] {
        assert!(refused.text.contains(words), "{words}: {}", refused.text);
    }
    let page = ann.gets("/").await;
    assert!(root(&page).contains("data-theme=\"light\""), "{}", root(&page));
    assert!(root(&page).contains("data-zone=\"Europe/Vienna\"") && !root(&page).contains("data-text"));
}

#[tokio::test]
async fn one_field_alone_leaves_the_others_as_they_are() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    ann.posts_and_sees("/account/preferences", &[("theme", "dark"), ("zone", "Europe/Vienna")]).await;

    ann.posts_and_sees("/account/preferences", &[("text_size", "large")]).await;

    let page = ann.gets("/account/preferences").await;
    assert!(!root(&page).contains("data-density"), "{}", root(&page));
    ann.posts_and_sees("/account/preferences", &[("density", "compact")]).await;
    let page = ann.gets("/account/preferences").await;
    assert!(
        root(&page).contains("data-density=\"compact\"") && page.text.contains("value=\"compact\" checked")
    );
    for words in ["data-theme=\"dark\"", "data-text=\"large\"", "data-zone=\"Europe/Vienna\""] {
        assert!(root(&page).contains(words), "{words}: {}", root(&page));
    }
    let account = ann.gets("/account").await;
    assert!(account.text.contains("href=\"/account/preferences\""), "the way there: {}", account.text);
}

#[tokio::test]
async fn each_day_of_a_list_has_one_heading_by_the_persons_own_days() {
    let app = TestApp::start_with(&["--time-zone", "UTC"]).await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    for age in ["3456000000", "172800000", "172800000", "0"] {
        let post = boss.publishes(Draft::news("When")).await;
        app.sql(&format!("UPDATE posts SET published_ms = published_ms - {age} WHERE id = {post}")).await;
    }
    let on_top = boss.publishes(Draft::alert("critical", "Leave")).await;
    let days = async || {
        let feed = ann.reads_feed().await;
        assert!(!feed.row(on_top).contains("class=\"day\""), "what stands on top stands above the days");
        let headings = feed.text.split("<h2 class=\"day\">").skip(1);
        headings.map(|rest| rest.split('<').next().unwrap().to_owned()).collect::<Vec<_>>()
    };

    let shown = days().await;
    assert!(shown.len() == 3 && shown[0] == "Today" && !shown[1].contains("Yesterday"), "{shown:?}");
    ann.posts_and_sees("/account/preferences", &[("language", "de")]).await;
    assert_eq!(days().await[0], "Heute");
}
