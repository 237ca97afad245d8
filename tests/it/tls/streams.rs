//! Streams over TLS: over HTTP/1.1 without HTTP, over HTTP/2 through the body of an answer; with the same promises.

use h2::client::Builder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    browser::Browser,
    support::{Certificate, Http2, Role, TestApp, eventually, shakes_hands},
};

const NEWS: &str = "kind=news&body=&audience=everyone&title=";

#[tokio::test]
async fn many_streams_share_one_http2_connection_and_each_ends_with_its_right() {
    let certificate = Certificate::new();
    let mut app = TestApp::start_with(&certificate.options(&["--heartbeat", "1s"])).await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    let mut boss = Http2::signs_in(&app, &certificate, "boss").await;
    let mut ann = Http2::signs_in(&app, &certificate, "ann").await;
    let mut streams = vec![];
    for _ in 0..12 {
        streams.push(ann.opens_stream().await);
    }
    let mut own = boss.opens_stream().await;

    for number in 0..3 {
        assert_eq!(boss.posts("/admin/posts", &format!("{NEWS}{number}")).await.status, 303);
    }
    for stream in streams.iter_mut().chain([&mut own]) {
        for number in 0..3 {
            assert_eq!(stream.next("post").await["title"], number.to_string());
        }
        stream.next("ping").await;
    }

    // One that is closed gives its place back; the others stay.
    drop(streams.pop());
    assert_eq!(boss.posts("/admin/posts", &format!("{NEWS}again")).await.status, 303);
    for stream in &mut streams {
        assert_eq!(stream.next("post").await["title"], "again");
    }
    app.runs(&["user", "disable", "ann"], "").await;
    for stream in &mut streams {
        assert_eq!(stream.next("bye").await["reason"], "revoked");
        assert_eq!(stream.next_event().await, None);
    }
    assert_eq!(ann.gets("/stream").await.status, 204, "the connection itself goes on");
    app.tells_to_stop();
    own.next("post").await;
    assert_eq!(own.next("bye").await["reason"], "restart");
    assert_eq!(app.has_stopped().await, Some(0));
}

#[tokio::test]
async fn who_takes_nothing_for_a_while_over_http2_is_still_told_why_it_ended() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    let mut boss = Http2::signs_in(&app, &certificate, "boss").await;
    let mut ann = Http2::signs_in(&app, &certificate, "ann").await;
    let mut narrow = Http2::connects_as(&app, &certificate, Builder::new().initial_window_size(1000)).await;
    narrow.cookie.clone_from(&ann.cookie);
    let (mut stream, mut beside) = (narrow.opens_stream().await, ann.opens_stream().await);

    // The first fills the window; of the others none is taken. Another stream tells when all of them end.
    let body = "x".repeat(20_000);
    for number in 0..4 {
        let form = format!("kind=news&audience=everyone&title={number}&body={body}");
        assert_eq!(boss.posts("/admin/posts", &form).await.status, 303);
        beside.next("post").await;
    }
    app.runs(&["user", "disable", "ann"], "").await;
    assert_eq!(beside.next("bye").await["reason"], "revoked");

    let mut titles = vec![];
    let reason = loop {
        let event = stream.next_event().await.expect("`bye` at the end");
        match event.name.as_str() {
            "post" => titles.push(event.data["title"].as_str().unwrap().to_owned()),
            "bye" => break event.data["reason"].clone(),
            name => assert_eq!(name, "ping"),
        }
    };
    assert_eq!(reason, "revoked");
    assert_eq!(titles, ["0", "1", "2", "3"][..titles.len()]);
    assert_eq!(stream.next_event().await, None);
}

#[tokio::test]
async fn a_stream_over_tls_and_http1_is_live_and_its_end_is_noticed() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&["--max-streams-per-user", "1"])).await;
    app.signs_up("boss", Role::Admin).await;
    let mut boss = Http2::signs_in(&app, &certificate, "boss").await;
    let request = boss.head_of("/stream");

    // Each takes the only place as soon as the one before has gone.
    for title in ["First", "Second", "Third"] {
        let mut tls = eventually("room", async || {
            let mut tls = shakes_hands(&app, &certificate, &[b"http/1.1"]).await.unwrap();
            tls.write_all(request.as_bytes()).await.unwrap();
            let start = reads_until(&mut tls, &["event: hello", "no room"]).await;
            assert!(start.starts_with("HTTP/1.1 200") && start.contains("text/event-stream"), "{start}");
            start.contains("event: hello").then_some(tls)
        })
        .await;
        assert_eq!(boss.gets("/stream").await.next_event().await, None, "there is one place");
        assert_eq!(boss.posts("/admin/posts", &format!("{NEWS}{title}")).await.status, 303);
        let more = reads_until(&mut tls, &[&format!("\"{title}\"")]).await;
        assert!(more.contains("event: post"), "{more}");
    }
}

#[tokio::test]
async fn who_reads_slowly_over_tls_and_http1_gets_everything_and_the_end_is_said() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    let mut boss = Http2::signs_in(&app, &certificate, "boss").await;
    let ann = Http2::signs_in(&app, &certificate, "ann").await;
    let mut tls = shakes_hands(&app, &certificate, &[b"http/1.1"]).await.unwrap();
    tls.write_all(ann.head_of("/stream").as_bytes()).await.unwrap();
    reads_until(&mut tls, &["event: hello"]).await;

    // More than the system holds for one that does not read.
    let body = "x".repeat(60_000);
    for number in 0..40 {
        let form = format!("kind=news&audience=everyone&title=Post+{number:02}.&body={body}");
        assert_eq!(boss.posts("/admin/posts", &form).await.status, 303);
    }
    let all = reads_until(&mut tls, &["Post 39."]).await;
    let mut from = 0;
    for number in 0..40 {
        let title = format!("\"Post {number:02}.\"");
        assert_eq!(all.matches(&title).count(), 1, "{title}");
        let at = all.find(&title).unwrap();
        assert!(at >= from, "{title} comes too early");
        from = at;
    }
    app.runs(&["user", "disable", "ann"], "").await;
    let rest = reads_until(&mut tls, &["event: bye"]).await;
    assert!(rest.contains("revoked"), "{rest}");
    let mut nothing = String::new();
    tls.read_to_string(&mut nothing).await.expect("an end that is told from a cut");
}

#[tokio::test]
async fn who_says_more_on_a_stream_over_tls_and_http1_did_not_mean_to_listen() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    app.signs_up("boss", Role::Admin).await;
    let boss = Http2::signs_in(&app, &certificate, "boss").await;
    let request = boss.head_of("/stream");
    let mut tls = shakes_hands(&app, &certificate, &[b"http/1.1"]).await.unwrap();
    tls.write_all(request.as_bytes()).await.unwrap();
    reads_until(&mut tls, &["event: hello"]).await;

    tls.write_all(request.as_bytes()).await.unwrap();

    let mut rest = String::new();
    tls.read_to_string(&mut rest).await.expect("an end");
    assert!(!rest.contains("event: hello"), "{rest}");
}

/// What comes until one of these texts is in it.
async fn reads_until(tls: &mut (impl AsyncReadExt + Unpin), texts: &[&str]) -> String {
    let mut came = String::new();
    while !texts.iter().any(|text| came.contains(text)) {
        let mut bytes = [0; 4096];
        let count = tls.read(&mut bytes).await.unwrap();
        assert!(count > 0, "it ended before {texts:?}: {came}");
        came.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
    }
    came
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_event_sources_in_one_chromium() {
    let certificate = Certificate::new();
    let app = TestApp::start_with(&certificate.options(&[])).await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    let trusted = format!("--ignore-certificate-errors-spki-list={}", certificate.fingerprint());
    let ann = Browser::opens_with(&app, &[&trusted]).await;
    ann.goes("/").await;
    ann.signs_in_here(&app, "ann").await;
    ann.is("live").await;

    // A thirteenth feeds the page itself. Over HTTP/1.1, a browser opens six.
    let open = "window.got = []; window.sources = []; window.live = 0; \
        for (let number = 0; number < 12; number += 1) { \
          const source = new EventSource('/stream?number=' + number); \
          source.addEventListener('hello', () => { live += 1 }); \
          source.addEventListener('post', ({ data }) => got.push(JSON.parse(data).title)); \
          sources.push(source); \
        } done(0)";
    ann.asks_later(open).await;
    ann.until("live === 12").await;
    let mut boss = Http2::signs_in(&app, &certificate, "boss").await;
    assert_eq!(boss.posts("/admin/posts", &format!("{NEWS}Twelve times")).await.status, 303);
    ann.until("got.length === 12 && got.every((title) => title === 'Twelve times')").await;
    ann.until("document.querySelector('li[data-post]').textContent.includes('Twelve times')").await;
    let protocol = ann.asks("performance.getEntriesByType('navigation')[0].nextHopProtocol").await;
    assert_eq!(protocol, "h2");
    ann.closes_without_complaint().await;
}
