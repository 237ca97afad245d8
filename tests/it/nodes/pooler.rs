//! A pooler between the nodes and PostgreSQL.

use crate::support::{Draft, PgBouncer, TestApp, TestDatabase, eventually, shared_cluster};

#[tokio::test]
async fn behind_a_pooler_that_gives_whole_sessions_everything_is_as_ever() {
    let pooler = PgBouncer::before(&shared_cluster()).await;
    let database = TestDatabase::on(&shared_cluster()).await.reached_at(&pooler.url);
    let here = TestApp::start_on(database, &[]).await;
    let there = here.starts_another(&[]).await;
    let boss = here.admin("boss").await;
    let mut stream = boss.at(&there).opens_stream().await;

    let post = boss.publishes(Draft::news("Through a pooler")).await;

    assert_eq!(stream.next_post().await, post);
    assert_eq!(boss.at(&there).reads_feed().await.posts, [post]);
}

#[tokio::test]
async fn behind_a_pooler_a_lock_is_not_waited_for_longer_than_without() {
    let pooler = PgBouncer::before(&shared_cluster()).await;
    let database = TestDatabase::on(&shared_cluster()).await.reached_at(&pooler.url);
    let app = TestApp::start_on(database, &[]).await;
    let boss = app.admin("boss").await;
    let draft = Draft::news("Late").with("key", &boss.gets("/admin/posts/new").await.field("key"));
    let lock = app.locks_database().await;

    // PostgreSQL itself says so, which it does not without the setting.
    let page = boss.sends(&draft).await;

    assert_eq!(page.status, 503, "{page:?}");
    assert!(page.text.contains("The database is busy with something else."), "{page:?}");
    drop(lock);
    eventually("it can be published", async || (boss.sends(&draft).await.status == 303).then_some(())).await;
}
