//! What admins choose for the whole organisation.

mod privacy;

use serde_json::json;

use crate::support::{Draft, Program, TestApp};

#[tokio::test]
async fn critical_alerts_are_published_by_whom_admins_choose() {
    let app = TestApp::start().await;
    let (boss, pat) = (app.admin("boss").await, app.publisher("pat").await);
    let program = Program::of(&app, "pat", "publish,stream").await;
    let critical = |title| Draft::alert("critical", title);
    let before = pat.publishes(critical("Before")).await;
    let calm = pat.publishes(Draft::alert("info", "Calm")).await;
    let page = boss.gets("/admin/organisation").await;
    assert!(page.has_ticked("critical_by", "publishers"), "{}", page.text);

    let saved = boss.posts_and_sees("/admin/organisation", &[("critical_by", "admins")]).await;

    assert!(saved.has_ticked("critical_by", "admins") && saved.text.contains("It holds from now on."));
    let form = pat.gets("/admin/posts/new").await;
    assert!(form.text.contains("value=\"critical\" disabled"), "{}", form.text);
    let refused = pat.sends(&critical("After").body("Kept")).await;
    assert_eq!((refused.status, refused.typed_body()), (422, "Kept".into()));
    assert!(refused.text.contains("href=\"#severity\">Only admins publish critical alerts here."));
    let edit =
        [("kind", "alert"), ("severity", "critical"), ("title", "Calm"), ("body", ""), ("version", "1")];
    assert_eq!(pat.posts(&format!("/admin/posts/{calm}"), &edit).await.status, 422, "nor by an edit");
    let edit =
        [("kind", "alert"), ("severity", "critical"), ("title", "New"), ("body", ""), ("version", "1")];
    assert_eq!(
        pat.posts(&format!("/admin/posts/{before}"), &edit).await.status,
        303,
        "what is critical stays"
    );
    let alert = json!({ "kind": "alert", "severity": "critical", "title": "A", "audience": "everyone" });
    let refused = program.sends(&alert).await;
    assert_eq!((refused.status, refused.json()["errors"]["severity"].is_string()), (422, true));
    boss.publishes(critical("By an admin")).await;
    let form = boss.gets("/admin/posts/new").await;
    assert!(!form.text.contains("value=\"critical\" disabled"));

    boss.posts("/admin/organisation", &[("critical_by", "publishers")]).await;
    pat.publishes(critical("Again")).await;
    assert_eq!(program.sends(&alert).await.status, 201);
}

#[tokio::test]
async fn what_is_wrong_with_a_draft_is_said_in_the_language_of_who_wrote_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    boss.posts("/admin/organisation", &[("critical_by", "admins")]).await;
    pat.posts("/account/preferences", &[("language", "de")]).await;

    let refused = pat.sends(&Draft::alert("critical", "Räumen")).await;
    assert!(refused.text.contains("Kritische Alarme veröffentlichen hier nur Admins."), "{}", refused.text);
    let refused = pat.sends(&Draft::news("Neues").to(&["niemand"])).await;
    assert!(
        refused.text.contains("niemand") && !refused.text.contains("Nobody here is called"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn a_choice_that_is_none_is_refused_and_each_change_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    assert_eq!(boss.posts("/admin/organisation", &[("critical_by", "nobody")]).await.status, 422);
    assert_eq!(boss.acts("/admin/organisation", &[("critical_by", "nobody")]).await.status, 422);
    assert_eq!(boss.acts("/admin/organisation", &[("critical_by", "admins")]).await.status, 204);
    assert_eq!(
        boss.posts("/admin/organisation", &[("critical_by", "admins")]).await.status,
        303,
        "as it was"
    );

    let audit = boss.gets("/admin/audit?act=organisation-change").await;
    assert_eq!(audit.text.matches("critical alerts by admins").count(), 1, "{}", audit.text);
}
