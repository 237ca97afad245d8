//! A stream ends with the right to listen, and says why.

use crate::support::{Draft, Person, Role, Stream, TestApp};

#[tokio::test]
async fn signing_out_ends_the_streams_of_that_browser_only() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let here = app.member("ann").await;
    let there = app.signs_in("ann").await;
    let mut ending = [here.opens_stream().await, here.opens_stream().await];
    let mut staying = [there.opens_stream().await, boss.opens_stream().await];
    let with_the_old_cookie = here.with_cookies(&here.cookies());

    here.signs_out().await;

    for stream in &mut ending {
        assert_eq!(stream.says_bye().await, "signed-out");
    }
    let post = boss.publishes(Draft::news("Who is still here?")).await;
    for stream in &mut staying {
        assert_eq!(stream.next_post().await, post);
    }
    for browser in [here, with_the_old_cookie] {
        assert_eq!(browser.streams_from("/stream", &[]).await.status, 204);
    }
}

#[tokio::test]
async fn a_stream_ends_when_its_session_expires() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    let bea = app.member("bea").await;
    let mut beas = bea.opens_stream().await;
    // As if ann had signed in almost as long ago as a session may last.
    let ends = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() + 4000;
    app.sql(&format!(
        "UPDATE sessions SET created_ms = {ends} - 2592000000, expires_ms = {ends} \
            WHERE user_id = (SELECT id FROM users WHERE name = 'ann')",
    ))
    .await;
    let mut stream = ann.opens_stream().await;

    assert_eq!(stream.says_bye().await, "expired");

    assert_eq!(ann.streams_from("/stream", &[]).await.status, 204);
    bea.signs_out().await;
    assert_eq!(beas.says_bye().await, "signed-out", "hers was open until then");
}

#[tokio::test]
async fn nothing_published_after_the_loss_of_a_right_is_delivered() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let bea = app.member("bea").await;
    let mut streams = [ann.opens_stream().await, bea.opens_stream().await];

    let seen = boss.publishes(Draft::news("Before")).await;
    for stream in &mut streams {
        assert_eq!(stream.next_post().await, seen);
    }
    ann.signs_out().await;
    app.runs(&["user", "disable", "bea"], "").await;
    boss.publishes(Draft::news("After")).await;

    for (stream, why) in streams.iter_mut().zip(["signed-out", "revoked"]) {
        assert_eq!(stream.says_bye().await, why);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_opened_in_the_moment_of_signing_out_ends_too() {
    let app = TestApp::start_with(&["--max-streams-per-user", "1000"]).await;
    app.signs_up("ann", Role::Member).await;

    for _ in 0..25 {
        let ann = app.signs_in("ann").await;
        let opening: Vec<_> = (0..3).map(|_| tokio::spawn(opens_until_refused(ann.clone()))).collect();
        ann.signs_out().await;

        for streams in opening {
            for mut stream in streams.await.unwrap() {
                stream.says_hello().await;
                assert_eq!(stream.says_bye().await, "signed-out");
            }
        }
    }
}

/// Opens one stream after another until there is no session any more.
async fn opens_until_refused(person: Person) -> Vec<Stream> {
    let mut streams = vec![];
    loop {
        let stream = person.streams_from("/stream", &[]).await;
        match stream.status {
            200 => streams.push(stream),
            204 => return streams,
            other => panic!("{other}"),
        }
    }
}
