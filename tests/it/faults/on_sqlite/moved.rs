//! The file is taken away under the server: what is written there then, nobody finds again.

use std::fs;

use crate::support::{Draft, Server, TestApp, eventually};

#[tokio::test]
async fn nothing_is_acknowledged_once_the_file_was_removed_or_replaced() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let before = boss.publishes(Draft::news("While it was there")).await;
    let (file, elsewhere) = (app.database_file(), app.folder.path().join("elsewhere.db"));

    fs::rename(&file, &elsewhere).unwrap();
    let removed = boss.sends(&Draft::news("Too late").body("kept")).await;
    fs::copy(&elsewhere, &file).unwrap();
    let replaced = boss.sends(&Draft::news("Too late").body("kept")).await;

    for refused in [removed, replaced] {
        assert_eq!((refused.status, refused.typed_body().as_str()), (503, "kept"));
        assert!(refused.text.contains("file was removed or replaced"), "{refused:?}");
    }
    eventually("the server says so", async || app.logs().contains("removed or replaced").then_some(())).await;
    let not_ready = app.visitor().gets("/readyz").await;
    assert_eq!(not_ready.status, 503);
    assert!(not_ready.text.contains("removed or replaced"), "{not_ready:?}");
    assert_eq!(boss.reads_feed().await.posts, [before], "reading goes on");

    fs::rename(&elsewhere, &file).unwrap();
    eventually("it is the file again", async || {
        (app.visitor().gets("/readyz").await.status == 200).then_some(())
    })
    .await;
    let after = boss.publishes(Draft::news("Back")).await;
    assert_eq!(boss.reads_feed().await.posts, [after, before]);
}

#[tokio::test]
async fn nothing_is_acknowledged_once_the_log_beside_the_file_was_removed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let mut log = app.database_file().into_os_string();
    log.push("-wal");

    fs::remove_file(log).unwrap();

    assert_eq!(boss.sends(&Draft::news("Too late")).await.status, 503);
}

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused_whatever_it_is_called() {
    let app = TestApp::start().await;
    let file = app.database_file();
    let elsewhere = app.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let (soft, hard) = (elsewhere.join("soft.db"), elsewhere.join("hard.db"));
    std::os::unix::fs::symlink(&file, &soft).unwrap();
    fs::hard_link(&file, &hard).unwrap();

    for name in [&file, &soft, &hard] {
        let said = serves(name).await;

        assert!(said.contains("another server is running on"), "{name:?}: {said}");
    }
}

/// What a server says that does not start on this file.
async fn serves(file: &std::path::Path) -> String {
    let database = format!("sqlite://{}", file.display());
    let options = ["serve", "--listen", "127.0.0.1:0", "--database", &database];
    match Server::spawn(&options, &[], None).await {
        Err(said) => said,
        Ok(_) => panic!("a second server serves {}", file.display()),
    }
}
