//! Cards that are pinged by calling an address.

mod addresses;

use std::time::Instant;

use futures_util::future::join_all;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::{Page, Person, Program, TestApp, eventually};

async fn started() -> (TestApp, Program) {
    let app = TestApp::start().await;
    app.admin("boss").await;
    app.publisher("ann").await;
    let program = Program::of(&app, "ann", "cards,stream").await;
    (app, program)
}

/// Makes a card and the address by which it is pinged.
async fn has_address(program: &Program, key: &str, kind: &str) -> String {
    assert_eq!(program.sets(key, &json!({ "board": "jobs", "kind": kind, "ttl": 60 })).await.status, 201);
    makes_address(program, key).await
}

pub async fn makes_address(program: &Program, key: &str) -> String {
    let made =
        Page::read(program.request(Method::POST, &format!("/api/v1/cards/{key}/ping")).send().await.unwrap())
            .await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json()["address"].as_str().unwrap().to_owned()
}

/// Calls an address as anything does that can only do that.
async fn calls(method: Method, address: &str) -> Page {
    Page::read(Client::new().request(method, address).send().await.unwrap()).await
}

pub async fn pings(address: &str) {
    assert_eq!(calls(Method::GET, address).await.status, 200, "{address}");
}

/// The card once it is so.
async fn becomes(program: &Program, key: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let path = format!("/api/v1/cards/{key}");
    eventually("the card says it", async || Some(program.gets(&path).await.json()).filter(&is_so)).await
}

#[tokio::test]
async fn a_ping_says_of_a_status_that_all_is_well_or_that_it_is_not() {
    let (_app, program) = started().await;
    let address = has_address(&program, "gate", "status").await;
    let state = async |state: &str| becomes(&program, "gate", |card| card["state"] == state).await;

    for (method, end, said) in [
        (Method::GET, "", "ok"),
        (Method::POST, "/fail", "critical"),
        (Method::HEAD, "", "ok"),
        (Method::HEAD, "/1", "critical"),
        (Method::POST, "/0", "ok"),
        (Method::GET, "/255", "critical"),
        (Method::POST, "", "ok"),
    ] {
        let answer = calls(method.clone(), &format!("{address}{end}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.text, if method == Method::HEAD { "" } else { "OK\n" });
        assert!(!answer.headers.contains_key("set-cookie"), "{answer:?}");
        state(said).await;
    }

    pings(&format!("{address}/start")).await;
    let started = becomes(&program, "gate", |card| card["started_at"].is_string()).await;
    assert_eq!(started["state"], "ok", "work that begins says nothing of how it is");
    pings(&format!("{address}/7")).await;
    let ended = becomes(&program, "gate", |card| card["state"] == "critical").await;
    assert!(ended["took"].is_number() && ended["started_at"].is_null(), "{ended}");
}

#[tokio::test]
async fn a_ping_says_of_a_progress_that_it_runs_is_done_or_has_failed() {
    let (_app, program) = started().await;
    let address = has_address(&program, "job", "progress").await;
    program.changes("job", &json!({ "state": "running", "percent": 40, "text": "Copies" })).await;
    let mut stream = program.watches("board:jobs").await;
    stream.next("cards").await;

    for (end, state, text) in [
        ("/start", "running", ""),
        ("/0", "done", "Exit code 0 after "),
        ("/start", "running", ""),
        ("", "done", "After "),
        ("/start", "running", ""),
        ("/fail", "failed", "After "),
        ("/start", "running", ""),
        ("/42", "failed", "Exit code 42 after "),
    ] {
        pings(&format!("{address}{end}")).await;
        let card = becomes(&program, "job", |card| card["state"] == state && card["percent"].is_null()).await;
        assert!(card["text"].as_str().unwrap_or_default().starts_with(text), "{card}");
        assert!(card["started_at"].is_string(), "{card}");
        assert_eq!(card["ended_at"].is_string(), state != "running", "{card}");
        assert_eq!(stream.next("cards").await.data["cards"][0]["state"], state, "who watches hears of it");
    }
}

#[tokio::test]
async fn what_no_address_means_is_refused_and_changes_nothing() {
    let (app, program) = started().await;
    let address = has_address(&program, "job", "progress").await;
    let before = program.gets("/api/v1/cards/job").await.json();

    for end in ["/256", "/-1", "/1.5", "/stop", "/START", "/99999999999999999999", "/%20"] {
        let refused = calls(Method::GET, &format!("{address}{end}")).await;
        assert_eq!(refused.status, 400, "{end}: {refused:?}");
        assert!(refused.text.contains("0 to 255"), "{refused:?}");
    }
    let secret = address.rsplit('/').next().unwrap();
    for path in ["/ping/", "/ping/x", &format!("/ping/{}", secret.replace(char::is_alphanumeric, "0"))] {
        assert_eq!(calls(Method::GET, &format!("{}{path}", app.url)).await.status, 404, "{path}");
    }
    let upper = format!("{}/ping/{}", app.url, secret.to_uppercase());
    assert_eq!(calls(Method::GET, &upper).await.status, 404);
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        assert_eq!(calls(method, &address).await.status, 405);
    }

    assert_eq!(program.gets("/api/v1/cards/job").await.json(), before);
}

#[tokio::test]
async fn what_comes_with_a_ping_stands_on_the_cards_page_for_its_owner_and_admins_alone() {
    let (app, program) = started().await;
    app.member("ben").await;
    let address = has_address(&program, "job", "progress").await;
    program.changes("job", &json!({ "audience": "everyone" })).await;
    let boss = app.signs_in("boss").await;
    boss.posts("/admin/boards/jobs", &[("name", "Jobs"), ("everyone", "on"), ("place", "0")]).await;
    let (ann, ben) = (app.signs_in("ann").await, app.signs_in("ben").await);
    let sends = async |end: &str, body: Vec<u8>| {
        let request = Client::new().post(format!("{address}{end}")).body(body);
        assert_eq!(request.send().await.unwrap().status(), 200);
    };
    let sees = async |person: &Person, text: &str| person.gets("/cards/job").await.text.contains(text);

    sends("/3", b"the <secret>\x1b[1m\0\xff of it".to_vec()).await;
    eventually("its owner sees it", async || {
        sees(&ann, "the &#60;secret&#62;[1m\u{fffd} of it").await.then_some(())
    })
    .await;
    assert!(sees(&boss, "secret&#62;[1m").await && !sees(&ben, "secret").await);
    assert!(!program.gets("/api/v1/cards/job").await.text.contains("secret"));
    assert!(!program.watches("board:jobs").await.next("cards").await.data.to_string().contains("secret"));

    sends("/start", Vec::new()).await;
    becomes(&program, "job", |card| card["state"] == "running").await;
    assert!(sees(&ann, "secret").await, "until it has ended again");
    let long = [vec![b'a'; 10 * 1024 - 2], "ü".repeat(100_000).into_bytes()].concat();
    sends("/0", long).await;
    eventually("the long one", async || {
        let page = ann.gets("/cards/job").await.text;
        page.contains(&format!("{}ü</pre>", "a".repeat(10 * 1024 - 2))).then_some(())
    })
    .await;
    sends("", Vec::new()).await;
    eventually("an end without a word", async || (!sees(&ann, "What it wrote").await).then_some(())).await;
}

#[tokio::test]
async fn a_body_that_is_far_too_long_or_packed_is_no_obstacle() {
    let (_app, program) = started().await;
    let address = has_address(&program, "job", "status").await;

    let packed = Client::new().post(format!("{address}/fail")).header("Content-Encoding", "gzip").body("x");
    assert_eq!(packed.send().await.unwrap().status(), 200);
    becomes(&program, "job", |card| card["state"] == "critical").await;
    // The client may find the connection closed while it still sends.
    let _ = Client::new().post(&address).body(vec![b'x'; 8 * 1024 * 1024]).send().await;
    becomes(&program, "job", |card| card["state"] == "ok").await;
}

#[tokio::test]
async fn a_card_that_is_pinged_without_pause_is_written_once_a_second_and_ends_with_the_last() {
    let (mut app, program) = started().await;
    let address = has_address(&program, "job", "status").await;
    let rev = async || -> i64 {
        app.asks_database("SELECT last_rev FROM state_counter").await.try_get_by_index(0).unwrap()
    };
    let (before, began) = (rev().await, Instant::now());
    let client = Client::new();

    for round in 0..20 {
        let ends = ["/fail", "/start", "", "/3", "/0"].repeat(10);
        let asked = ends.iter().map(|end| client.get(format!("{address}{end}")).send());
        for answer in join_all(asked).await {
            assert_eq!(answer.unwrap().status(), 200, "{round}");
        }
    }
    assert_eq!(client.get(format!("{address}/fail")).send().await.unwrap().status(), 200);
    assert_eq!(app.stop().await, Some(0), "what waits is written at the stop");
    let took = began.elapsed().as_secs();

    app.restart().await;
    let card = program.at(&app).gets("/api/v1/cards/job").await.json();
    assert_eq!(card["state"], "critical", "the last one: {card}");
    let written = {
        let row = app.asks_database("SELECT last_rev FROM state_counter").await;
        row.try_get_by_index::<i64>(0).unwrap() - before
    };
    assert!((1..=3 + took as i64).contains(&written), "{written} times in {took} s");
}

#[tokio::test]
async fn unknown_secrets_are_answered_more_and_more_slowly_and_known_ones_at_once() {
    let (app, program) = started().await;
    let address = has_address(&program, "job", "status").await;
    let unknown = format!("{}/ping/{}", app.url, "0".repeat(48));
    let first = Instant::now();
    for _ in 0..10 {
        assert_eq!(calls(Method::GET, &unknown).await.status, 404);
    }
    let first = first.elapsed() / 10;

    let later = Instant::now();
    for _ in 0..3 {
        assert_eq!(calls(Method::POST, &format!("{unknown}/fail")).await.status, 404);
    }
    let later = later.elapsed();

    // 125 ms, 250 ms, 500 ms.
    assert!(later.as_millis() >= 875, "{later:?} after {first:?}");
    let mut fastest = later;
    for _ in 0..5 {
        let known = Instant::now();
        pings(&address).await;
        fastest = fastest.min(known.elapsed());
    }
    assert!(fastest.as_millis() < 500, "{fastest:?}");
    let boss = app.signs_in("boss").await;
    let entries = boss.gets("/admin/audit").await.text;
    assert!(entries.contains("unknown") && !entries.contains("0000000000"), "{entries}");
}

#[tokio::test]
async fn an_address_needs_no_cookie_sets_none_and_may_be_called_from_anywhere() {
    let (app, program) = started().await;
    let address = has_address(&program, "job", "status").await;
    let path = address.strip_prefix(&app.url).unwrap().to_owned();
    let ann = app.signs_in("ann").await;
    let cookies = ann.cookies();

    for site in [None, Some("cross-site"), Some("same-origin")] {
        let mut request = ann.bare_request(Method::POST, &path).header("Origin", "https://evil.example");
        if let Some(site) = site {
            request = request.header("Sec-Fetch-Site", site);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{site:?}");
        assert!(!answer.headers().contains_key("set-cookie"));
    }
    let made_up = app.visitor().with_cookies(&format!("{}=made-up", cookies.split('=').next().unwrap()));
    let answer = made_up.bare_request(Method::POST, &path).send().await.unwrap();
    assert!(answer.status() == 200 && !answer.headers().contains_key("set-cookie"), "{answer:?}");
    let elsewhere = ann.bare_request(Method::GET, &path).header("Host", "evil.example").send().await.unwrap();
    assert_eq!(elsewhere.status(), 421);
}
