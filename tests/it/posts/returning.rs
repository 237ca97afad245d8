//! What comes back, from its expiry or from its end, is as it was: for whom it was for, and it asks again.

use serde_json::json;

use super::{
    acknowledging::asks,
    changes::{edits, publishes, resolves},
    expiry::expires,
    reminders::{are_done, is_due, sent},
};
use crate::support::{Draft, Person, Program, TestApp, makes_group};

/// Long from now.
const LATER: &str = "2999-12-24T08:00";

/// An alert that reminds every five minutes, and goes to the managers after ten.
fn insists() -> Draft {
    let draft = asks("Please read").with("severity", "warning").with("remind_every", "5");
    draft.with("remind_times", "5").with("escalate_to", "Managers").with("escalate_after", "10")
}

/// Has what is due of reminders and steps be due, and waits until that is done.
async fn comes_to_it(app: &TestApp) {
    is_due(app).await;
    are_done(app).await;
    super::escalation::comes_to_it(app).await;
}

/// Whether a reminder and a step are still to come.
async fn is_waiting(app: &TestApp) -> (bool, bool) {
    let question = "SELECT (SELECT COUNT(*) FROM reminder_schedules WHERE next_ms IS NOT NULL), \
                    (SELECT COUNT(*) FROM escalation_steps WHERE due_ms IS NOT NULL)";
    let row = app.asks_database(question).await;
    (row.try_get_by_index::<i64>(0).unwrap() > 0, row.try_get_by_index::<i64>(1).unwrap() > 0)
}

async fn starts() -> (TestApp, Person, Program) {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.member("Ann").await;
    app.member("Cay").await;
    makes_group(&boss, "Managers", &["Cay"]).await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    (app, boss, program)
}

#[tokio::test]
async fn what_has_expired_and_comes_back_reminds_and_escalates_again() {
    let (app, _, program) = starts().await;
    let alert = json!({ "kind": "alert", "severity": "warning", "title": "Read", "audience": "everyone",
        "acknowledge": true, "remind_every": 5, "escalate_to": ["Managers"], "escalate_after": [10],
        "expires": LATER });
    let post = program.sends(&alert).await.json()["id"].as_i64().unwrap();
    expires(&app, post).await;
    comes_to_it(&app).await;
    assert_eq!((is_waiting(&app).await, sent(&app).await.0), ((false, false), 0), "nobody is asked");

    edits(&program, post, json!({ "expires": LATER })).await;

    assert_eq!(is_waiting(&app).await, (true, true));
    is_due(&app).await;
    are_done(&app).await;
    assert_eq!(sent(&app).await, (2, 2));
}

#[tokio::test]
async fn what_was_over_and_is_open_again_by_an_edit_reminds_and_escalates_again() {
    let (app, boss, program) = starts().await;
    let post = boss.publishes(insists()).await;
    let path = format!("/admin/posts/{post}");
    assert_eq!(boss.posts(&format!("{path}/resolution"), &[]).await.status, 303);
    comes_to_it(&app).await;
    assert_eq!(is_waiting(&app).await, (false, false));

    // News is not over.
    let version = boss.gets(&format!("{path}/edit")).await.field("version");
    let news = [("version", version.as_str()), ("kind", "news"), ("title", "Please read")];
    let saved = boss.posts(&path, &news).await;

    assert_eq!(saved.status, 303, "{saved:?}");
    assert_eq!(is_waiting(&app).await, (true, true));
    is_due(&app).await;
    are_done(&app).await;
    assert_eq!(sent(&app).await, (2, 2));
    assert_ne!(resolves(&program, post, "").await.status, 200, "it is none that can be over");
}

#[tokio::test]
async fn who_left_a_group_gets_back_what_had_expired_and_who_joined_does_not_get_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea, cay) = (app.member("ann").await, app.member("bea").await, app.member("cay").await);
    let crew = makes_group(&boss, "Crew", &["ann", "cay"]).await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let news = json!({ "kind": "news", "title": "For the crew", "audience": { "groups": ["Crew"] },
        "acknowledge": true });
    let posts = [publishes(&program, &news).await, publishes(&program, &news).await];
    assert_eq!(boss.posts(&format!("{crew}/members"), &[("people", "bea")]).await.status, 303);
    let id = app
        .asks_database("SELECT id FROM users WHERE name = 'ann'")
        .await
        .try_get_by_index::<i64>(0)
        .unwrap();
    assert_eq!(boss.posts(&format!("{crew}/members/{id}/removal"), &[]).await.status, 303);
    let has = async || {
        let mut has = vec![];
        for person in [&ann, &bea, &cay] {
            has.push(person.reads_feed().await.posts.len());
        }
        has
    };
    assert_eq!(has().await, [2, 0, 2]);
    for round in 1..=2 {
        for post in posts {
            expires(&app, post).await;
        }
        assert_eq!(has().await, [0, 0, 0]);
        let (mut anns, mut beas) = (ann.opens_stream().await, bea.opens_stream().await);

        // Once as it was, and once with its group named anew, which is the same.
        edits(&program, posts[0], json!({ "expires": LATER })).await;
        edits(&program, posts[1], json!({ "expires": LATER, "audience": { "groups": ["Crew"] } })).await;

        let back = [anns.next("post").await.post(), anns.next("post").await.post()];
        assert_eq!(back, posts, "round {round}");
        assert_eq!(has().await, [2, 0, 2], "round {round}");
        let said = boss.publishes(Draft::news("For all")).await;
        assert_eq!(beas.next_news().await.post(), said, "and nothing before it");
        assert_eq!(
            boss.posts(&format!("/admin/posts/{said}/withdrawal"), &[("reason", "No")]).await.status,
            303
        );
        let roster = program.gets(&format!("/api/v1/posts/{}/roster", posts[0])).await.json();
        assert_eq!(roster["recipients"], 2);
    }
    // What is said from now on is for who is in it now.
    let next = boss.publishes(Draft::news("Next").with("audience", "groups").with("groups", "Crew")).await;
    assert!(bea.reads_feed().await.posts == [next] && !ann.reads_feed().await.posts.contains(&next));
}
