//! The three documented proxies, each with the file that the guide shows.

use std::{
    fs,
    time::{Duration, Instant},
};

use tokio::{net::TcpSocket, time::timeout};

use crate::{
    proxy::{KINDS, Kind, Proxy, swap, with_folders},
    support::{
        Certificate, Draft, Person, Program, Raw, Role, Stream, TIMEOUT, TestApp, eventually, quiet_port,
    },
};

/// What is promised for a stream's first event, and is far more than what a later event may take.
pub(crate) const AT_ONCE: Duration = Duration::from_millis(300);

/// The server's own, unless told otherwise.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What a proxy may add: less than a system waits with for more data before it sends what it has, 200 ms.
const UNDELAYED: Duration = Duration::from_millis(120);

#[tokio::test]
async fn posts_and_heartbeats_pass_at_once_both_ways() {
    let app = TestApp::start_with(&["--heartbeat", "1s"]).await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    let mut program = Program::of(&app, "boss", "publish").await;

    let boss = app.signs_in("boss").await;
    let direct = fastest_post(&boss, &mut boss.opens_stream().await).await;

    for kind in KINDS {
        let proxy = Proxy::starts(kind, &app).await;
        let (ann, boss) = (proxy.signs_in(&app, "ann").await, proxy.signs_in(&app, "boss").await);
        program.url.clone_from(&proxy.url);
        let (mut stream, took) = first_event(&ann).await;
        assert!(took < AT_ONCE, "{kind:?}: the first event took {took:?}");
        assert!(!stream.headers.contains_key("content-encoding"), "{:?}", stream.headers);

        let fastest = fastest_post(&boss, &mut stream).await;
        assert!(
            fastest < direct + UNDELAYED,
            "{kind:?}: the fastest post took {fastest:?}, {direct:?} without"
        );
        let post = program.publishes("By a program").await;
        assert_eq!(stream.next_post().await, post, "{kind:?}");
        beats(&mut stream, 2).await;
    }
}

/// How long it takes from publishing until a post is there, when it takes least.
async fn fastest_post(boss: &Person, stream: &mut Stream) -> Duration {
    let mut fastest = TIMEOUT;
    for _ in 0..5 {
        let start = Instant::now();
        let post = boss.publishes(Draft::news("Through a proxy")).await;
        assert_eq!(stream.next_post().await, post);
        fastest = fastest.min(start.elapsed());
    }
    fastest
}

/// Opens streams until one is quick, since a busy machine is no broken promise; and the time it took.
pub(crate) async fn first_event(person: &Person) -> (Stream, Duration) {
    let mut tries = vec![];
    for _ in 0..5 {
        let start = Instant::now();
        let mut stream = person.streams_from("/stream", &[]).await;
        stream.says_hello().await;
        tries.push((stream, start.elapsed()));
    }
    tries.into_iter().min_by_key(|(_, took)| *took).unwrap()
}

/// Waits for heartbeats, with nothing between.
pub(crate) async fn beats(stream: &mut Stream, times: u32) {
    for _ in 0..times {
        let event = stream.next_event().await.expect("the stream is not cut");
        assert_eq!(event.name, "ping");
    }
}

#[tokio::test]
async fn the_server_learns_the_clients_address_and_not_what_the_client_says_it_is() {
    let cap = ["--max-connections-per-address", "2", "--trusted-proxies", "127.0.0.1/32"];
    let app = TestApp::start_with(&cap).await;
    let ann = app.member("ann").await;

    for (number, kind) in KINDS.into_iter().enumerate() {
        let proxy = Proxy::starts(kind, &app).await;
        let (one, other) = (format!("127.0.{number}.2"), format!("127.0.{number}.3"));

        let first = streams_from(&one, &proxy, &ann, "", "event: hello").await;
        let second = streams_from(&one, &proxy, &ann, "", "event: hello").await;
        let made_up = "X-Forwarded-For: 192.0.2.1\r\n";
        streams_from(&one, &proxy, &ann, made_up, "there is no room").await;
        streams_from(&other, &proxy, &ann, "", "event: hello").await;
        drop((first, second));
    }
}

/// Asks for a stream from another address of this machine, and waits for what it must say.
async fn streams_from(address: &str, proxy: &Proxy, ann: &Person, more: &str, says: &str) -> Raw {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
    let mut raw = Raw { socket: socket.connect(([127, 0, 0, 1], proxy.port).into()).await.unwrap() };
    raw.says(&Raw::head(ann, "GET", "/stream", more)).await;
    // A stream that must not be there goes on and on.
    timeout(TIMEOUT, raw.reads_until(says)).await.unwrap_or_else(|_| panic!("{:?}: no {says:?}", proxy.kind));
    raw
}

#[tokio::test]
async fn heartbeats_keep_a_quiet_stream_open_and_nothing_else_does() {
    let beating = TestApp::start_with(&["--heartbeat", "1s"]).await;
    let silent = TestApp::start_with(&["--heartbeat", "60s"]).await;
    let people = (beating.member("ann").await, silent.member("ann").await);

    for kind in [Kind::Nginx, Kind::Haproxy] {
        let hasty = |text: &str| shortened(kind, text);
        let (kept, cut) =
            tokio::join!(Proxy::starts_with(kind, &beating, hasty), Proxy::starts_with(kind, &silent, hasty));
        let ann = kept.visitor("ann").with_cookies(&people.0.cookies());
        let other_ann = cut.visitor("ann").with_cookies(&people.1.cookies());
        let (mut stream, mut other_stream) = (ann.opens_stream().await, other_ann.opens_stream().await);

        tokio::join!(beats(&mut stream, 6), other_stream.ends());
    }
}

/// The same file with time-outs of 3 s, so that the test need not wait for minutes. (Caddy has none.)
fn shortened(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Nginx => swap(text, "proxy_read_timeout 60s", "proxy_read_timeout 3s"),
        Kind::Haproxy => {
            swap(&swap(text, "timeout client 60s", "timeout client 3s"), "server 60s", "server 3s")
        }
        Kind::Caddy => text.to_owned(),
    }
}

#[tokio::test]
async fn a_browser_that_goes_away_gives_its_place_back() {
    let app = TestApp::start_with(&["--max-streams-per-user", "1"]).await;
    let ann = app.member("ann").await;

    for kind in KINDS {
        let proxy = Proxy::starts(kind, &app).await;
        let through = proxy.visitor("ann").with_cookies(&ann.cookies());
        // The one before, which asked whether there was room, may still be ending.
        let stream = eventually("room for one", async || {
            let mut stream = through.streams_from("/stream", &[]).await;
            stream.next_event().await.map(|_| stream)
        })
        .await;
        assert!(!has_room(&ann).await, "not while that stream is open");

        drop(stream);
        // At once, and not because a heartbeat could not be delivered.
        timeout(HEARTBEAT / 2, async { while !has_room(&ann).await {} })
            .await
            .unwrap_or_else(|_| panic!("{kind:?} holds on to the stream"));
        eventually("the end of that one", async || has_room(&ann).await.then_some(())).await;
    }
}

async fn has_room(ann: &Person) -> bool {
    ann.streams_from("/stream", &[]).await.next_event().await.is_some()
}

#[tokio::test]
async fn with_two_nodes_one_of_which_is_away_every_request_is_answered() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;

    for kind in KINDS {
        let proxy = Proxy::starts_with(kind, &app, |text| with_a_second(kind, text, "127.0.0.1:1")).await;
        let boss = proxy.signs_in(&app, "boss").await;
        let before = boss.reads_feed().await.posts.len();

        for _ in 0..8 {
            boss.publishes(Draft::news("One node is enough")).await;
        }

        assert_eq!(boss.reads_feed().await.posts.len(), before + 8, "{kind:?}: each once");
    }
}

#[tokio::test]
async fn caddy_waits_for_a_node_that_is_just_restarting() {
    let mut app = TestApp::start().await;
    let caddy = Proxy::starts(Kind::Caddy, &app).await;
    let visitor = caddy.visitor("");
    app.kill().await;

    let (page, ()) = tokio::join!(visitor.gets("/login"), app.restart());

    assert_eq!(page.status, 200, "{page:?}");
}

/// The file with a second node, as it says itself how to write one.
fn with_a_second(kind: Kind, text: &str, address: &str) -> String {
    match kind {
        Kind::Nginx => swap(text, "# server 10.0.0.12:8080", &format!("server {address}")),
        Kind::Haproxy => swap(text, "# server b 10.0.0.12:8080", &format!("server b {address}")),
        Kind::Caddy => swap(text, "reverse_proxy ", &format!("reverse_proxy {address} ")),
    }
}

#[test]
fn the_guide_shows_the_files_as_they_are() {
    let guide = include_str!("../../docs/deploy.md");

    for kind in KINDS {
        assert!(guide.contains(kind.file()), "docs/deploy.md does not show {kind:?}'s file");
    }
}

#[test]
fn each_file_is_right_with_its_certificate_too() {
    let folder = tempfile::tempdir().unwrap();
    let made = Certificate::new();
    let (certificate, key) = (made.file(), made.key_file());
    let both = folder.path().join("both.pem");
    fs::write(&both, [fs::read(&certificate).unwrap(), fs::read(&key).unwrap()].concat()).unwrap();

    for kind in KINDS {
        let text = match kind {
            Kind::Nginx => {
                let text = swap(kind.file(), "/etc/ssl/news.example.org.pem", certificate.to_str().unwrap());
                let text = swap(&text, "/etc/ssl/news.example.org.key", key.to_str().unwrap());
                let text = swap(&text, "listen 443 ", &format!("listen 127.0.0.1:{} ", quiet_port()));
                with_folders(&text, folder.path())
            }
            Kind::Caddy => kind.file().to_owned(),
            Kind::Haproxy => swap(kind.file(), "/etc/haproxy/news.example.org.pem", both.to_str().unwrap()),
        };
        for text in [with_a_second(kind, &text, "10.0.0.12:8080"), text] {
            let file = folder.path().join("config");
            fs::write(&file, text).unwrap();
            let checked = kind.command(folder.path(), &file, true).output().unwrap();
            assert!(checked.status.success(), "{kind:?}: {}", String::from_utf8_lossy(&checked.stderr));
        }
    }
}
