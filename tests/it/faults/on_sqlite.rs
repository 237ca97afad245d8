//! The disk under SQLite's file. On PostgreSQL the disk is the server's own.

use rustix::process::{Resource, Rlimit, getrlimit, prlimit};

use crate::support::{Draft, TestApp, post_at};

mod due;
mod failing;
mod moved;
mod small;
mod state;

#[tokio::test]
async fn on_a_full_disk_publishing_says_so_and_reading_goes_on() {
    let app = TestApp::start_after("trap '' XFSZ", &["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let before = boss.publishes(Draft::news("While there was room")).await;
    let start = ann.reads_feed().await.cursor;
    let mut stream = ann.opens_stream().await;
    // No file grows any more; every write to what is there still works.
    let sizes =
        std::fs::read_dir(app.folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    let no_room = sizes.max().unwrap();
    let limit = Rlimit { current: Some(no_room), ..getrlimit(Resource::Fsize) };
    let without = prlimit(Some(app.pid()), Resource::Fsize, limit).unwrap();
    let large = "word ".repeat(13_000);

    let mut refused = boss.sends(&Draft::news("Too much").body(&large)).await;
    let mut published = vec![];
    while refused.status == 303 && published.len() < 50 {
        published.push(post_at(refused.location()));
        refused = boss.sends(&Draft::news("Too much").body(&large)).await;
    }

    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(
        (refused.field("title").as_str(), refused.typed_body().as_str()),
        ("Too much", large.as_str())
    );
    let mut expected = published.clone();
    expected.insert(0, before);
    expected.reverse();
    assert_eq!(ann.reads_feed().await.posts, expected, "reading goes on");
    assert_eq!(stream.next_posts(published.len()).await, published);
    assert_eq!(stream.next_event().await.unwrap().name, "ping", "streams go on");
    ann.follows(&start).await;

    prlimit(Some(app.pid()), Resource::Fsize, without).unwrap();
    let after = boss.publishes(Draft::news("Room again").body(&large)).await;
    assert_eq!(stream.next_post().await, after);
}

#[tokio::test]
async fn on_a_read_only_disk_publishing_says_so_and_reading_goes_on() {
    let app = TestApp::start_after("trap '' XFSZ", &["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let before = boss.publishes(Draft::news("While it could")).await;
    let mut stream = ann.opens_stream().await;
    // Not one byte is written to any file any more.
    let none = Rlimit { current: Some(0), ..getrlimit(Resource::Fsize) };
    let without = prlimit(Some(app.pid()), Resource::Fsize, none).unwrap();

    let refused = boss.sends(&Draft::news("Too late").body("kept")).await;

    assert_eq!((refused.status, refused.typed_body().as_str()), (503, "kept"));
    assert_eq!(ann.reads_feed().await.posts, [before]);
    assert_eq!(stream.next_event().await.unwrap().name, "ping");
    ann.opens_stream().await;
    assert_eq!(app.visitor().gets("/healthz").await.status, 200);

    prlimit(Some(app.pid()), Resource::Fsize, without).unwrap();
    let after = boss.publishes(Draft::news("Writable again")).await;
    assert_eq!(stream.next_post().await, after);
}
