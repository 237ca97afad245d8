//! When a session ends by itself.

use crate::support::{TestApp, eventually};

#[tokio::test]
async fn an_open_stream_does_not_keep_a_session_alive_and_use_does() {
    let app = TestApp::start_with(&["--session-idle", "6s", "--heartbeat", "1s"]).await;
    let used = app.member("ann").await;
    let idle = app.signs_in("ann").await;
    let mut stream = idle.opens_stream().await;

    let bye = tokio::spawn(async move { stream.says_bye().await });
    while !bye.is_finished() {
        assert_eq!(used.gets("/account").await.status, 200, "made before the one that ends, and used");
        idle.session().await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }

    assert_eq!(bye.await.unwrap(), "expired");
    assert!(!idle.is_signed_in().await, "asking who is signed in is what scripts do: no use either");
}

#[tokio::test]
async fn however_much_it_is_used_a_session_ends() {
    let app = TestApp::start_with(&["--session-lifetime", "2s"]).await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;

    eventually("ann must sign in again", async || (ann.gets("/").await.status == 303).then_some(())).await;

    assert_eq!(stream.says_bye().await, "expired");
    app.signs_in("ann").await;
}
