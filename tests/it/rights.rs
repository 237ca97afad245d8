//! Losing a right ends what it allowed, and somebody keeps the right to give them.

use crate::support::{Page, Role, TestApp, new_word};
use crate::users::page_of;

#[tokio::test]
async fn every_change_an_admin_makes_to_a_person_ends_their_sessions_and_streams() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let bea = app.member("bea").await;
    let mut beas_stream = bea.opens_stream().await;
    let anns_page = page_of(&boss, "ann").await;
    let new_password = new_word();

    for (what, field, value) in [
        ("role", "role", "admin"),
        ("password", "password", new_password.as_str()),
        ("access", "access", "disabled"),
    ] {
        let ann = app.signs_in("ann").await;
        let mut stream = ann.opens_stream().await;
        let with_the_old_cookie = ann.with_cookies(&ann.cookies());

        let page = boss.posts(&format!("{anns_page}/{what}"), &[(field, value)]).await;

        assert_eq!(page.status, 303, "{what}: {page:?}");
        assert_eq!(page.location().split('?').next(), Some(anns_page.as_str()), "{what}");
        assert_eq!(stream.says_bye().await, "revoked", "{what}");
        assert!(!ann.is_signed_in().await, "{what}");
        assert_eq!(with_the_old_cookie.streams_from("/stream", &[]).await.status, 204, "{what}");
        if what == "password" {
            assert_eq!(
                app.visitor().tries_to_sign_in("ann", &app.password_of("ann")).await.status,
                422,
                "the old one"
            );
            app.remembers("ann", &new_password);
        }
    }
    assert_eq!(
        app.visitor().tries_to_sign_in("ann", &app.password_of("ann")).await.status,
        422,
        "she is disabled"
    );
    boss.posts(&format!("{anns_page}/access"), &[("access", "enabled")]).await;
    assert_eq!(app.signs_in("ann").await.gets("/admin/people").await.status, 200, "and an admin since then");

    let post = boss.publishes(crate::support::Draft::news("Bea is still there")).await;
    assert_eq!(beas_stream.next_post().await, post, "what befalls ann does not touch bea");
}

#[tokio::test]
async fn every_change_from_the_shell_ends_the_persons_sessions_and_streams() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let new_password = new_word();

    for (command, input) in [("passwd", new_password.as_str()), ("disable", "")] {
        let ann = app.signs_in("ann").await;
        let mut stream = ann.opens_stream().await;

        let answer = app.runs(&["user", command, "ANN"], input).await;

        assert_eq!(answer.code, Some(0), "{command}: {answer:?}");
        assert_eq!(stream.says_bye().await, "revoked", "{command}");
        assert!(!ann.is_signed_in().await, "{command}");
        if command == "passwd" {
            app.remembers("ann", &new_password);
        }
    }
    assert_eq!(app.visitor().tries_to_sign_in("ann", &new_password).await.status, 422);
    assert_eq!(app.runs(&["user", "enable", "ann"], "").await.code, Some(0));
    app.signs_in("ann").await;
    assert!(boss.is_signed_in().await);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let bosss_page = page_of(&boss, "boss").await;
    let (role, access) = (format!("{bosss_page}/role"), format!("{bosss_page}/access"));

    assert_eq!(boss.posts(&role, &[("role", "member")]).await.status, 422);
    assert_eq!(boss.posts(&access, &[("access", "disabled")]).await.status, 422);
    assert!(boss.is_signed_in().await);

    let bea = app.admin("bea").await;
    assert_eq!(bea.posts(&role, &[("role", "member")]).await.status, 303, "another is left");
    let beas_page = page_of(&bea, "bea").await;
    assert_eq!(bea.posts(&format!("{beas_page}/access"), &[("access", "disabled")]).await.status, 422);
}

#[tokio::test]
async fn two_admins_who_demote_each_other_at_once_leave_one() {
    let app = TestApp::start().await;
    let (ann, bea) = (app.admin("ann").await, app.admin("bea").await);
    let (anns, beas) = (page_of(&ann, "ann").await, page_of(&bea, "bea").await);
    let (anns, beas) = (format!("{anns}/role"), format!("{beas}/role"));

    let (one, other) =
        tokio::join!(ann.posts(&beas, &[("role", "member")]), bea.posts(&anns, &[("role", "member")]));

    // Who comes second may be signed out already, and is led to sign in.
    let is_done = |page: &Page| page.status == 303 && !page.location().starts_with("/login");
    assert!(is_done(&one) ^ is_done(&other), "{one:?} and {other:?}");
}
