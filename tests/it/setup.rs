//! The first administrator.

use crate::support::{Role, TestApp, new_word};

#[tokio::test]
async fn the_first_admin_is_made_once_by_the_printed_link() {
    let app = TestApp::start().await;
    let link = app.setup_link().await;
    let token = link.split_once("token=").unwrap().1;
    let password = new_word();
    let fields = [("token", token), ("username", "boss"), ("password", password.as_str())];

    let form = app.visitor().gets(&link).await;
    let boss = app.visitor();
    let made = boss.posts("/setup", &fields).await;

    assert_eq!(form.status, 200);
    assert_eq!(form.field("token"), token);
    assert_eq!((made.status, made.location()), (303, "/"));
    assert_eq!(boss.gets("/admin/people").await.status, 200, "signed in, as an admin");
    app.remembers("boss", &password);
    app.signs_in("boss").await;
    for again in [app.visitor().gets(&link).await, app.visitor().posts("/setup", &fields).await] {
        assert_eq!(again.status, 410, "the link works once");
        assert!(again.text.contains("Tidings is set up. Sign in.") && again.text.contains("href=\"/login\""));
    }
}

#[tokio::test]
async fn the_first_admin_is_not_made_without_the_token() {
    let app = TestApp::start().await;
    let link = app.setup_link().await;
    let token = link.split_once("token=").unwrap().1;
    let password = new_word();
    let nearly = format!("{}x", &token[..token.len() - 1]);

    for wrong in ["", "x", &nearly] {
        let fields = [("token", wrong), ("username", "mallory"), ("password", password.as_str())];
        assert_eq!(app.visitor().gets(&format!("/setup?token={wrong}")).await.status, 404, "{wrong:?}");
        assert_eq!(app.visitor().posts("/setup", &fields).await.status, 404, "{wrong:?}");
    }
    let without = app.visitor().gets("/setup").await;
    assert!(without.status == 404 && without.text.contains("start Tidings again"), "{without:?}");

    let short =
        app.visitor().posts("/setup", &[("token", token), ("username", "boss"), ("password", "short")]).await;
    assert_eq!(
        (short.status, short.field("username").as_str()),
        (422, "boss"),
        "a mistake keeps the link alive"
    );
    let fields = [("token", token), ("username", "boss"), ("password", password.as_str())];
    assert_eq!(app.visitor().posts("/setup", &fields).await.status, 303);
}

#[tokio::test]
async fn two_who_use_the_link_at_once_make_one_admin() {
    let app = TestApp::start().await;
    let link = app.setup_link().await;
    let token = link.split_once("token=").unwrap().1;
    let password = new_word();
    let tries = ["ann", "bea", "cat", "dee"].map(|name| {
        let (visitor, token, password) = (app.visitor(), token.to_owned(), password.clone());
        tokio::spawn(async move {
            let fields = [("token", token.as_str()), ("username", name), ("password", password.as_str())];
            visitor.posts("/setup", &fields).await.status
        })
    });

    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }

    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410]);
}

#[tokio::test]
async fn no_link_is_printed_once_there_is_an_admin() {
    let mut app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let link = app.setup_link().await;

    assert_eq!(app.visitor().gets(&link).await.status, 410, "made from the shell meanwhile");
    app.stop().await;
    app.restart().await;
    app.signs_in("boss").await;

    assert!(!app.says().contains("/setup"), "{}", app.says());
}
