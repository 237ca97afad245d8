//! What does not bring a session back, and what does not come with one.

use crate::{
    support::{Person, Raw, Role, TestApp, new_word},
    users::page_of,
};

#[tokio::test]
async fn session_fixation_a_planted_session_never_becomes_somebody_elses() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let mallory = app.member("mallory").await;
    let planted = mallory.cookies();
    let ann = app.visitor().with_cookies(&planted);

    let page = ann.tries_to_sign_in("ann", &app.password_of("ann")).await;

    assert_eq!(page.status, 303);
    assert_ne!(ann.cookies(), planted);
    assert!(ann.session().await["user"].to_string().contains("ann"));
    assert!(!app.visitor().with_cookies(&planted).is_signed_in().await, "as nobody, ann least of all");
}

#[tokio::test]
async fn revived_session_a_request_under_way_does_not_bring_back_what_was_signed_out() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let new = new_word();

    for signs_out in [Signing::OutHere, Signing::OutFromElsewhere] {
        let (ann, elsewhere) = (app.signs_in("ann").await, app.signs_in("ann").await);
        let thief = ann.with_cookies(&ann.cookies());
        let old = app.password_of("ann");
        let fields = format!("current-password={old}&password={new}");
        let mut request = under_way(&app, &thief, "/account/password", fields.len()).await;

        match signs_out {
            Signing::OutHere => ann.signs_out().await,
            Signing::OutFromElsewhere => {
                assert_eq!(elsewhere.posts("/account/sessions/revocation", &[]).await.status, 303);
            }
        }
        request.says(&fields).await;
        let answer = request.reads_until("\r\n\r\n").await.to_lowercase();

        assert!(answer.contains("location: /login"), "{answer}");
        assert!(!thief.is_signed_in().await);
        if let Some((_, cookie)) = answer.split_once("set-cookie: ") {
            let cookie = cookie.split(';').next().unwrap();
            assert!(!app.visitor().with_cookies(cookie).is_signed_in().await, "{cookie}");
        }
        app.signs_in("ann").await;
    }
}

#[derive(Clone, Copy)]
enum Signing {
    OutHere,
    OutFromElsewhere,
}

#[tokio::test]
async fn mass_assignment_a_form_changes_what_it_shows_and_nothing_else() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let (bosss_password, mut anns) = (app.password_of("boss"), app.password_of("ann"));
    let more = [
        ("role", "admin"),
        ("id", "1"),
        ("user", "1"),
        ("user_id", "1"),
        ("username", "boss"),
        ("name", "boss"),
        ("disabled", "false"),
        ("confirmed_ms", "99999999999999"),
    ];

    let new = new_word();
    let change = [&more[..], &[("current-password", anns.as_str()), ("password", new.as_str())]].concat();
    assert_eq!(ann.posts("/account/password", &change).await.status, 303);
    anns = new;
    assert_eq!(ann.posts("/account/sessions/revocation", &more).await.status, 303);
    let sign_in = [&[("username", "ann"), ("password", anns.as_str())], &more[..]].concat();
    let again = app.visitor();
    assert_eq!(again.posts("/login", &sign_in).await.status, 303);

    for person in [&ann, &again] {
        let user = &person.session().await["user"];
        assert_eq!(user["name"], "ann", "still herself");
        assert_eq!(person.gets("/admin/people").await.status, 403, "and a member");
    }
    let page = page_of(&boss, "ann").await;
    let access = [&[("access", "enabled")], &more[..]].concat();
    assert_eq!(boss.posts(&format!("{page}/access"), &access).await.status, 303);
    assert_eq!(boss.posts(&format!("{page}/sessions/revocation"), &more).await.status, 303);
    let password = [&[("password", anns.as_str())], &more[..]].concat();
    assert_eq!(boss.posts(&format!("{page}/password"), &password).await.status, 303);
    app.remembers("ann", &anns);
    assert_eq!(app.signs_in("ann").await.gets("/admin/people").await.status, 403);
    let added = [("username", "eve"), ("password", anns.as_str()), ("role", "member"), ("disabled", "true")];
    assert_eq!(boss.posts("/admin/people", &[&added[..], &[("id", "1")]].concat()).await.status, 303);
    app.remembers("eve", &anns);
    app.signs_in("eve").await;
    assert_eq!(app.visitor().tries_to_sign_in("boss", &bosss_password).await.status, 303);
}

/// Sends the head of a form, and waits until the server has looked at who sends it and wants the rest.
pub async fn under_way(app: &TestApp, person: &Person, path: &str, length: usize) -> Raw {
    let mut raw = Raw::connects(app).await;
    let more = format!(
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n"
    );
    raw.says(&Raw::head(person, "POST", path, &more)).await;
    raw.reads_until("100 Continue").await;
    raw
}
