//! Without JavaScript everything but liveness works.

use crate::{
    browser::Browser,
    support::{Role, TestApp},
};

in_every_engine! {
    without_scripts_people_sign_in_read_and_post,
}

async fn without_scripts_people_sign_in_read_and_post() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("bea", Role::Member).await;
    let boss = Browser::opens_without_scripts(&app).await;

    boss.goes("/admin/posts/new").await;
    boss.types("username", "boss").await;
    boss.types("password", &app.password_of("boss")).await;
    boss.clicks("form[action='/login'] button").await;
    boss.sees("form[action='/admin/posts']").await;
    boss.types("title", "By hand").await;
    boss.types("body", "Some *text*.").await;
    boss.chooses("kind", "news").await;
    boss.chooses("audience", "chosen").await;
    boss.types("find", "an").await;
    boss.clicks(".recipients-picker .find-button").await;
    boss.chooses("recipients", "ann").await;
    boss.clicks(".actions button[value='preview']").await;
    assert_eq!(boss.text("#preview em").await, "text");
    boss.clicks(".actions button:not([formaction])").await;
    assert_eq!(boss.text("article h1").await, "By hand");
    boss.clicks("a.brand").await;
    assert!(boss.text("li[data-post]").await.contains("By hand"));
    boss.sees("noscript .pill, .pill.static").await;
    boss.clicks("form[action='/logout'] button").await;
    boss.sees("form[action='/login']").await;
    boss.closes_without_complaint().await;

    let (ann, bea) = (app.signs_in("ann").await, app.signs_in("bea").await);
    assert_eq!((ann.reads_feed().await.posts.len(), bea.reads_feed().await.posts.len()), (1, 0));
}
