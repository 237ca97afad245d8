//! What one stream looks like, and who may open one.

use std::collections::HashSet;

use reqwest::Method;

use crate::support::{Draft, Program, Role, Stream, TestApp, eventually};

#[tokio::test]
async fn a_stream_begins_at_once_and_passes_proxies_untouched() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    let mut stream = ann.streams_from("/stream", &[("Accept-Encoding", "gzip, br, deflate, zstd")]).await;
    let hello = stream.says_hello().await;

    let header = |name: &str| stream.headers.get(name).map_or("", |value| value.to_str().unwrap());
    assert_eq!(header("content-type"), "text/event-stream; charset=utf-8");
    assert_eq!(header("cache-control"), "no-store, no-transform");
    assert_eq!(header("x-accel-buffering"), "no");
    assert_eq!(header("content-encoding"), "");
    assert!((1000..=5000).contains(&stream.parser.retry.unwrap()));
    assert_eq!(hello.id.as_deref(), hello.data["head"].as_str(), "it starts from the head");
    assert_eq!((hello.data["heartbeat"].as_u64(), hello.data["resumed"].as_bool()), (Some(15), Some(false)));
    assert!(hello.data["server_time"].as_str().unwrap().ends_with('Z'), "{hello:?}");
    assert!(!hello.data["build"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn browsers_are_told_to_come_back_at_different_times() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    let mut retries = HashSet::new();
    for _ in 0..6 {
        let stream = ann.opens_stream().await;
        retries.insert(stream.parser.retry);
    }

    assert!(retries.len() > 1, "{retries:?}");
}

#[tokio::test]
async fn a_post_arrives_as_it_will_stand_in_the_feed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;

    let news = boss.publishes(Draft::news("Bicycles & co.").body("Forty **new** stands.")).await;
    let alert = boss.publishes(Draft::alert("warning", "Low water").to(&["ann"])).await;
    let events = [stream.next("post").await, stream.next("post").await];

    let feed = ann.reads_feed().await;
    let epoch = feed.cursor.split_once('-').unwrap().0;
    assert!(
        (8..=16).contains(&epoch.len())
            && epoch.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    );
    for (event, post, kind, title) in
        [(&events[0], news, "news", "Bicycles & co."), (&events[1], alert, "alert", "Low water")]
    {
        let data = &event.data;
        assert_eq!(event.post(), post);
        assert!(event.id.as_ref().unwrap().starts_with(&format!("{epoch}-")));
        assert_eq!((data["kind"].as_str(), data["title"].as_str()), (Some(kind), Some(title)));
        assert_eq!(data["url"].as_str().unwrap(), format!("/posts/{post}"));
        assert!(data["published_at"].as_str().unwrap().ends_with('Z'), "{data}");
        assert!(!data["event"].is_null());
        assert!(data.get("body").is_none(), "a page gets HTML, not Markdown");
        assert!(data["html"].as_str().unwrap().contains(&feed.common_row(post)), "the same partial: {data}");
    }
    assert_eq!(
        (events[0].data["severity"].as_str(), events[1].data["severity"].as_str()),
        (None, Some("warning"))
    );
    assert_eq!(events[1].id.as_ref(), Some(&feed.cursor), "the page was rendered at the head");
}

#[tokio::test]
async fn a_broadcast_reaches_every_open_page() {
    let app = TestApp::start_with(&["--max-streams-per-user", "300"]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut streams = vec![];
    for _ in 0..150 {
        streams.push(ann.opens_stream().await);
    }

    let mut posts = vec![];
    for number in 0..10 {
        posts.push(boss.publishes(Draft::news(&format!("Number {number}"))).await);
    }

    for stream in &mut streams {
        assert_eq!(stream.next_posts(10).await, posts);
    }
}

#[tokio::test]
async fn an_outsider_never_receives_another_persons_post() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let eve = app.member("eve").await;
    let other_admin = app.admin("otto").await;
    let before = eve.reads_feed().await.cursor;
    let mut hers = ann.opens_stream().await;
    let (mut eves, mut ottos) = (eve.opens_stream().await, other_admin.opens_stream().await);
    let mut authors = boss.opens_stream().await;

    let secret = boss.publishes(Draft::news("Only for Ann").body("a secret").to(&["ann"])).await;
    let public = boss.publishes(Draft::news("For all")).await;

    assert_eq!(hers.next_posts(2).await, [secret, public]);
    assert_eq!(authors.next_posts(2).await, [secret, public], "authors see their own");
    for (who, live) in [(&eve, &mut eves), (&other_admin, &mut ottos)] {
        assert_eq!(live.next_post().await, public, "live");
        assert_eq!(who.follows(&before).await.next_post().await, public, "on replay");
        let feed = who.reads_feed().await;
        assert_eq!(feed.posts, [public], "in the feed");
        assert!(!feed.text.contains("secret"));
        let page = who.gets(&format!("/posts/{secret}")).await;
        let nothing = who.gets("/posts/987654").await;
        assert_eq!(page.status, 404, "by its URL");
        assert_eq!(page.text, nothing.text, "nor that there is something");
    }
    assert_eq!(ann.gets(&format!("/posts/{secret}")).await.status, 200);
}

#[tokio::test]
async fn who_joins_later_sees_what_was_for_everyone() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let public = boss.publishes(Draft::news("For all")).await;
    boss.publishes(Draft::news("For me").to(&["boss"])).await;

    let late = app.member("late").await;

    assert_eq!(late.reads_feed().await.posts, [public]);
}

#[tokio::test]
async fn a_stream_needs_a_session_and_is_never_redirected() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    let name = app.cookie().await;
    for cookies in ["", "sid=", "sid=nonsense", "sid=AAAAAAAAAAAAAAAAAAAAAA", "other=1"] {
        let (visitor, cookies) = (app.visitor(), cookies.replace("sid", &name));
        let stream = visitor.streams_from("/stream", &[("Cookie", &cookies)]).await;
        assert_eq!(
            stream.status, 204,
            "{cookies:?}: anything else makes browsers come back or give up blindly"
        );
    }
    ann.opens_stream().await;
}

#[tokio::test]
async fn another_site_cannot_open_a_stream() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    for site in ["cross-site", "same-site"] {
        let stream = ann.streams_from("/stream", &[("Sec-Fetch-Site", site)]).await;
        assert_eq!(stream.status, 403, "{site}");
    }
    for site in ["same-origin", "none"] {
        ann.streams_from("/stream", &[("Sec-Fetch-Site", site)]).await.says_hello().await;
    }
}

#[tokio::test]
async fn at_a_persons_cap_the_new_stream_is_refused_and_the_old_ones_stay() {
    let app = TestApp::start_with(&["--max-streams-per-user", "2"]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut old = [ann.opens_stream().await, ann.opens_stream().await];

    let mut refused = ann.streams_from("/stream", &[]).await;
    refused.ends().await;

    assert_eq!(refused.status, 200, "any other answer and a browser never comes back");
    assert!(refused.headers["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    assert!(refused.parser.retry.is_some() && !refused.parser.comments.is_empty(), "{:?}", refused.parser);
    let mut bosss = boss.opens_stream().await;
    let post = boss.publishes(Draft::news("Still there")).await;
    for stream in old.iter_mut().chain([&mut bosss]) {
        assert_eq!(stream.next_post().await, post);
    }
}

#[tokio::test]
async fn a_closed_stream_makes_room_for_the_next() {
    let app = TestApp::start_with(&["--max-streams", "1"]).await;
    let ann = app.member("ann").await;
    let bea = app.member("bea").await;
    let stream = ann.opens_stream().await;
    bea.streams_from("/stream", &[]).await.ends().await;

    drop(stream);

    eventually("room for bea", async || {
        let mut stream = bea.streams_from("/stream", &[]).await;
        stream.next_event().await.map(|event| assert_eq!(event.name, "hello"))
    })
    .await;
}

#[tokio::test]
async fn a_quiet_stream_is_told_that_it_is_alive_and_its_cursor_does_not_grow_old() {
    let app = TestApp::start_with(&["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    app.signs_up("bea", Role::Member).await;
    let ann = app.member("ann").await;
    let mut stream = ann.streams_from("/stream", &[]).await;
    let hello = stream.says_hello().await;
    assert_eq!(hello.data["heartbeat"], 1);

    let mut bosss = boss.opens_stream().await;
    boss.publishes(Draft::news("Not for Ann").to(&["bea"])).await;
    bosss.next_post().await;
    let head = bosss.cursor;

    let mut pings = vec![];
    // Some may have been on their way before the post.
    for _ in 0..10 {
        let ping = stream.next_event().await.unwrap();
        assert_eq!((ping.name.as_str(), ping.data.to_string().as_str()), ("ping", "{}"));
        pings.extend(ping.id);
        if !pings.is_empty() {
            break;
        }
    }
    assert_eq!(pings, [head.as_str()], "one ping carries the id of what was looked at and passed over");
    assert_eq!(stream.next_event().await.unwrap().id, None, "the next says nothing new");
    let post = boss.publishes(Draft::news("For all")).await;
    assert_eq!(stream.next_post().await, post);
}

#[tokio::test]
async fn asked_once_an_answer_ends_when_everything_is_sent() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "ann", "stream").await;
    let mut cursor = ann.reads_feed().await.cursor;

    for round in 0..5 {
        let posts = [
            boss.publishes(Draft::news("One")).await,
            boss.publishes(Draft::news("For Ann").to(&["ann"])).await,
            boss.publishes(Draft::news("Three")).await,
        ];
        boss.publishes(Draft::news("Not for her").to(&["boss"])).await;

        // What was acknowledged a moment ago is in it.
        let path = format!("stream?once=1&after={cursor}");
        let page = ann.streams_from(&format!("/{path}"), &[]).await;
        let by_program = program.request(Method::GET, &format!("/api/v1/{path}")).send().await.unwrap();
        for mut stream in [page, Stream::of(by_program)] {
            assert_eq!(stream.says_hello().await.data["resumed"], true, "{round}");
            assert_eq!(stream.next_posts(3).await, posts);
            stream.ends().await;
            cursor.clone_from(&stream.cursor);
        }
        let mut nothing_new = ann.streams_from("/stream?once=1", &[("Last-Event-ID", &cursor)]).await;
        nothing_new.says_hello().await;
        nothing_new.ends().await;
    }
    let mut at_head = ann.streams_from("/stream?once=1", &[]).await;
    at_head.says_hello().await;
    at_head.ends().await;
    // Each of them gave its place back.
    let mut stream = ann.streams_from("/stream?once=0", &[]).await;
    stream.says_hello().await;
    let live = boss.publishes(Draft::news("Live")).await;
    assert_eq!(stream.next_post().await, live);
}
