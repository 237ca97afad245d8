//! Following the log.

use futures_util::future::join_all;

use crate::support::{Program, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_was_cut_goes_on_where_it_was() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let mut stream = program.opens_stream().await;
    let first = program.publishes("First").await;
    assert_eq!(stream.next_post().await, first);
    let cursor = stream.cursor.clone();
    drop(stream);

    let missed = [program.publishes("Second").await, program.publishes("Third").await];
    app.kill().await;
    app.restart().await;

    let mut again = program.follows(&cursor).await;
    assert_eq!(again.next_posts(2).await, missed);
    let fresh = program.publishes("Fourth").await;
    assert_eq!(again.next_post().await, fresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_paged_without_limit_where_a_page_is_sent_back_to_its_list() {
    const MANY: usize = 1030;
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let start = boss.reads_feed().await.cursor;
    for batch in 0..MANY.div_ceil(32) {
        let titles: Vec<_> = (0..32.min(MANY - batch * 32)).map(|n| format!("{batch} {n}")).collect();
        join_all(titles.iter().map(|title| program.publishes(title))).await;
    }

    // From memory, and after a restart partly from the table.
    for _ in 0..2 {
        let mut stream = program.follows(&start).await;
        let posts = stream.next_posts(MANY).await;
        assert_eq!(posts.iter().collect::<std::collections::HashSet<_>>().len(), MANY);

        let mut page = boss.streams_from("/stream", &[("Last-Event-ID", &start)]).await;
        assert_eq!(page.says_hello().await.data["resumed"], false);
        page.next("reset").await;
        app.kill().await;
        app.restart().await;
    }
}
