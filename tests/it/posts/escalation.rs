//! Who is told, too, when too few have said that they have seen a post: group after group, and at last the admins.

mod nobody;

use serde_json::json;

use super::acknowledging::{acts, asks};
use crate::{
    groups::posts::for_groups,
    support::{Draft, Page, Person, Program, TestApp, eventually, has_people, makes_group},
};

/// For the night shift; tells these groups, after ten minutes each, unless so many have said so.
fn escalates(unless: &str, groups: &[&str]) -> Draft {
    let draft = for_groups("Pump 3 is down", &["Night shift"]).with("acknowledge", "on");
    groups.iter().fold(draft, |draft, group| {
        draft.and("escalate_to", group).and("escalate_after", "10").and("escalate_if", unless)
    })
}

/// Has the next step of every post be due, and waits until that is done.
pub async fn comes_to_it(app: &TestApp) {
    app.sql("UPDATE escalation_steps SET due_ms = 1 WHERE due_ms IS NOT NULL").await;
    is_done(app).await;
}

/// Waits until no step is due.
pub async fn is_done(app: &TestApp) {
    let open = "SELECT COUNT(*) FROM escalation_steps WHERE due_ms = 1";
    let is_done = async || {
        let open: i64 = app.asks_database(open).await.try_get_by_index(0).unwrap();
        (open == 0).then_some(())
    };
    eventually("what is due is done", is_done).await;
}

async fn roster(boss: &Person, post: i64) -> Page {
    boss.gets(&format!("/admin/posts/{post}/roster")).await
}

/// Ann is of the night shift, Ben of the day shift, Cay of the managers.
async fn groups(app: &TestApp) -> (Person, [Person; 3]) {
    let boss = app.admin("boss").await;
    let people = [app.member("Ann").await, app.member("Ben").await, app.member("Cay").await];
    for (group, name) in [("Night shift", "Ann"), ("Day shift", "Ben"), ("Managers", "Cay")] {
        makes_group(&boss, group, &[name]).await;
    }
    (boss, people)
}

#[tokio::test]
async fn one_group_after_the_other_is_told_and_at_last_the_admins() {
    let app = TestApp::start().await;
    let (_, [ann, ben, cay]) = groups(&app).await;
    let (pat, boss) = (app.publisher("pat").await, app.signs_in("boss").await);
    let post = pat.publishes(escalates("any", &["Day shift", "Managers"])).await;
    let page = roster(&pat, post).await;
    assert!(page.text.contains("<bdi>Day shift</bdi>: at <time"), "{}", page.text);
    assert!(
        page.text.contains("<bdi>Managers</bdi>: 10 minutes after that, unless somebody"),
        "{}",
        page.text
    );
    assert!(page.text.contains("<bdi>Admins</bdi>: 10 minutes after that"), "{}", page.text);
    let (mut bens, mut anns) = (ben.opens_stream().await, ann.opens_stream().await);

    comes_to_it(&app).await;

    let told = bens.next_news().await;
    assert_eq!((told.name.as_str(), told.post()), ("post", post), "it is new to him");
    assert!(told.data["html"].as_str().unwrap().contains("since nobody had said that they have seen it"));
    assert_eq!(anns.next_news().await.name, "change", "and not to her");
    assert!(ben.reads_feed().await.row(post).contains("Told to more people at <time"));
    assert_eq!(ben.gets(&format!("/posts/{post}/telling")).await.status, 200, "it rings");
    assert_eq!((cay.reads_feed().await.posts.len(), boss.reads_feed().await.posts.len()), (0, 0));
    comes_to_it(&app).await;
    assert_eq!((cay.reads_feed().await.posts, boss.reads_feed().await.posts.len()), (vec![post], 0));
    comes_to_it(&app).await;
    assert_eq!(boss.reads_feed().await.posts, [post], "the last that nobody answered tells the admins");
    comes_to_it(&app).await;
    assert_eq!(acts(&app, post).await, ["escalated"; 3]);
    let page = roster(&pat, post).await;
    assert_eq!(page.text.matches("</bdi>: told at <time").count(), 3, "{}", page.text);
    assert!(page.text.contains("<bdi>Ann</bdi></th>"), "{}", page.text);
    for name in ["Ben", "Cay", "boss"] {
        let since = format!("<bdi>{name}</bdi> <span class=\"hint roster-added\">added <time");
        assert!(page.text.contains(&since), "{name} is on the roster since then: {}", page.text);
    }
    let record = pat.gets(&format!("/admin/posts/{post}/record")).await.text;
    assert!(record.contains("Had more people told") && record.contains("Day shift"), "{record}");
    assert!(record.contains("Had the admins told"), "{record}");
    let audit = boss.gets("/admin/audit?act=post-escalate").await.text;
    assert!(audit.contains("to Day shift") && audit.contains("to the admins"), "{audit}");
    assert_eq!(ben.has_seen(post, "one").await, 204, "who was told may say so, too");
}

#[tokio::test]
async fn nobody_is_told_when_enough_have_said_so() {
    let app = TestApp::start().await;
    let (boss, [ann, ben, _]) = groups(&app).await;
    makes_group(&boss, "Both", &["Ann", "Cay"]).await;
    let for_both = |unless: &str| {
        let draft = for_groups("Both", &["Both"]).with("acknowledge", "on").with("escalate_to", "Day shift");
        draft.with("escalate_after", "10").with("escalate_if", unless)
    };
    let any = boss.publishes(for_both("any")).await;
    let half = boss.publishes(for_both("half")).await;
    let all = boss.publishes(for_both("all")).await;
    let over = boss.publishes(for_both("any")).await;
    let stopped = boss.publishes(for_both("any")).await;
    let withdrawn = boss.publishes(for_both("any")).await;
    for post in [any, half, all] {
        ann.has_seen(post, &format!("key {post}")).await;
    }
    boss.posts(&format!("/admin/posts/{withdrawn}/withdrawal"), &[("reason", "By mistake")]).await;
    let stop = format!("/admin/posts/{stopped}/escalation/removal");
    let page = boss.posts_and_sees(&stop, &[]).await;
    assert!(page.text.contains("Nobody else is told automatically any more."), "{}", page.text);
    assert_eq!((boss.acts(&stop, &[]).await.status, ann.posts(&stop, &[]).await.status), (204, 404));

    comes_to_it(&app).await;

    assert_eq!(ben.reads_feed().await.posts, [over, all], "not all had said so of the third");
    assert!(roster(&boss, any).await.text.contains("not needed at <time"));
    assert!(roster(&boss, stopped).await.text.contains("stopped at <time"));
    assert!(
        boss.gets("/admin/audit?act=post-escalation-stop")
            .await
            .text
            .contains(&format!("/posts/{stopped}\""))
    );
}

#[tokio::test]
async fn what_is_over_waits_and_goes_on_when_it_is_not_over_after_all() {
    let app = TestApp::start().await;
    let (boss, [_, ben, _]) = groups(&app).await;
    let draft = escalates("any", &["Day shift"]).with("kind", "alert").with("severity", "warning");
    let post = boss.publishes(draft).await;
    boss.posts(&format!("/admin/posts/{post}/resolution"), &[]).await;
    comes_to_it(&app).await;
    assert!(ben.reads_feed().await.posts.is_empty());
    assert!(roster(&boss, post).await.text.contains("not needed, as it is over"));

    boss.posts(&format!("/admin/posts/{post}/resolution/removal"), &[]).await;

    assert!(
        roster(&boss, post).await.text.contains("<bdi>Day shift</bdi>: at <time"),
        "its time begins anew"
    );
    comes_to_it(&app).await;
    assert_eq!(ben.reads_feed().await.posts, [post]);
}

#[tokio::test]
async fn who_had_it_already_is_reminded_and_a_group_that_is_gone_does_not_hold_up_the_next() {
    let app = TestApp::start().await;
    let (boss, [ann, ben, cay]) = groups(&app).await;
    let draft = asks("For all").with("escalate_to", "Day shift").with("escalate_after", "10");
    let post = boss.publishes(draft.and("escalate_to", "Managers").and("escalate_after", "10")).await;
    for person in [&ann, &ben, &cay] {
        person.marks(post, true).await;
    }

    comes_to_it(&app).await;

    let reminded = async || {
        let record = boss.gets(&format!("/admin/posts/{post}/record.json")).await.json();
        let acts = record["acts"].as_array().unwrap().iter().filter(|act| act["act"] == "reminded");
        acts.map(|act| act["who"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(reminded().await, ["Ben"]);
    assert!(ben.reads_feed().await.row(post).contains("Told to more people at <time"));
    let group = app.asks_database("SELECT id FROM groups WHERE name = 'Managers'").await;
    let group: i64 = group.try_get_by_index(0).unwrap();
    assert_eq!(boss.posts(&format!("/admin/groups/{group}/removal"), &[]).await.status, 303);
    comes_to_it(&app).await;
    assert_eq!(reminded().await, ["Ben"]);
    assert!(roster(&boss, post).await.text.contains("nobody was there to be told"));
    // The admins come next, at once: here the author is the only one.
    let is_over = async || roster(&boss, post).await.text.matches("nobody was there").nth(1).map(drop);
    eventually("the next is told at once", is_over).await;
}

#[tokio::test]
async fn a_server_that_is_killed_tells_the_rest_and_nobody_twice() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 700).await;
    let boss = app.signs_in("boss").await;
    makes_group(&boss, "Crowd", &[]).await;
    app.sql(
        "INSERT INTO memberships (group_id, user_id, from_number) SELECT 1, id, 1 FROM users WHERE id > 1",
    )
    .await;
    app.sql("UPDATE groups SET members = 700 WHERE id = 1").await;
    let draft = asks("For all").with("escalate_to", "Crowd").with("escalate_after", "10");
    let post = boss.publishes(draft).await;
    let reminded = async |app: &TestApp| -> (i64, i64) {
        let row = app
            .asks_database("SELECT COUNT(*), COUNT(DISTINCT user_id) FROM post_acts WHERE act = 'reminded'")
            .await;
        (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())
    };
    app.sql("UPDATE escalation_steps SET due_ms = 1 WHERE due_ms IS NOT NULL").await;
    eventually("some are told", async || (reminded(&app).await.0 > 0).then_some(())).await;

    app.kill().await;
    app.restart().await;
    is_done(&app).await;

    assert_eq!(reminded(&app).await, (700, 700));
    let told = acts(&app, post).await;
    assert_eq!(told.iter().filter(|act| *act == "escalated").count(), 1);
}

#[tokio::test]
async fn what_is_no_escalation_comes_back_as_it_was_typed() {
    let app = TestApp::start().await;
    let (boss, _) = groups(&app).await;
    let form = boss.gets("/admin/posts/new").await;
    assert!(form.text.contains("Nobody else is told when too few say"), "{}", form.text);
    assert!(form.text.contains("<option value=\"Day shift\">"), "{}", form.text);

    for (to, after, unless) in [
        ("Nobody's", "10", "any"),
        ("Day shift", "0", "any"),
        ("Day shift", "1441", "any"),
        ("Day shift", "", "any"),
        ("", "10", "any"),
        ("Day shift", "10", "most"),
    ] {
        let draft = asks("A").with("escalate_to", to).with("escalate_after", after);
        let refused = boss.sends(&draft.with("escalate_if", unless)).await;
        assert_eq!(refused.status, 422, "{to} {after} {unless}");
        assert!(refused.text.contains("href=\"#escalation\""), "{}", refused.text);
        assert_eq!(
            (refused.field("escalate_to"), refused.field("escalate_after")),
            (to.into(), after.into())
        );
    }
    let unasked = Draft::news("A").with("escalate_to", "Day shift").with("escalate_after", "10");
    assert_eq!(boss.sends(&unasked).await.status, 422);
    let many =
        (0..4).fold(asks("A"), |draft, _| draft.and("escalate_to", "Day shift").and("escalate_after", "9"));
    assert_eq!(boss.sends(&many).await.status, 422);
    let key = boss.gets("/admin/posts/new").await.field("key");
    let draft = escalates("half", &["Day shift"]).with("key", &key);
    assert_eq!(boss.publishes(draft.clone()).await, boss.publishes(draft.clone()).await, "sent twice");
    assert_eq!(
        boss.sends(&draft.with("escalate_after", "11")).await.status,
        422,
        "another is none of the two"
    );
}

#[tokio::test]
async fn a_program_escalates_to_its_own_groups_and_reads_what_came_of_it() {
    let app = TestApp::start().await;
    let (_, [_, ben, _]) = groups(&app).await;
    let program =
        Program::held(&app, "boss", "publish,stream", &["--group", "Night shift", "--group", "Day shift"])
            .await;
    let alert = |to: &str| {
        json!({ "kind": "alert", "severity": "critical", "title": "A", "audience": { "groups": ["Night shift"] },
            "acknowledge": true, "escalate_to": [to], "escalate_after": [5.0], "escalate_if": ["all"] })
    };

    assert_eq!(program.sends(&alert("Managers")).await.status, 403, "none of its groups");
    assert_eq!(program.sends(&alert("Nobody's")).await.status, 403, "nor does it learn which there are");
    let id = program.sends(&alert("Day shift")).await.json()["id"].as_i64().unwrap();

    let read =
        async || program.gets(&format!("/api/v1/posts/{id}/roster")).await.json()["escalation"].clone();
    let steps = read().await;
    assert_eq!((&steps[0]["to"], &steps[0]["after_minutes"]), (&json!("Day shift"), &json!(5)), "{steps}");
    assert!(steps[0]["due_at"].is_string() && steps[1]["to"].is_null(), "{steps}");
    comes_to_it(&app).await;
    assert_eq!(ben.reads_feed().await.posts, [id]);
    let steps = read().await;
    assert_eq!((&steps[0]["outcome"], steps[0]["done_at"].is_string()), (&json!("told"), true), "{steps}");
    assert!(steps[1]["due_at"].is_string(), "{steps}");
}
