//! That alerts have coordinators: where an admin requires it, and what the admins are told where nobody is left.

use serde_json::json;

use super::coordinated;
use crate::support::{Draft, Program, TestApp, eventually, makes_group, tags};

#[tokio::test]
async fn the_admins_are_told_once_of_each_time_that_nobody_coordinates_an_alert_any_more() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat*").await;
    app.member("ann").await;
    app.member("ben").await;
    makes_group(&boss, "Safety_1", &["ann", "ben"]).await;
    pat.publishes(coordinated("Secret", "ben", "Safety_1")).await;
    let told = async || {
        let page = boss.gets("/").await;
        let rows = tags(&page.text, "<li").filter(|tag| tag.contains("id=\"post-")).count();
        assert!(!page.text.contains("Secret"), "what it says is not for admins");
        (rows, page.text)
    };

    app.runs(&["user", "disable", "ann"], "").await;
    assert_eq!(told().await.0, 0, "ben is there");
    app.runs(&["group", "leave", "Safety_1", "ben"], "").await;
    let text = eventually("told", async || Some(told().await).filter(|told| told.0 == 1)).await.1;
    assert!(text.contains("Nobody coordinates an alert by pat* any more"), "{text}");
    assert!(text.contains("its coordinators were Safety_1:"), "{text}");
    app.runs(&["group", "join", "Safety_1", "ben"], "").await;
    // That somebody is there again is found at the next look, and only then can it be so a second time.
    let noted = async || {
        let noted = "SELECT count(*) FROM posts WHERE uncoordinated_ms IS NOT NULL";
        let noted: i64 = app.asks_database(noted).await.try_get_by_index(0).unwrap();
        (noted == 0).then_some(())
    };
    eventually("it is noted that somebody is there again", noted).await;
    let again = boss.gets("/").await.text;
    assert!(again.contains("alert over"), "and what was told of it is over: {again}");
    app.runs(&["user", "disable", "ben"], "").await;
    let text = eventually("told again", async || Some(told().await).filter(|told| told.0 == 2)).await.1;
    let call = text.split("id=\"post-").nth(1).unwrap().split('"').next().unwrap();
    assert!(boss.gets(&format!("/posts/{call}")).await.text.contains("/resolution\""), "an admin may end it");
    assert_eq!(boss.posts(&format!("/admin/posts/{call}/resolution"), &[("note", "")]).await.status, 303);
}

#[tokio::test]
async fn an_admin_may_require_coordinators_for_critical_alerts() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pat, _ann) = (app.publisher("pat").await, app.member("ann").await);
    makes_group(&boss, "Safety", &["ann"]).await;
    let program = Program::of(&app, "pat", "publish").await;
    let critical = || Draft::alert("critical", "Leave building C");
    pat.publishes(critical()).await;
    let warning = pat.publishes(Draft::alert("warning", "Wet floor")).await;

    assert_eq!(pat.gets("/admin/organisation").await.status, 403);
    assert!(boss.gets("/admin/organisation").await.has_ticked("coordinators", "optional"), "off by default");
    for _ in 0..2 {
        let saved = boss.posts_and_sees("/admin/organisation", &[("coordinators", "critical")]).await;
        assert!(saved.has_ticked("coordinators", "critical") && saved.text.contains("Saved."), "{saved:?}");
    }

    let refused = pat.sends(&critical()).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("A critical alert needs coordinators"), "{refused:?}");
    assert_eq!(refused.field("title"), "Leave building C");
    let alert = json!({ "kind": "alert", "severity": "critical", "title": "A", "audience": "everyone" });
    let refused = program.sends(&alert).await;
    assert_eq!(refused.status, 422);
    assert!(refused.json()["errors"]["coordinators"].is_string(), "{refused:?}");
    let edit = [("version", "1"), ("kind", "alert"), ("severity", "critical"), ("title", "Wet floor")];
    let path = format!("/admin/posts/{warning}");
    assert_eq!(pat.posts(&path, &edit).await.status, 422, "nor does it become critical");
    let edit = [&edit[..], &[("coordinators", "Safety")]].concat();
    assert_eq!(pat.posts(&path, &edit).await.status, 303);
    let handed = pat.posts(&format!("{path}/coordinators"), &[("coordinators", "")]).await;
    assert_eq!(handed.status, 422, "nor is it handed over to nobody");
    pat.publishes(critical().with("coordinators", "Safety")).await;
    pat.publishes(Draft::alert("warning", "Another")).await;
    boss.posts("/admin/organisation", &[("coordinators", "optional")]).await;
    pat.publishes(critical()).await;
    let audit = boss.gets("/admin/audit?act=organisation-change").await.text;
    assert_eq!(audit.matches("no post needs coordinators").count(), 1);
    assert_eq!(
        audit.matches("a critical alert needs coordinators").count(),
        1,
        "what is as it was is no act"
    );
}
