//! A step that leads to nobody does not hold up the next.

use super::{comes_to_it, groups, is_done, roster};
use crate::{
    posts::acknowledging::{acts, asks},
    support::{TestApp, eventually},
};

#[tokio::test]
async fn a_group_in_which_nobody_may_sign_in_does_not_hold_up_the_next() {
    let app = TestApp::start().await;
    let (boss, [ann, ben, cay]) = groups(&app).await;
    let pat = app.publisher("pat").await;
    let draft = asks("For Ann").to(&["Ann"]).with("escalate_to", "Day shift").with("escalate_after", "10");
    let post = pat.publishes(draft.and("escalate_to", "Managers").and("escalate_after", "10")).await;
    let disabled = app.runs(&["user", "disable", "Ben"], "").await;
    assert_eq!(disabled.code, Some(0), "{disabled:?}");

    comes_to_it(&app).await;

    // What comes next is due at once, and not ten minutes later.
    eventually("the managers are told", async || (cay.reads_feed().await.posts == [post]).then_some(()))
        .await;
    is_done(&app).await;
    let page = roster(&pat, post).await;
    assert_eq!(page.text.matches("nobody was there to be told").count(), 1, "{}", page.text);
    assert_eq!(page.text.matches("</bdi>: told at <time").count(), 1, "{}", page.text);
    assert_eq!(acts(&app, post).await, ["escalated"], "nothing says that the day shift was told");
    assert_eq!(boss.reads_feed().await.posts.len(), 0, "the admins have their time");
    assert_eq!(ann.reads_feed().await.posts, [post]);
    drop(ben);
}
