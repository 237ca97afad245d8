//! Posts for groups: who is in one when a post is published gets it, and nobody else ever does.

use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use super::way_out;
use crate::support::{Draft, Program, Role, TestApp, makes_group, post_at};

/// News for these groups.
pub fn for_groups(title: &str, groups: &[&str]) -> Draft {
    let draft = Draft::news(title).with("audience", "groups");
    groups.iter().fold(draft, |draft, group| draft.and("groups", group))
}

#[tokio::test]
async fn a_post_for_groups_reaches_who_is_in_them_when_it_is_published() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea, eve) = (app.member("ann").await, app.member("bea").await, app.member("eve").await);
    let night = makes_group(&boss, "Night shift", &["ann", "BEA"]).await;
    makes_group(&boss, "Fire wardens", &["bea"]).await;
    let (mut anns, mut beas, mut eves) =
        (ann.opens_stream().await, bea.opens_stream().await, eve.opens_stream().await);

    let first = boss.publishes(for_groups("First", &["night SHIFT", "Fire wardens"])).await;
    let out = way_out(&boss, &night, "ann").await;
    assert_eq!(boss.posts(&out, &[]).await.status, 303);
    boss.posts(&format!("{night}/members"), &[("people", "eve")]).await;
    let second = boss.publishes(for_groups("Second", &["Night shift"])).await;
    let last = boss.publishes(Draft::news("For everyone")).await;

    assert_eq!(anns.next_posts(2).await, [first, last]);
    assert_eq!(beas.next_posts(3).await, [first, second, last], "once, though in both groups");
    assert_eq!(eves.next_posts(2).await, [second, last]);
    assert_eq!(ann.reads_feed().await.posts, [last, first], "what she got stays hers");
    assert_eq!(eve.reads_feed().await.posts, [last, second], "what came before her stays unseen");
    let seen = [
        ann.gets(&format!("/posts/{first}")).await.status,
        ann.gets(&format!("/posts/{second}")).await.status,
        eve.gets(&format!("/posts/{first}")).await.status,
    ];
    assert_eq!(seen, [200, 404, 404]);
}

/// A heartbeat would find it as well, half a minute later.
#[tokio::test]
async fn a_post_for_a_group_or_for_somebody_wakes_their_streams_at_once() {
    let app = TestApp::start_with(&["--heartbeat", "60s"]).await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.member("ann").await, app.member("bea").await);
    makes_group(&boss, "Night shift", &["ann"]).await;
    let (mut anns, mut beas) = (ann.opens_stream().await, bea.opens_stream().await);

    let for_group = boss.publishes(for_groups("For a group", &["Night shift"])).await;
    assert_eq!(anns.next_post().await, for_group);
    let for_bea = boss.publishes(Draft::news("For one").to(&["bea"])).await;
    assert_eq!(beas.next_post().await, for_bea);
}

#[tokio::test]
async fn only_the_author_is_told_which_groups_a_post_was_for() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let other = app.admin("other").await;
    let ann = app.member("ann").await;
    let night = makes_group(&boss, "Night shift", &["ann", "other"]).await;
    let mut anns = ann.opens_stream().await;

    let post = boss.publishes(for_groups("Hello", &["Night shift"])).await;
    boss.posts(&format!("{night}/name"), &[("name", "Day shift")]).await;

    let event = anns.next("post").await;
    assert!(!event.data.to_string().contains("Night shift"), "{event:?}");
    let path = format!("/posts/{post}");
    assert!(boss.gets(&path).await.text.contains("<bdi>Night shift</bdi>"), "by the name it had then");
    for reader in [&ann, &other] {
        let page = reader.gets(&path).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("Night shift") && !page.text.contains("Day shift"), "{}", page.text);
        assert!(page.text.contains("<span class=\"audience\">Groups</span>"));
    }
}

#[tokio::test]
async fn a_draft_for_groups_that_cannot_be_published_comes_back_as_it_was_typed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    makes_group(&boss, "Empty room", &[]).await;
    let page = boss.gets("/admin/posts/new").await;
    assert!(page.text.contains("name=\"groups\" value=\"Empty room\""), "groups are found beside people");

    for (draft, why) in [
        (for_groups("x", &[]), "Choose at least one group."),
        (for_groups("x", &["Empty room", "Unheard of"]), "There is no group called Unheard of."),
        (for_groups("x", &["Empty room"]), "Nobody is in these groups yet."),
        (for_groups("x", &[]).and("recipients", "boss"), "Choose at least one group."),
    ] {
        let page = boss.sends(&draft).await;
        assert_eq!(page.status, 422, "{draft:?}");
        assert!(page.text.contains(why), "{why}: {}", page.text);
        assert!(page.has_ticked("audience", "chosen"));
    }
    let kept = boss.sends(&for_groups("", &["Empty room"])).await;
    assert!(kept.has_chosen("groups", "Empty room"), "{}", kept.text);
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
}

#[tokio::test]
async fn the_same_form_sent_twice_posts_once_whoever_joined_meanwhile() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    app.signs_up("bea", Role::Member).await;
    let night = makes_group(&boss, "Night shift", &["ann"]).await;
    let draft = for_groups("Once", &["Night shift"]).with("key", "one filling of the form");

    let first = boss.sends(&draft).await;
    boss.posts(&format!("{night}/members"), &[("people", "bea")]).await;
    let second = boss.sends(&draft).await;

    assert_eq!((first.status, second.status), (303, 303), "{second:?}");
    assert_eq!(first.location(), second.location());
    assert_eq!(ann.reads_feed().await.posts, [post_at(first.location())]);
}

#[tokio::test]
async fn programs_post_to_groups_over_the_api_and_from_the_shell() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, eve) = (app.member("ann").await, app.member("eve").await);
    makes_group(&boss, "Night shift", &["ann"]).await;
    let program = Program::of(&app, "boss", "publish,stream").await;

    let sent = json!({ "kind": "news", "title": "Hello", "audience": { "groups": ["night shift"] } });
    let answer = program.sends(&sent).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let post = answer.json()["id"].as_i64().unwrap();
    let shown = program.gets(&format!("/api/v1/posts/{post}")).await;
    assert_eq!(shown.json()["audience"], "groups");
    assert!(!shown.text.contains("ight shift"), "{}", shown.text);
    let unknown = json!({ "kind": "news", "title": "Hello", "audience": { "groups": ["Unheard of"] } });
    assert_eq!(program.sends(&unknown).await.status, 422);

    let environment = [("TIDINGS_TOKEN", program.token.as_str()), ("TIDINGS_SERVER", app.url.as_str())];
    let posted =
        crate::support::run(&["post", "From the shell", "--to", "group:Night shift"], &environment, "");
    let posted = posted.await;
    assert_eq!(posted.code, Some(0), "{posted:?}");

    assert_eq!(ann.reads_feed().await.posts.len(), 2);
    assert_eq!(eve.reads_feed().await.posts.len(), 0);
}

#[tokio::test]
async fn a_group_that_is_removed_or_emptied_in_the_moment_of_publishing_refuses_the_post() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    for (name, change, why) in [
        ("Removed", "removed_number = 1", "There is no group called Removed."),
        ("Emptied", "members = 0", "Nobody is in these groups yet."),
    ] {
        makes_group(&boss, name, &["ann"]).await;
        let database = app.opens_database().await;
        let under_way = database.begin().await.unwrap();
        let change = format!("UPDATE groups SET {change} WHERE name = '{name}'");
        under_way.execute_unprepared(&change).await.unwrap();

        let publishing = tokio::spawn({
            let boss = boss.clone();
            async move { boss.sends(&for_groups("Too late", &[name])).await }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(!publishing.is_finished(), "it waits for what is under way");
        under_way.commit().await.unwrap();

        let answer = publishing.await.unwrap();
        assert!(answer.status == 422 && answer.text.contains(why), "{name}: {}", answer.text);
        database.close().await.unwrap();
    }
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
}

#[tokio::test]
async fn an_exception_wins_and_only_the_author_is_told_of_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, eve) = (app.member("ann").await, app.member("eve").await);
    makes_group(&boss, "Night shift", &["ann", "eve"]).await;
    let (mut anns, mut eves) = (ann.opens_stream().await, eve.opens_stream().await);

    let some = boss
        .publishes(for_groups("Some", &["Night shift"]).and("recipients", "eve").and("except", "EVE"))
        .await;
    let named = boss.publishes(Draft::news("Both").to(&["ann", "eve"]).and("except", "eve")).await;
    let all = boss.publishes(Draft::news("All").and("except", "eve")).await;
    let last = boss.publishes(Draft::news("For everyone")).await;

    assert_eq!(anns.next_posts(4).await, [some, named, all, last]);
    assert_eq!(eves.next_post().await, last, "and nothing before it");
    assert_eq!(eve.reads_feed().await.posts, [last]);
    for post in [some, named, all] {
        let path = format!("/posts/{post}");
        assert_eq!(eve.gets(&path).await.status, 404);
        assert!(!ann.gets(&path).await.text.contains("Not for"));
        assert!(boss.gets(&path).await.text.contains("Not for: <bdi>eve</bdi>"));
    }
    let unknown = boss.sends(&Draft::news("x").and("except", "nobody")).await;
    assert!(unknown.status == 422 && unknown.text.contains("Nobody here is called nobody."));
}
