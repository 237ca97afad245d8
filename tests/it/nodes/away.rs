//! The database goes away for a while.

use std::time::Duration;

use super::{cluster::Cluster, counter::somebody_waits};
use crate::support::{Draft, Page, eventually, post_at};

#[tokio::test]
async fn while_the_database_is_away_streams_stay_open_and_what_was_typed_is_kept() {
    let mut cluster = Cluster::with_postgres(1).await;
    let postgres = cluster.postgres.take().unwrap();
    let app = &cluster.nodes[0];
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let key = boss.gets("/admin/posts/new").await.field("key");
    let draft = Draft::alert("warning", "Low water").body("Until **six**.").with("key", &key);
    let mut stream = ann.opens_stream().await;

    postgres.stops().await;

    let visitor = app.visitor();
    eventually("it says that it is not ready", async || {
        (visitor.gets("/readyz").await.status == 503).then_some(())
    })
    .await;
    assert_eq!(visitor.gets("/healthz").await.status, 200);
    for address in ["/admin/posts", "/admin/posts/draft"] {
        let page = boss.posts(address, &draft.clone().with("then", "preview").fields()).await;
        assert_eq!(page.status, 503, "{page:?}");
        assert!(page.header("retry-after").parse::<u64>().is_ok());
        has_what_was_typed(&page);
        assert_eq!(page.field("key"), key, "and it is still the same form");
    }
    let page = visitor.sends(&draft).await;
    assert_eq!(page.status, 422, "whoever has no session is asked to sign in, and the form is carried on");
    assert_eq!(
        (page.field("action").as_str(), page.field("kept:title").as_str()),
        ("/admin/posts", "Low water")
    );
    assert_eq!(stream.next_event().await.unwrap().name, "ping", "the stream is alive");

    postgres.starts_again().await;

    eventually("it is ready", async || (visitor.gets("/readyz").await.status == 200).then_some(())).await;
    let post = boss.publishes(draft).await;
    assert_eq!(stream.next_post().await, post, "on the stream that was open all the time");
    assert_eq!(ann.reads_feed().await.posts, [post], "once");
    drop(cluster);
    drop(postgres);
}

fn has_what_was_typed(page: &Page) {
    assert_eq!((page.field("title").as_str(), page.typed_body().as_str()), ("Low water", "Until **six**."));
    assert!(page.has_ticked("severity", "warning"), "{page:?}");
}

#[tokio::test]
async fn a_post_that_is_on_its_way_when_the_database_goes_comes_back_with_what_was_typed() {
    let mut cluster = Cluster::with_postgres(1).await;
    let postgres = cluster.postgres.take().unwrap();
    let app = &cluster.nodes[0];
    let boss = app.admin("boss").await;
    let key = boss.gets("/admin/posts/new").await.field("key");
    let draft = Draft::alert("warning", "Low water").body("Until **six**.").with("key", &key);
    let lock = app.locks_database().await;
    let sending = tokio::spawn({
        let (boss, draft) = (boss.clone(), draft.clone());
        async move { boss.sends(&draft).await }
    });
    let database = app.opens_database().await;
    eventually("it waits", async || somebody_waits(&database).await.then_some(())).await;

    postgres.stops().await;

    let page = sending.await.unwrap();
    assert_eq!(page.status, 503, "{page:?}");
    has_what_was_typed(&page);
    drop(lock);
    postgres.starts_again().await;
    let post = eventually("it can be published", async || {
        let page = boss.sends(&draft.clone().with("key", &key)).await;
        (page.status == 303).then(|| post_at(page.location()))
    })
    .await;
    assert_eq!(boss.reads_feed().await.posts, [post], "once");
    tokio::time::timeout(Duration::from_secs(5), database.close()).await.ok();
    drop(cluster);
    drop(postgres);
}
