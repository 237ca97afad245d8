//! Sessions on computers that several people use.

use crate::support::{Person, Role, TestApp};

/// The session's cookie as the answer to signing in sets it.
async fn signs_in_by(person: &Person, app: &TestApp, name: &str, shared: bool) -> String {
    let password = app.password_of(name);
    let mut fields = vec![("username", name), ("password", password.as_str())];
    fields.extend(shared.then_some(("shared", "on")));
    let answer = person.posts("/login", &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("set-cookie").to_owned()
}

#[tokio::test]
async fn on_a_shared_computer_a_session_ends_soon_and_leaves_nothing() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let (own, shared) = (app.visitor(), app.visitor());
    assert!(shared.gets("/login").await.text.contains("Shared computer"));

    assert!(signs_in_by(&own, &app, "ann", false).await.contains("Max-Age"));
    assert!(!signs_in_by(&shared, &app, "ann", true).await.contains("Max-Age"), "it goes with the windows");

    assert!(shared.gets("/").await.text.contains(" data-shared="));
    assert!(!own.gets("/").await.text.contains(" data-shared="));
    let ends_in_ten_minutes = "UPDATE sessions SET expires_ms = 1 \
         WHERE idle_ms = 600000 AND expires_ms - created_ms BETWEEN 600000 AND 660000";
    app.sql(ends_in_ten_minutes).await;
    assert_eq!((shared.gets("/").await.status, own.gets("/").await.status), (303, 200));

    // Use moves its end on, by as much.
    signs_in_by(&shared, &app, "ann", true).await;
    app.sql("UPDATE sessions SET last_seen_ms = last_seen_ms - 300000, expires_ms = expires_ms - 599000")
        .await;
    assert_eq!(shared.gets("/").await.status, 200);
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(shared.gets("/").await.status, 200, "it would be over by now");

    assert_eq!(shared.posts("/session/use", &[]).await.status, 404, "a page in view is no use of it");
    let out = shared.posts("/logout", &[]).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    let out = own.posts("/logout", &[]).await;
    assert_eq!(out.header("clear-site-data"), "");
}

#[tokio::test]
async fn the_operator_says_which_computers_are_shared_and_that_a_page_in_view_is_use() {
    let app = TestApp::start_with(&["--shared-networks", "127.0.0.0/8", "--view-is-use"]).await;
    app.signs_up("ann", Role::Member).await;
    let ann = app.visitor();
    let form = ann.gets("/login").await.text;
    assert!(form.contains("This is a shared computer") && !form.contains("name=\"shared\""), "{form}");

    assert!(!signs_in_by(&ann, &app, "ann", false).await.contains("Max-Age"));
    let page = ann.gets("/").await.text;
    assert!(page.contains(" data-shared=") && !page.contains("data-view-is-use"), "{page}");

    let app = TestApp::start_with(&["--view-is-use"]).await;
    let ben = app.member("ben").await;
    assert!(ben.gets("/").await.text.contains(" data-view-is-use="));
    assert_eq!(ben.posts("/session/use", &[]).await.status, 204);
}
