//! Requests that are too much: in length, in number of parts, or once they are unpacked.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use reqwest::Method;
use tidings::routes;

use super::{said_to, status_of};
use crate::support::{Draft, Program, TestApp, eventually, news};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn a_10_mb_body() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish").await;
    let huge = "x".repeat(10 * MIB);
    let before = app.memory();

    for path in forms() {
        let sent = boss.request(Method::POST, &path).form(&[("title", &huge)]).send().await;
        // Cut before it has sent everything, a client may miss the answer. Where nothing is to be typed,
        // nothing is read; what has no such number is not looked at further; and a page that takes a file takes no form.
        if let Ok(answer) = sent {
            assert!(matches!(answer.status().as_u16(), 303 | 404 | 413 | 415), "{path}: {answer:?}");
        }
    }
    if let Ok(answer) = program.request(Method::POST, "/api/v1/posts").json(&news(&huge)).send().await {
        assert_eq!(answer.status(), 413);
    }

    // What the last of them took goes back to the system within a second or so.
    eventually("memory is as it was", || async {
        (app.memory().saturating_sub(before) < 4 * MIB).then_some(())
    })
    .await;
    let feed = boss.reads_feed().await;
    // Who tests their connection sends nothing that would be in the post.
    assert!(!feed.text.contains("xxxx") && feed.posts.len() <= 1, "{feed:?}");
}

#[tokio::test]
async fn a_zip_body() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish").await;
    let mut zip = GzEncoder::new(vec![], Compression::best());
    zip.write_all(b"{\"kind\":\"news\",\"audience\":\"everyone\",\"title\":\"x\",\"body\":\"").unwrap();
    zip.write_all(&vec![b' '; 64 * MIB]).unwrap();
    zip.write_all(b"\"}").unwrap();
    let bomb = zip.finish().unwrap();
    let sends = async |coding: &str| {
        for path in forms() {
            let form = boss.request(Method::POST, &path).header("Content-Encoding", coding);
            let form = form.header("Content-Type", "application/x-www-form-urlencoded").body(bomb.clone());
            if let Ok(answer) = form.send().await {
                assert!(matches!(answer.status().as_u16(), 303 | 404 | 415), "{path} {coding}: {answer:?}");
            }
        }
        let json = program.request(Method::POST, "/api/v1/posts").header("Content-Encoding", coding);
        let json = json.header("Content-Type", "application/json").body(bomb.clone());
        assert_eq!(json.send().await.unwrap().status(), 415, "{coding}");
    };
    // What is there once, however often it is sent: what cannot be unpacked takes as many connections.
    sends("unheard-of").await;
    let before = app.memory();

    let highest = app
        .highest_memory_while(async {
            for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip"] {
                sends(coding).await;
            }
        })
        .await;
    assert!(highest.saturating_sub(before) < 8 * MIB, "it was unpacked");
    boss.publishes(Draft::news("Good")).await;
}

#[tokio::test]
async fn over_long_addresses_and_headers() {
    let app = TestApp::start().await;
    let long = "a".repeat(20_000);
    let head = |target: &str, more: &str| {
        format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{more}Connection: close\r\n\r\n")
    };
    let many: String = (0..200).map(|number| format!("X-{number}: 1\r\n")).collect();

    for request in [
        head(&format!("/{long}"), ""),
        head(&format!("/login?next={long}"), ""),
        head("/login", &format!("Cookie: {}={long}\r\n", app.cookie().await)),
        head("/login", &format!("{long}: 1\r\n")),
        head("/login", &many),
        format!("GET /{}", "a".repeat(100_000)),
    ] {
        let said = said_to(&app, request.as_bytes()).await;
        // hyper drops the connection where there is no request to answer.
        assert!(said.is_empty() || matches!(status_of(&said), 400 | 414 | 431), "{said}");
        assert!(said.len() < 1000, "and repeats nothing of it");
    }
    // What fits is answered as usual.
    let said = said_to(&app, head(&format!("/login?next=/{}", "a".repeat(8000)), "").as_bytes()).await;
    assert_eq!(status_of(&said), 200);
}

/// The address of every form, with numbers that nothing has; signing out would end the attack.
fn forms() -> impl Iterator<Item = String> {
    let lines = routes::routes().into_iter().filter(|line| line.method == Method::POST);
    let people = lines.filter(|line| !line.path.starts_with("/api/") && line.path != "/logout");
    people.map(|line| line.path.replace(":id", "99").replace(":person", "99"))
}
