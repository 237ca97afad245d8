//! Handing a post over.

use super::coordinated;
use crate::support::{Person, TestApp, makes_group};

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
