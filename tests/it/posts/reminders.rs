//! Reminders that go out by themselves: as often as was said, to whom they may go, until nobody is asked any more.

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use serde_json::{Value, json};

use super::acknowledging::asks;
use crate::support::{Draft, Page, Person, Program, TestApp, eventually, has_people};

/// An alert that reminds who has said nothing, every five minutes, so often.
fn reminds(severity: &str, times: &str) -> Draft {
    asks("Please read").with("severity", severity).with("remind_every", "5").with("remind_times", times)
}

/// Has the next reminder of every post be due.
pub async fn is_due(app: &TestApp) {
    app.sql("UPDATE reminder_schedules SET next_ms = 1 WHERE next_ms IS NOT NULL").await;
}

/// How many reminders there were, and how many people had none of them twice.
pub async fn sent(app: &TestApp) -> (i64, i64) {
    let question =
        "SELECT COUNT(*), COUNT(DISTINCT key || ' ' || user_id) FROM post_acts WHERE act = 'reminded'";
    let row = app.asks_database(question).await;
    (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())
}

/// Waits until no reminder is due or under way.
pub async fn are_done(app: &TestApp) {
    let open = "SELECT COUNT(*) FROM reminder_schedules WHERE next_ms = 1 OR claimed_ms IS NOT NULL";
    let is_done = async || {
        let open: i64 = app.asks_database(open).await.try_get_by_index(0).unwrap();
        (open == 0).then_some(())
    };
    eventually("what is due is sent", is_done).await;
}

async fn roster(boss: &Person, post: i64) -> Page {
    boss.gets(&format!("/admin/posts/{post}/roster")).await
}

async fn acts(boss: &Person, post: i64) -> Vec<Value> {
    let record = boss.gets(&format!("/admin/posts/{post}/record.json")).await.json();
    record["acts"].as_array().unwrap().iter().filter(|act| act["act"] == "reminded").cloned().collect()
}

#[tokio::test]
async fn who_has_said_nothing_is_reminded_by_itself_as_often_as_was_said() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let post = boss.publishes(reminds("warning", "2")).await;
    ann.has_seen(post, "one").await;
    ben.marks(post, true).await;
    let page = roster(&boss, post).await;
    assert!(page.text.contains("Next reminder <time") && page.text.contains(", 1 of 2."), "{}", page.text);
    let mut stream = ben.opens_stream().await;
    stream.says_unread(0).await;

    is_due(&app).await;

    let told = stream.says_unread(1).await.data["posts"][post.to_string()].clone();
    assert!(told["reminded"].is_string(), "{told}");
    are_done(&app).await;
    assert_eq!(ben.gets(&format!("/posts/{post}/telling")).await.status, 200, "it may ring");
    assert!(roster(&boss, post).await.text.contains(", 2 of 2."));
    is_due(&app).await;
    are_done(&app).await;
    let said = acts(&boss, post).await;
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().all(|act| act["who"] == "Ben" && act["by"].is_null()));
    assert_eq!((&said[0]["detail"], &said[1]["detail"]), (&json!("1/2"), &json!("2/2")));
    let page = roster(&boss, post).await;
    assert!(page.text.contains("2 of 2 were sent, and none is to come."), "{}", page.text);
    let audit = boss.gets("/admin/audit?act=post-remind").await.text;
    assert!(audit.contains("1 person, 1/2") && audit.contains("by the server"), "{audit}");
}

#[tokio::test]
async fn reminders_end_with_the_last_word_the_end_of_the_alert_and_its_author() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, pat) = (app.member("Ann").await, app.publisher("pat").await);
    let said = boss.publishes(reminds("critical", "12").to(&["Ann"])).await;
    let over = boss.publishes(reminds("critical", "12").to(&["Ann"])).await;
    let withdrawn = boss.publishes(reminds("critical", "12").to(&["Ann"])).await;
    let stopped = boss.publishes(reminds("critical", "12").to(&["Ann"])).await;
    ann.has_seen(said, "one").await;
    boss.posts(&format!("/admin/posts/{over}/resolution"), &[]).await;
    boss.posts(&format!("/admin/posts/{withdrawn}/withdrawal"), &[("reason", "By mistake")]).await;
    let stop = format!("/admin/posts/{stopped}/reminders/removal");
    assert_eq!(pat.posts(&stop, &[]).await.status, 404, "nobody else stops them");
    let page = boss.posts_and_sees(&stop, &[]).await;
    assert!(page.text.contains("Nobody is reminded automatically any more."), "{}", page.text);
    assert_eq!(boss.acts(&stop, &[]).await.status, 204, "they are stopped already");

    is_due(&app).await;
    are_done(&app).await;

    assert_eq!(sent(&app).await.0, 0);
    assert_eq!(
        boss.gets("/admin/audit?act=post-reminders-stop").await.text.matches("href=\"/posts/4\"").count(),
        1
    );
    boss.posts(&format!("/admin/posts/{over}/resolution/removal"), &[]).await;
    assert!(roster(&boss, over).await.text.contains("Next reminder <time"), "it is not over after all");
    is_due(&app).await;
    are_done(&app).await;
    assert_eq!((acts(&boss, over).await.len(), acts(&boss, stopped).await.len()), (1, 0));
}

#[tokio::test]
async fn nobody_is_reminded_more_than_ten_times_an_hour_but_of_critical_alerts() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.member("Ann").await;
    let posts = [boss.publishes(reminds("warning", "12")).await, boss.publishes(reminds("info", "12")).await];

    for _ in 0..6 {
        is_due(&app).await;
        are_done(&app).await;
    }

    assert_eq!(sent(&app).await.0, 10, "of all posts together");
    let critical = boss.publishes(reminds("critical", "12")).await;
    is_due(&app).await;
    are_done(&app).await;
    assert_eq!(acts(&boss, critical).await.len(), 1);
    assert!(roster(&boss, posts[0]).await.text.contains(", 8 of 12."), "its time passes all the same");
}

#[tokio::test]
async fn in_quiet_hours_there_are_reminders_of_critical_alerts_alone() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let until = Timestamp::now().to_zoned(TimeZone::UTC) + 2.hours();
    let until = until.strftime("%Y-%m-%dT%H:%M").to_string();
    assert_eq!(ann.posts("/account/quiet", &[("until", &until)]).await.status, 303);
    // It is the same hour of the day everywhere: theirs.
    let far = "Pacific/Kiritimati";
    assert_eq!(ben.posts("/account/preferences", &[("zone", far)]).await.status, 303);
    let now = Timestamp::now().to_zoned(TimeZone::get(far).unwrap());
    let (from, to) = (&now - 1.hours(), &now + 1.hours());
    let day = from.weekday().to_monday_one_offset();
    let hours = [
        (format!("from-{day}"), from.strftime("%H:%M").to_string()),
        (format!("to-{day}"), to.strftime("%H:%M").to_string()),
    ];
    let hours = hours.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<_> = [("alerts", "all")].into_iter().chain(hours).collect();
    assert_eq!(ben.posts("/account/preferences/quiet", &fields).await.status, 303);
    let cay = app.member("Cay").await;
    let (calm, critical) =
        (boss.publishes(reminds("warning", "2")).await, boss.publishes(reminds("critical", "2")).await);

    is_due(&app).await;
    are_done(&app).await;

    let who =
        |acts: Vec<Value>| acts.iter().map(|act| act["who"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(who(acts(&boss, calm).await), [cay.name.as_str()]);
    assert_eq!(who(acts(&boss, critical).await).len(), 3);
}

#[tokio::test]
async fn a_server_that_is_killed_amid_reminders_sends_the_rest_and_none_twice() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    has_people(&mut app, 900).await;
    let boss = app.signs_in(&boss.name).await;
    boss.publishes(reminds("critical", "3")).await;
    is_due(&app).await;
    eventually("some are reminded", async || (sent(&app).await.0 > 0).then_some(())).await;

    app.kill().await;
    let before = sent(&app).await.0;
    app.restart().await;
    are_done(&app).await;

    assert_eq!(sent(&app).await, (900, 900), "after {before}");
    app.stop().await;
    app.restart().await;
    is_due(&app).await;
    are_done(&app).await;
    assert_eq!(sent(&app).await, (1800, 1800));
}

#[tokio::test]
async fn what_is_no_schedule_comes_back_as_it_was_typed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.member("Ann").await;
    let form = boss.gets("/admin/posts/new").await;
    assert!(form.text.contains("Nobody is reminded automatically"), "{}", form.text);

    for (every, times) in [("4", "3"), ("1441", "3"), ("soon", "3"), ("5", "13"), ("5", "0"), ("5", "-1")] {
        let draft = asks("A").with("remind_every", every).with("remind_times", times);
        let refused = boss.sends(&draft).await;
        assert_eq!(refused.status, 422, "{every} {times}");
        assert!(refused.text.contains("href=\"#remind-every\""), "{}", refused.text);
        assert_eq!(
            (refused.field("remind_every"), refused.field("remind_times")),
            (every.into(), times.into())
        );
    }
    let unasked = boss.sends(&Draft::news("A").with("remind_every", "5")).await;
    assert_eq!(unasked.status, 422);
    assert!(unasked.text.contains("Ask them to say so, too."), "{}", unasked.text);
    let key = boss.gets("/admin/posts/new").await.field("key");
    let draft = reminds("info", "3").with("key", &key);
    assert_eq!(boss.publishes(draft.clone()).await, boss.publishes(draft.clone()).await, "sent twice");
    assert_eq!(boss.sends(&draft.with("remind_times", "4")).await.status, 422, "another is none of the two");
}

#[tokio::test]
async fn a_program_sets_reminders_and_reads_when_the_next_is_due() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("Ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let alert = json!({ "kind": "alert", "severity": "critical", "title": "A", "audience": "everyone",
        "acknowledge": true, "remind_every": 10 });

    let id = program.sends(&alert).await.json()["id"].as_i64().unwrap();

    let read = async || program.gets(&format!("/api/v1/posts/{id}/roster")).await.json()["reminders"].clone();
    let reminders = read().await;
    assert_eq!(
        (&reminders["every_minutes"], &reminders["times"], &reminders["sent"]),
        (&json!(10), &json!(12), &json!(0))
    );
    assert!(reminders["next_at"].is_string(), "{reminders}");
    is_due(&app).await;
    are_done(&app).await;
    assert_eq!(read().await["sent"], 1);
    assert_eq!(ann.reads_unread().await, [id]);
    let wrong = json!({ "kind": "news", "title": "A", "audience": "everyone", "remind_every": 10 });
    let refused = program.sends(&wrong).await;
    assert_eq!((refused.status, refused.json()["errors"]["remind_every"].is_string()), (422, true));
}

#[tokio::test]
async fn an_open_roster_is_told_when_what_stands_beside_its_people_is_another() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    app.member("Ann").await;
    let post = boss.publishes(reminds("warning", "3").to(&["Ann"])).await;
    let beside = async |person: &Person| {
        let page = roster(person, post).await.text;
        page.split("beside=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let mut open = boss.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    open.says_hello().await;
    let mut now = beside(&boss).await;
    assert_eq!(open.next("roster").await.data["beside"], json!(now), "as the page has it");
    assert_eq!(beside(&boss).await, now, "as long as nothing happens");

    is_due(&app).await;
    are_done(&app).await;
    for (act, fields) in [
        ("", &[][..]),
        ("reminders/removal", &[][..]),
        ("coordinators", &[("coordinators", "pat")][..]),
        ("resolution", &[("note", "")][..]),
    ] {
        if !act.is_empty() {
            assert_eq!(boss.posts(&format!("/admin/posts/{post}/{act}"), fields).await.status, 303, "{act}");
        }
        let then = beside(&boss).await;
        assert_ne!(then, now, "{act}");
        now = then;
        let mut is_told = async || {
            let event = open.next_event().await.unwrap();
            event.name == "roster" && event.data["beside"] == json!(now)
        };
        while !is_told().await {}
    }
    assert_eq!(beside(&pat).await, now, "for all who look at it");
}
