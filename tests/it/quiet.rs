//! What somebody does not want to be told of, and when: `GET /posts/{id}/telling` is what would ring asks.

mod plans;

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::{Value, json};

use crate::support::{Draft, Person, TestApp};

/// Nothing muted, as the form says it.
const ALL: (&str, &str) = ("alerts", "all");

impl Person {
    /// What may be said of a post; none, to be quiet.
    pub async fn is_told(&self, post: i64) -> Option<Value> {
        let page = self.gets(&format!("/posts/{post}/telling")).await;
        match page.status {
            204 => None,
            200 => Some(page.json()),
            _ => panic!("{page:?}"),
        }
    }

    pub async fn rules(&self, fields: &[(&str, &str)]) {
        let page = self.posts("/account/preferences/quiet", fields).await;
        assert_eq!(page.status, 303, "{page:?}");
    }
}

/// A window of quiet hours around now in that zone, by the field names of the form.
fn hours_around(now: Timestamp, zone: &str) -> [(String, String); 2] {
    let zone = TimeZone::get(zone).unwrap();
    let from = (now - 2.hours()).to_zoned(zone.clone());
    let to = (now + 2.hours()).to_zoned(zone);
    let day = from.weekday().to_monday_one_offset();
    let time = |field: &str, at: &jiff::Zoned| (format!("{field}-{day}"), at.strftime("%H:%M").to_string());
    [time("from", &from), time("to", &to)]
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn what_is_told_says_no_more_than_the_person_wants_shown() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let news = boss.publishes(Draft::news("The secret news")).await;
    let alert = boss.publishes(Draft::alert("warning", "The secret alert")).await;

    let told = ann.is_told(news).await.unwrap();
    assert_eq!(
        told,
        json!({ "kind": "news", "title": null, "url": format!("/posts/{news}"), "sound": false })
    );
    let told = ann.is_told(alert).await.unwrap();
    assert_eq!(
        (&told["kind"], &told["severity"], &told["title"]),
        (&json!("alert"), &json!("warning"), &json!(null))
    );

    let wishes = [("titles", "on"), ("sounds", "warning"), ("sounds", "nonsense")];
    let saved = ann.posts_and_sees("/account/preferences/telling", &wishes).await;
    assert!(saved.text.contains("value=\"warning\" checked"), "{saved:?}");
    assert!(!saved.text.contains("nonsense"));
    let told = ann.is_told(alert).await.unwrap();
    assert_eq!((&told["title"], &told["sound"]), (&json!("The secret alert"), &json!(true)));
    assert_eq!(ann.is_told(news).await.unwrap()["sound"], false, "of news she wants to hear nothing");

    ann.posts_and_sees("/account/preferences/telling", &[]).await;
    assert_eq!(ann.is_told(alert).await.unwrap()["title"], json!(null));
}

#[tokio::test]
async fn only_who_may_see_a_post_is_told_whether_it_is_told() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let post = boss.publishes(Draft::alert("critical", "For Ann").to(&["ann"])).await;

    assert!(ann.is_told(post).await.is_some());
    for id in [post, 999_999_999] {
        let page = ben.gets(&format!("/posts/{id}/telling")).await;
        assert!(page.status == 404 && !page.text.contains("For Ann"), "{id}: {page:?}");
    }
    assert_eq!(ann.gets("/posts/x/telling").await.status, 404);
    assert_eq!(app.visitor().gets(&format!("/posts/{post}/telling")).await.status, 303);
}

#[tokio::test]
async fn what_one_wrote_or_read_and_what_is_over_is_not_told() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let post = boss.publishes(Draft::alert("critical", "Leave the building")).await;

    assert_eq!(boss.is_told(post).await, None, "they wrote it");
    assert!(ann.is_told(post).await.is_some());
    ann.marks(post, true).await;
    assert_eq!(ann.is_told(post).await, None, "she read it");
    ann.marks(post, false).await;
    assert!(ann.is_told(post).await.is_some(), "and put it back");
    let page = ann.gets("/").await;
    ann.marks_all(&page).await;
    assert_eq!(ann.is_told(post).await, None, "she marked all");

    let other = boss.publishes(Draft::alert("critical", "Again")).await;
    assert!(ann.is_told(other).await.is_some());
    boss.posts_and_sees(&format!("/admin/posts/{other}/resolution"), &[("note", "")]).await;
    assert_eq!(ann.is_told(other).await, None, "it is over");
}

#[tokio::test]
async fn what_is_muted_comes_silently_and_critical_alerts_break_through() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let mut posts = vec![boss.publishes(Draft::news("News")).await];
    for severity in ["info", "warning", "critical"] {
        posts.push(boss.publishes(Draft::alert(severity, severity)).await);
    }
    let told = async |fields: &[(&str, &str)]| {
        ann.rules(fields).await;
        let mut told = Vec::new();
        for post in &posts {
            told.push(ann.is_told(*post).await.is_some());
        }
        told
    };

    assert_eq!(told(&[ALL]).await, [true, true, true, true]);
    assert_eq!(told(&[("news", "on"), ALL]).await, [false, true, true, true]);
    assert_eq!(told(&[("alerts", "warning")]).await, [true, false, true, true]);
    assert_eq!(told(&[("news", "on"), ("alerts", "critical")]).await, [false, false, false, true]);
    let page = ann.gets("/account/preferences").await;
    assert!(
        page.text.contains("value=\"critical\" checked")
            && page.text.contains("name=\"news\" value=\"on\" checked")
    );
    assert!(page.text.contains("Critical alerts break through"), "the page says so");
    let feed = ann.reads_feed().await;
    assert_eq!(feed.posts.len(), 4, "what is muted comes all the same");
    assert_eq!(ann.reads_unread().await.len(), 4);
    let mut stream = ann.opens_stream().await;
    let news = boss.publishes(Draft::news("More")).await;
    assert_eq!(stream.next_post().await, news);
    let form = boss.gets("/admin/posts/new").await;
    assert!(form.text.contains("Such alerts break through"), "the form says so to who publishes");
}

#[tokio::test]
async fn a_muted_group_is_quiet_only_for_what_comes_by_it_alone() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    for (name, id) in [("Choir", "1"), ("Kitchen", "2")] {
        boss.posts_and_sees("/admin/groups", &[("name", name)]).await;
        boss.posts_and_sees(&format!("/admin/groups/{id}/members"), &[("people", "ann")]).await;
    }
    boss.posts_and_sees("/admin/groups", &[("name", "Secret circle")]).await;
    let page = ann.gets("/account/preferences").await;
    assert!(
        page.text.contains("<bdi>Choir</bdi>") && page.text.contains("<bdi>Kitchen</bdi>"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("Secret circle"), "she is not in it");
    let to = |draft: Draft, groups: &[&str]| {
        groups.iter().fold(draft.with("audience", "groups"), |draft, group| draft.and("groups", group))
    };
    let choir = boss.publishes(to(Draft::news("Choir"), &["Choir"])).await;
    let both = boss.publishes(to(Draft::news("Both"), &["Choir", "Kitchen"])).await;
    let urgent = boss.publishes(to(Draft::alert("critical", "Choir!"), &["Choir"])).await;
    let all = boss.publishes(Draft::news("All")).await;

    // Of a group that she is not in, nothing is kept.
    ann.rules(&[ALL, ("groups", "1"), ("groups", "3"), ("groups", "x")]).await;

    assert_eq!(ann.is_told(choir).await, None);
    for post in [both, urgent, all] {
        assert!(ann.is_told(post).await.is_some(), "{post}");
    }
    let page = ann.gets("/account/preferences").await;
    assert!(page.text.contains("name=\"groups\" value=\"1\" checked"), "{}", page.text);
    assert!(!page.text.contains("name=\"groups\" value=\"2\" checked"));
    ann.rules(&[ALL, ("groups", "1"), ("groups", "2")]).await;
    assert_eq!((ann.is_told(choir).await, ann.is_told(both).await), (None, None));
    assert!(ann.is_told(all).await.is_some());
    ann.rules(&[ALL]).await;
    assert!(ann.is_told(choir).await.is_some(), "switched off, it is so at once");
    // With the group goes what was said of it.
    ann.rules(&[ALL, ("groups", "1")]).await;
    boss.posts_and_sees("/admin/groups/1/removal", &[]).await;
    assert_eq!(ann.gets("/account/preferences").await.status, 200);
}

#[tokio::test]
async fn quiet_hours_hold_in_the_persons_own_zone_and_can_be_left_out_for_once() {
    let app = TestApp::start_with(&["--time-zone", "America/New_York"]).await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let post = boss.publishes(Draft::alert("warning", "Wake up")).await;
    let critical = boss.publishes(Draft::alert("critical", "Leave")).await;
    let hours = hours_around(Timestamp::now(), "America/New_York");
    ann.rules(&[&pairs(&hours)[..], &[ALL]].concat()).await;

    assert_eq!(ann.is_told(post).await, None, "by the server's zone, as long as she chose none");
    assert!(ann.is_told(critical).await.is_some());
    let page = ann.gets("/account/preferences").await;
    assert!(
        page.text.contains("data-quiet") && page.text.contains("<strong>Quiet</strong> until"),
        "{}",
        page.text
    );
    for (name, value) in &hours {
        assert!(page.text.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name}={value}");
    }
    ann.posts_and_sees("/account/preferences", &[("zone", "Asia/Tokyo")]).await;
    assert!(ann.is_told(post).await.is_some(), "it is another time there");
    ann.posts_and_sees("/account/preferences", &[("zone", "America/New_York")]).await;
    assert_eq!(ann.is_told(post).await, None);

    let page = ann.gets("/account/preferences").await;
    let left_out = ann.posts_and_sees("/account/quiet/exception", &[("day", &page.field("day"))]).await;
    assert!(left_out.text.contains("For once, there are no quiet hours"), "{left_out:?}");
    assert!(ann.is_told(post).await.is_some(), "not this time");
    ann.posts_and_sees("/account/quiet/exception/removal", &[]).await;
    assert_eq!(ann.is_told(post).await, None);
    ann.rules(&[ALL]).await;
    assert!(ann.is_told(post).await.is_some(), "switched off, it is so at once");
    assert_eq!(ann.posts("/account/quiet/exception", &[("day", "someday")]).await.status, 404);
}

#[tokio::test]
async fn it_is_quiet_until_a_time_for_once() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let post = boss.publishes(Draft::news("Now")).await;
    let critical = boss.publishes(Draft::alert("critical", "Leave")).await;
    ann.posts_and_sees("/account/preferences", &[("zone", "Asia/Kathmandu")]).await;
    let there = |hours: i64| {
        let at = (Timestamp::now() + hours.hours()).in_tz("Asia/Kathmandu").unwrap();
        at.strftime("%Y-%m-%dT%H:%M").to_string()
    };

    let page = ann.posts_and_sees("/account/quiet", &[("until", &there(3))]).await;

    assert!(page.text.contains("data-quiet"), "{page:?}");
    assert_eq!(ann.is_told(post).await, None);
    assert!(ann.is_told(critical).await.is_some());
    ann.posts_and_sees("/account/quiet/removal", &[]).await;
    assert!(ann.is_told(post).await.is_some());
    for typed in [there(-1), there(24 * 61), "soon".into(), "2026-02-30T10:00".into(), String::new()] {
        let refused = ann.posts("/account/quiet", &[("until", &typed)]).await;
        assert!(
            refused.status == 422 && refused.text.contains("id=\"until-problem\""),
            "{typed}: {refused:?}"
        );
        assert!(
            refused.text.contains(&format!("name=\"until\" value=\"{typed}\"")),
            "it comes back: {refused:?}"
        );
    }
    assert!(ann.is_told(post).await.is_some(), "what is refused changes nothing");
}

#[tokio::test]
async fn a_form_of_quiet_hours_with_a_mistake_comes_back_whole_and_changes_nothing() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    ann.rules(&[ALL, ("from-1", "22:00"), ("to-1", "07:00")]).await;

    for (from, to) in
        [("22:00", ""), ("", "07:00"), ("25:00", "07:00"), ("late", "early"), ("22:00", "24:01")]
    {
        let sent = [
            ("news", "on"),
            ("alerts", "warning"),
            ("from-3", from),
            ("to-3", to),
            ("from-1", "20:00"),
            ("to-1", "21:00"),
        ];
        let refused = ann.posts("/account/preferences/quiet", &sent).await;
        assert_eq!(refused.status, 422, "{from}-{to}: {refused:?}");
        for words in [
            "id=\"hours-3-problem\"".to_owned(),
            format!("name=\"from-3\" value=\"{from}\""),
            format!("name=\"to-3\" value=\"{to}\""),
            "name=\"from-1\" value=\"20:00\"".into(),
            "name=\"news\" value=\"on\" checked".into(),
        ] {
            assert!(refused.text.contains(&words), "{words}: {}", refused.text);
        }
    }
    assert_eq!(ann.posts("/account/preferences/quiet", &[("alerts", "loud")]).await.status, 422);
    assert_eq!(ann.posts("/account/preferences/quiet", &[]).await.status, 422);
    let page = ann.gets("/account/preferences").await;
    assert!(
        page.text.contains("name=\"from-1\" value=\"22:00\"") && page.text.contains("value=\"all\" checked")
    );
}
