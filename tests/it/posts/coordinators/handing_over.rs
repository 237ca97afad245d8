//! Handing a post over.

use serde_json::json;

use super::coordinated;
use crate::{
    posts::{changes::asks, expiry::expires},
    support::{Draft, Person, Program, TestApp, makes_group},
};

#[tokio::test]
async fn a_post_is_handed_over_in_one_step_to_a_group_to_somebody_or_to_nobody() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    makes_group(&boss, "Safety", &["ann"]).await;
    makes_group(&boss, "Empty", &[]).await;
    let post = pat.publishes(coordinated("Leave building C", "boss", "Safety")).await;
    let path = format!("/admin/posts/{post}/coordinators");

    for (name, why) in [("Nowhere", "is called"), ("Empty", "may sign in")] {
        let refused = ann.posts(&path, &[("coordinators", name)]).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(refused.text.contains(&format!("value=\"{name}\"")) && refused.text.contains(why), "{name}");
    }
    assert_eq!(ben.posts(&path, &[("coordinators", "ben")]).await.status, 404);
    let handed = ann.posts(&path, &[("coordinators", "ben")]).await;
    assert_eq!((handed.status, handed.location()), (303, "/admin/posts?done=handed-over"));
    assert_eq!((ann.may_act_on(post).await[1], ben.may_act_on(post).await[1]), (404, 200));
    assert_eq!(ben.posts(&path, &[("coordinators", "Safety")]).await.status, 303);
    assert_eq!((ann.may_act_on(post).await[1], ben.may_act_on(post).await[1]), (200, 404));
    let handed = pat.posts_and_sees(&path, &[("coordinators", "")]).await;
    assert!(handed.text.contains("Handed over"), "{handed:?}");
    assert_eq!(ann.may_act_on(post).await[1], 404);
    let audit = boss.gets("/admin/audit?act=post-hand-over").await.text;
    for to in ["to ben", "to Safety", "to nobody"] {
        assert!(audit.contains(to), "{to}");
    }
    let page = pat.gets(&format!("/posts/{post}")).await.text;
    assert!(!page.contains("post-edited"), "its readers are told nothing of it");
}

#[tokio::test]
async fn of_two_who_hand_over_at_once_one_comes_after_the_other() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben, cay) = (app.member("ann").await, app.member("ben").await, app.member("cay").await);
    for round in 0..8 {
        let post = pat.publishes(coordinated("Leave building C", "boss", "ann")).await;
        let path = format!("/admin/posts/{post}/coordinators");
        let (to_ben, to_cay) = ([("coordinators", "ben")], [("coordinators", "cay")]);
        let (by_ann, by_pat) = tokio::join!(ann.posts(&path, &to_ben), pat.posts(&path, &to_cay));

        assert_eq!(by_pat.status, 303, "the author may do so at any time");
        let acts = async |person: &Person| person.gets(&format!("/admin/posts/{post}/roster")).await.status;
        let now = (acts(&ann).await, acts(&ben).await, acts(&cay).await);
        assert_eq!(now.0, 404, "she has handed it over, or lost it");
        match by_ann.status {
            // Hers came first, and the author's after it; or after it, where it was not hers any more.
            303 | 404 => assert_eq!((now.1, now.2), (404, 200), "round {round}"),
            other => panic!("{other}: {by_ann:?}"),
        }
        let audit = boss.gets(&format!("/admin/audit?act=post-hand-over&about=post+{post}")).await.text;
        assert!(audit.contains("to cay"), "{audit}");
    }
}

#[tokio::test]
async fn a_token_that_is_held_to_groups_names_no_other_coordinators() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    makes_group(&boss, "Crew", &["ann"]).await;
    makes_group(&boss, "Others", &["ben"]).await;
    let held = Program::held(&app, "boss", "publish,stream", &["--group", "Crew"]).await;
    let alert = |coordinators: &str| {
        json!({ "kind": "alert", "severity": "warning", "title": "For the crew", "audience": { "groups": ["Crew"] },
            "coordinators": coordinators })
    };

    for other in ["Others", "ben", "Nobody's"] {
        let refused = held.sends(&alert(other)).await;
        assert_eq!((refused.status, &refused.json()["type"]), (403, &json!("/api#groups")), "{other}");
    }
    let post = held.sends(&alert("Crew")).await.json()["id"].as_i64().unwrap();
    let path = format!("/api/v1/posts/{post}");
    for other in ["Others", "ben"] {
        let refused = asks(&held, reqwest::Method::PATCH, &path, json!({ "coordinators": other })).await;
        assert_eq!((refused.status, &refused.json()["type"]), (403, &json!("/api#groups")), "{other}");
    }

    assert_eq!(ben.gets(&format!("/posts/{post}")).await.status, 404, "who coordinates it would read it");
    assert_eq!(ann.may_act_on(post).await[1], 200);
    asks(&held, reqwest::Method::PATCH, &path, json!({ "coordinators": "" })).await;
    assert_eq!(ann.may_act_on(post).await[1], 404);
}

#[tokio::test]
async fn what_has_expired_offers_no_handing_over_and_a_page_from_before_keeps_what_was_typed() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let pat = app.publisher("pat").await;
    app.member("ann").await;
    let post = pat
        .publishes(coordinated("Leave building C", "boss", "ann").with("expires", "2999-12-24T08:00"))
        .await;
    let (page, path) = (format!("/posts/{post}"), format!("/admin/posts/{post}/coordinators"));
    assert!(pat.gets(&page).await.text.contains(&path));

    expires(&app, post).await;

    assert!(!pat.gets(&page).await.text.contains(&path), "it is not offered");
    let refused = pat.posts(&path, &[("coordinators", "boss")]).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(
        refused.text.contains("value=\"boss\"") && refused.text.contains("has expired"),
        "{}",
        refused.text
    );
    let by_script = pat.acts(&path, &[("coordinators", "boss")]).await;
    assert_eq!(by_script.status, 422, "{by_script:?}");
    pat.posts(&format!("/admin/posts/{post}/withdrawal"), &[("reason", "By mistake")]).await;
    assert_eq!(pat.posts(&path, &[("coordinators", "boss")]).await.status, 422);
}

#[tokio::test]
async fn a_form_from_before_a_handing_over_does_not_undo_it() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben, _cay) = (app.member("ann").await, app.member("ben").await, app.member("cay").await);
    let post = pat.publishes(coordinated("Leave building C", "boss", "ann")).await;
    let path = format!("/admin/posts/{post}");
    let form = pat.gets(&format!("{path}/edit")).await;
    assert_eq!(form.field("coordinated"), "ann");
    let save = async |title: &str, version: &str, coordinated: &str, coordinators: &str| {
        let fields = [
            ("version", version),
            ("kind", "alert"),
            ("severity", "warning"),
            ("title", title),
            ("coordinated", coordinated),
            ("coordinators", coordinators),
        ];
        pat.posts(&path, &fields).await
    };
    assert_eq!(ann.posts(&format!("{path}/coordinators"), &[("coordinators", "ben")]).await.status, 303);

    let saved = save("Leave it", &form.field("version"), "ann", "ann").await;

    assert_eq!(saved.status, 303, "{saved:?}");
    assert_eq!(
        (ann.may_act_on(post).await[1], ben.may_act_on(post).await[1]),
        (404, 200),
        "ben has it still"
    );
    // Another than both is chosen with a word about that.
    let refused = save("Leave it now", "2", "ann", "cay").await;
    assert_eq!(refused.status, 422, "{refused:?}");
    let theirs = refused.text.split("theirs-facts").nth(1).unwrap().split("</dl>").next().unwrap();
    assert!(theirs.contains("<bdi>ben</bdi>") && theirs.contains("boss"), "{theirs}");
    assert_eq!((refused.field("coordinated"), refused.field("coordinators")), ("ben".into(), "cay".into()));
    let saved = save("Leave it now", &refused.field("version"), "ben", "cay").await;
    assert_eq!(saved.status, 303, "{saved:?}");
    assert_eq!(ben.may_act_on(post).await[1], 404);
}

#[tokio::test]
async fn who_saves_over_what_was_changed_meanwhile_sees_whom_it_is_for_and_until_when() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let (pat, ann) = (app.publisher("pat").await, app.member("ann").await);
    app.member("ben").await;
    let draft = Draft::alert("warning", "Leave").to(&["ann", "ben"]).with("coordinators", "ann");
    let post = pat.publishes(draft).await;
    let path = format!("/admin/posts/{post}");
    let fields = |person: &str, expires: &str, title: &str| {
        let fields = [
            ("version", "1"),
            ("kind", "alert"),
            ("severity", "warning"),
            ("title", title),
            ("audience", "chosen"),
            ("recipients", person),
            ("expires", expires),
            ("zone", "UTC"),
            ("coordinated", "ann"),
            ("coordinators", "ann"),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let saves = async |person: &Person, to: &str, expires: &str, title: &str| {
        let fields = fields(to, expires, title);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        person.posts(&path, &fields).await
    };
    assert_eq!(saves(&ann, "ben", "2999-12-24T08:00", "Leave").await.status, 303, "she narrows it");

    let refused = saves(&pat, "ann", "", "Leave now").await;

    assert_eq!(refused.status, 422, "{refused:?}");
    let theirs = refused.text.split("theirs-facts").nth(1).unwrap().split("</dl>").next().unwrap();
    assert!(theirs.contains("ben") && theirs.contains("2999-12-24T"), "{theirs}");
    assert!(theirs.contains("<bdi>ann</bdi>") && !theirs.contains("It stays."), "{theirs}");
}
