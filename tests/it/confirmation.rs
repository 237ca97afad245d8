//! What admins must type their password again for, when they have not for a quarter of an hour.

use crate::sessions::attacks::under_way;
use crate::support::{Person, Role, TestApp, new_word};
use crate::users::page_of;

#[tokio::test]
async fn after_a_while_sensitive_changes_ask_for_the_password_again_and_keep_what_was_typed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let role = format!("{}/role", page_of(&boss, "ann").await);
    assert_eq!(boss.posts(&role, &[("role", "publisher")]).await.status, 303, "just signed in");
    a_while_passes(&app).await;

    let asked = boss.posts(&role, &[("role", "admin")]).await;
    let wrong = boss.posts(&role, &[("role", "admin"), ("confirm-password", &new_word())]).await;

    for page in [&asked, &wrong] {
        assert_eq!((page.status, page.field("role").as_str()), (422, "admin"), "{page:?}");
        assert!(page.text.contains(&format!("action=\"{role}\"")) && page.text.contains("confirm-password"));
    }
    assert!(is_role(&app, "ann", 403).await, "nothing was changed");
    let password = app.password_of("boss");
    let right = boss.posts(&role, &[("role", "admin"), ("confirm-password", &password)]).await;
    assert_eq!(right.status, 303);
    assert!(is_role(&app, "ann", 200).await);
    assert_eq!(boss.posts(&role, &[("role", "member")]).await.status, 303, "and not again for a while");
}

#[tokio::test]
async fn every_sensitive_change_asks_and_no_page_repeats_a_password() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let page = page_of(&boss, "ann").await;
    let (new, password) = (new_word(), app.password_of("boss"));
    a_while_passes(&app).await;

    for (path, fields) in [
        (format!("{page}/role"), vec![("role", "admin")]),
        (format!("{page}/password"), vec![("password", new.as_str())]),
        ("/admin/people".into(), vec![("username", "eve"), ("password", &new), ("role", "admin")]),
        ("/admin/tokens".into(), vec![("name", "jobs"), ("owner", "boss"), ("scope", "stream")]),
        ("/admin/tokens/1/revocation".into(), vec![]),
        ("/admin/invitations".into(), vec![("name", "eve"), ("role", "admin")]),
        (format!("{page}/link"), vec![]),
        ("/admin/groups/1/removal".into(), vec![]),
    ] {
        let asked = boss.posts(&path, &fields).await;
        assert_eq!(asked.status, 422, "{path}");
        assert!(asked.text.contains("name=\"confirm-password\""), "{path}");
        assert!(!asked.text.contains(&new) && !asked.text.contains(&password), "{path}");
        let asks_again = fields.iter().any(|(name, _)| *name == "password");
        assert_eq!(asked.text.contains("name=\"password\""), asks_again, "{path}");
        for (name, value) in fields.iter().filter(|(name, _)| *name != "password") {
            assert_eq!(asked.field(name), *value, "{path}");
        }
    }
    app.signs_in("ann").await;
    assert!(!boss.gets("/admin/people").await.text.contains(">eve<"));
    let fields = [("password", new.as_str()), ("confirm-password", password.as_str())];
    assert_eq!(boss.posts(&format!("{page}/password"), &fields).await.status, 303);
    app.remembers("ann", &new);
    app.signs_in("ann").await;
}

#[tokio::test]
async fn a_change_that_is_confirmed_after_the_sign_out_is_not_made() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let role = format!("{}/role", page_of(&boss, "ann").await);
    a_while_passes(&app).await;
    let fields = format!("role=admin&confirm-password={}", app.password_of("boss"));
    let mut request = under_way(&app, &boss.with_cookies(&boss.cookies()), &role, fields.len()).await;

    boss.signs_out().await;
    request.says(&fields).await;

    let answer = request.reads_until("\r\n\r\n").await.to_lowercase();
    assert!(answer.contains("location: /login"), "{answer}");
    assert!(is_role(&app, "ann", 403).await);
    let log = app.signs_in("boss").await.gets("/admin/audit.csv?act=confirm").await.text;
    assert!(!log.contains("\"done\""), "it did not come to that: {log}");
}

/// As if nobody had typed a password for longer than a quarter of an hour.
async fn a_while_passes(app: &TestApp) {
    app.sql("UPDATE sessions SET confirmed_ms = confirmed_ms - 901000").await;
}

async fn is_role(app: &TestApp, name: &str, status_of_people: u16) -> bool {
    let person: Person = app.signs_in(name).await;
    person.gets("/admin/people").await.status == status_of_people
}
