//! What a token is held to: a time, groups, networks; and its owner's own rights.

mod form;
mod networks;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Page, Program, Role, Stream, TestApp, makes_group, news};

fn to_groups(groups: &[&str]) -> Value {
    json!({ "kind": "news", "title": "x", "audience": { "groups": groups } })
}

/// Why a program was refused: the end of the problem's type.
fn problem(page: &Page) -> String {
    let kind = page.json()["type"].as_str().unwrap().to_owned();
    format!("{} {}", page.status, kind.strip_prefix("/api#").unwrap())
}

#[tokio::test]
async fn a_token_ends_at_its_time_and_its_streams_with_it() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let lasting = Program::of(&app, "boss", "publish,stream").await;
    let ending = Program::held(&app, "boss", "publish,stream", &["--expires", "2s"]).await;
    assert_eq!(ending.gets("/api/v1/posts").await.status, 200);
    let (mut lasts, mut ends) = (lasting.opens_stream().await, ending.opens_stream().await);

    assert_eq!(ends.says_bye().await, "expired");

    assert_eq!(problem(&ending.gets("/api/v1/posts").await), "401 unauthenticated");
    assert_eq!(problem(&ending.sends(&news("x")).await), "401 unauthenticated");
    let post = lasting.publishes("Still here").await;
    assert_eq!(lasts.next_post().await, post);
}

#[tokio::test]
async fn a_token_that_ends_in_another_age_works_and_is_shown_so() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    // Earlier versions took more than any calendar has.
    for (number, end_ms) in [(1, Some(2_840_000_000_000_000_i64)), (2, Some(i64::MAX)), (3, None)] {
        let held = Program::held(&app, "boss", "publish,stream", &["--expires", "3years"]).await;
        if let Some(end_ms) = end_ms {
            app.sql(&format!("UPDATE tokens SET expires_ms = {end_ms} WHERE id = {number}")).await;
        }
        assert_eq!(held.gets("/api/v1/posts").await.status, 200, "{end_ms:?}");
        held.opens_stream().await;
    }

    let list = boss.gets("/admin/tokens").await.text;
    assert_eq!(
        list.matches("until <time datetime=\"9999-12-30T22:00:00Z\">30 Dec 9999, 22:00</time>").count(),
        2,
        "{list}"
    );
    assert!(!list.contains("ended") && !list.contains("1970"), "{list}");
    let year: i32 = list.split("until <time datetime=\"2").nth(1).unwrap()[..3].parse().unwrap();
    assert!(list.contains(&format!(" {}, ", 2000 + year)), "the year it ends in: {list}");
}

/// Streams that were opened before are remembered, so that many who come back at once ask no table.
#[tokio::test]
async fn a_token_that_is_known_by_its_streams_is_held_to_its_limits_all_the_same() {
    let app = TestApp::start_with(&["--trusted-proxies", "127.0.0.1/32"]).await;
    let boss = app.admin("boss").await;
    makes_group(&boss, "Night shift", &["boss"]).await;
    let limits = ["--from", "10.0.0.0/8", "--group", "Night shift", "--expires", "4s"];
    let held = Program::held(&app, "boss", "publish,stream", &limits).await;
    let from = async |address: &str, request: RequestBuilder| {
        request.header("X-Forwarded-For", address).send().await.unwrap()
    };
    let stream = || held.request(Method::GET, "/api/v1/stream");
    let mut streams = vec![];
    for _ in 0..3 {
        let opened = from("10.1.2.3", stream()).await;
        assert_eq!(opened.status(), 200);
        streams.push(Stream::of(opened));
    }

    for elsewhere in ["11.1.2.3", "10.1.2.3, 11.1.2.3", "127.0.0.1", "2001:db8::1"] {
        assert_eq!(from(elsewhere, stream()).await.status(), 403, "{elsewhere}");
    }
    let sent = held.request(Method::POST, "/api/v1/posts").json(&news("x"));
    assert_eq!(problem(&Page::read(from("10.1.2.3", sent).await).await), "403 groups");
    for stream in &mut streams {
        stream.says_hello().await;
        assert_eq!(stream.says_bye().await, "expired");
    }
    assert_eq!(from("10.1.2.3", stream()).await.status(), 401, "its time is over");
}

#[tokio::test]
async fn a_token_that_is_revoked_or_whose_owner_is_disabled_opens_no_stream_by_being_known() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let (revoked, orphaned) =
        (Program::of(&app, "boss", "stream").await, Program::of(&app, "ann", "stream").await);
    let mut streams = [revoked.opens_stream().await, orphaned.opens_stream().await];

    assert_eq!(boss.posts("/admin/tokens/1/revocation", &[]).await.status, 303);
    assert_eq!(app.runs(&["user", "disable", "ann"], "").await.code, Some(0));

    for (stream, program) in streams.iter_mut().zip([revoked, orphaned]) {
        assert_eq!(stream.says_bye().await, "revoked");
        let again = program.request(Method::GET, "/api/v1/stream").send().await.unwrap();
        assert_eq!(again.status(), 401, "known or not");
    }
}

#[tokio::test]
async fn a_token_for_groups_in_the_wrong_group() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    makes_group(&boss, "Night shift", &["ann"]).await;
    makes_group(&boss, "Day shift", &["ann"]).await;
    let held = Program::held(&app, "boss", "publish", &["--group", "night SHIFT"]).await;

    for wrong in [
        news("x"),
        json!({ "kind": "news", "title": "x", "audience": { "people": ["ann"] } }),
        json!({ "kind": "news", "title": "x", "audience": { "people": ["nobody"] } }),
        to_groups(&["Day shift"]),
        to_groups(&["Night shift", "Day shift"]),
        // Nor does it learn which groups there are.
        to_groups(&["Unheard of"]),
    ] {
        assert_eq!(problem(&held.sends(&wrong).await), "403 groups", "{wrong}");
    }
    assert_eq!(ann.reads_feed().await.posts, [] as [i64; 0]);
    assert_eq!(held.sends(&to_groups(&["Night shift"])).await.status, 201);
    assert_eq!(ann.reads_feed().await.posts.len(), 1);
}

#[tokio::test]
async fn a_token_whose_group_is_renamed_or_removed_reaches_nobody_else() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let night = makes_group(&boss, "Night shift", &["boss"]).await;
    let held = Program::held(&app, "boss", "publish", &["--group", "Night shift"]).await;

    boss.posts(&format!("{night}/name"), &[("name", "Night watch")]).await;
    makes_group(&boss, "Night shift", &["boss"]).await;
    assert_eq!(problem(&held.sends(&to_groups(&["Night shift"])).await), "403 groups", "another of its name");
    assert_eq!(held.sends(&to_groups(&["Night watch"])).await.status, 201);

    assert_eq!(boss.posts(&format!("{night}/removal"), &[]).await.status, 303);
    makes_group(&boss, "Night watch", &["boss"]).await;
    for sent in [news("x"), to_groups(&["Night watch"])] {
        assert_eq!(problem(&held.sends(&sent).await), "403 groups", "{sent}");
    }
    assert!(boss.gets("/admin/tokens").await.text.contains("limited to groups that were removed"));
}
