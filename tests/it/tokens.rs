//! What a token is held to: a time, groups, networks; and its owner's own rights.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Page, Person, Program, Role, Stream, TestApp, makes_group, news};

fn to_groups(groups: &[&str]) -> Value {
    json!({ "kind": "news", "title": "x", "audience": { "groups": groups } })
}

/// Why a program was refused: the end of the problem's type.
fn problem(page: &Page) -> String {
    let kind = page.json()["type"].as_str().unwrap().to_owned();
    format!("{} {}", page.status, kind.strip_prefix("/api#").unwrap())
}

/// The secret that the page shows once.
fn secret(page: &Page) -> String {
    page.text.split("<code class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
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
    assert!(boss.gets("/admin/tokens").await.text.contains("to no group that is left"));
}

#[tokio::test]
async fn a_token_from_the_wrong_address() {
    let app = TestApp::start_with(&["--trusted-proxies", "127.0.0.1/32"]).await;
    app.admin("boss").await;
    let held = Program::held(&app, "boss", "publish,stream", &["--from", "10.0.0.0/8,2001:db8::/32"]).await;
    let here = Program::held(&app, "boss", "publish,stream", &["--from", "127.0.0.1"]).await;
    let from = async |forwarded: &'static str, path: &str| {
        let request = held.request(Method::GET, path).header("X-Forwarded-For", forwarded);
        request.send().await.unwrap()
    };

    assert_eq!(here.gets("/api/v1/posts").await.status, 200);
    assert_eq!(problem(&held.gets("/api/v1/posts").await), "403 address");
    assert_eq!(problem(&held.sends(&news("x")).await), "403 address");
    // The stream is asked for from the right address first: that one is known must help nobody elsewhere.
    for path in ["/api/v1/posts", "/api/v1/stream"] {
        for (forwarded, status) in [
            ("10.1.2.3", 200),
            ("::ffff:10.1.2.3", 200),
            ("2001:db8::7", 200),
            ("11.1.2.3", 403),
            ("2001:db9::7", 403),
            // What stands further left, the client may have made up.
            ("10.1.2.3, 192.0.2.1", 403),
            // However the proxy writes it.
            ("10.1.2.3:49152", 200),
            ("\"[::ffff:10.1.2.3]:49152\"", 200),
            ("[2001:db8::7]:49152", 200),
            ("for=\"10.1.2.3:49152\";proto=https", 200),
            ("192.0.2.1, 10.1.2.3, ,", 200),
            ("10.1.2.3, 192.0.2.1:49152, ,", 403),
            ("10.1.2.3, unknown", 403),
        ] {
            assert_eq!(from(forwarded, path).await.status(), status, "{forwarded} {path}");
        }
    }
}

#[tokio::test]
async fn networks_are_compared_in_one_family_however_they_are_written() {
    let app = TestApp::start_with(&["--trusted-proxies", "::ffff:127.0.0.0/104,2001:db8:1::1"]).await;
    let boss = app.admin("boss").await;
    let held = Program::held(&app, "boss", "stream", &["--from", "::ffff:10.0.0.0/104"]).await;
    let status = async |forwarded: &str| {
        let request = held.request(Method::GET, "/api/v1/posts").header("X-Forwarded-For", forwarded);
        request.send().await.unwrap().status().as_u16()
    };

    assert_eq!(status("10.1.2.3").await, 200);
    assert_eq!(status("::ffff:10.1.2.3").await, 200);
    assert_eq!(status("10.1.2.3, [2001:db8:1::1]:443").await, 200, "the other proxy's");
    assert_eq!(status("11.1.2.3").await, 403);
    assert!(boss.gets("/admin/tokens").await.text.contains("only from 10.0.0.0/8"));
    // As builds before this one stored it.
    app.sql("UPDATE tokens SET networks = '::ffff:11.0.0.0/104 ::ffff:12.0.0.1/128'").await;
    assert_eq!((status("11.1.2.3").await, status("12.0.0.1").await), (200, 200));
    assert_eq!((status("10.1.2.3").await, status("12.0.0.2").await), (403, 403));
}

#[tokio::test]
async fn a_forged_address_helps_a_token_nowhere_without_trusted_proxies() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let held = Program::held(&app, "boss", "stream", &["--from", "10.0.0.0/8"]).await;

    for header in ["X-Forwarded-For", "X-Real-IP", "Forwarded"] {
        let forged = held.request(Method::GET, "/api/v1/posts").header(header, "10.1.2.3");
        assert_eq!(problem(&Page::read(forged.send().await.unwrap()).await), "403 address", "{header}");
    }
}

#[tokio::test]
async fn an_admin_makes_a_token_with_every_limit_on_the_page() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    makes_group(&boss, "Night shift", &["boss"]).await;
    let fields = [
        ("name", "nightly"),
        ("owner", "boss"),
        ("scope", "publish"),
        ("expires", "30"),
        ("groups", "Night shift"),
        ("networks", "127.0.0.0/8 ::1"),
    ];

    let made = boss.posts_and_sees("/admin/tokens", &fields).await;

    assert_eq!(made.status, 200, "{made:?}");
    let held = Program::with(&app, &secret(&made));
    assert_eq!(held.sends(&to_groups(&["Night shift"])).await.status, 201);
    assert_eq!(problem(&held.sends(&news("x")).await), "403 groups");
    let list = boss.gets("/admin/tokens").await.text;
    for limit in ["only to <bdi>Night shift</bdi>", "only from 127.0.0.0/8 ::1/128", "until <time"] {
        assert!(list.contains(limit), "{limit}: {list}");
    }
    for (field, wrong, why) in [
        ("expires", "7", "Choose when it ends."),
        ("groups", "Unheard of", "There is no group called Unheard of."),
        ("networks", "10.0.0.0/8 everywhere", "is not an address or a network."),
    ] {
        let fields = fields.map(|(name, value)| (name, if name == field { wrong } else { value }));
        let page = boss.posts("/admin/tokens", &fields).await;
        assert_eq!(page.status, 422, "{field}");
        assert!(page.text.contains(why), "{why}: {}", page.text);
        assert_eq!(page.field("name"), "nightly");
    }
    for options in [["--group", "Unheard of"], ["--from", "everywhere"], ["--expires", "soon"]] {
        let create = ["token", "create", "x", "--user", "boss", "--scope", "publish"];
        let answer = app.runs(&[&create[..], &options].concat(), "").await;
        assert!(answer.code != Some(0) && answer.out.is_empty(), "{options:?}: {answer:?}");
    }
}

#[tokio::test]
async fn mass_assignment_in_the_form_of_tokens() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let smuggled = [
        ("name", "x"),
        ("owner", "ann"),
        ("scope", "stream"),
        ("scope", "admin"),
        ("user_id", "1"),
        ("publish", "true"),
        ("hash", "0"),
        ("id", "77"),
        ("revoked_ms", "1"),
        ("expires_ms", "1"),
    ];

    let made = boss.posts_and_sees("/admin/tokens", &smuggled).await;

    let held = Program::with(&app, &secret(&made));
    assert_eq!(problem(&held.sends(&news("x")).await), "403 scope");
    assert_eq!(held.gets("/api/v1/posts").await.status, 200);
    assert_eq!(row_of(&boss, "/admin/tokens/77/revocation").await, None);
    assert_eq!(app.runs(&["user", "disable", "ann"], "").await.code, Some(0));
    assert_eq!(held.gets("/api/v1/posts").await.status, 401, "it is ann's");
}

#[tokio::test]
async fn idor_on_the_ids_of_tokens() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "stream").await;
    let mut stream = program.opens_stream().await;
    let path = "/admin/tokens/1/revocation";

    assert_eq!(ann.posts(path, &[]).await.status, 403);
    assert_eq!(app.visitor().posts(path, &[]).await.status, 303);
    for nothing in ["99", "-1", "x"] {
        let status = boss.posts(&format!("/admin/tokens/{nothing}/revocation"), &[]).await.status;
        assert!([303, 404].contains(&status), "{nothing}: {status}");
    }
    assert_eq!(program.gets("/api/v1/posts").await.status, 200, "nothing of it touched the token");

    assert_eq!(boss.posts(path, &[]).await.status, 303);
    assert_eq!(stream.says_bye().await, "revoked");
}

#[tokio::test]
async fn stored_xss_through_the_names_of_tokens() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for vector in
        ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "\" autofocus onfocus=alert(1) \""]
    {
        makes_group(&boss, vector, &["boss"]).await;
        let fields = [("name", vector), ("owner", "boss"), ("scope", "stream"), ("groups", vector)];
        let made = boss.posts_and_sees("/admin/tokens", &fields).await;
        let wrong =
            boss.posts("/admin/tokens", &[("name", vector), ("owner", vector), ("networks", vector)]).await;
        assert_eq!((made.status, wrong.status), (200, 422));
        for text in [made.text, wrong.text, boss.gets("/admin/tokens").await.text] {
            assert!(!text.contains("<script>") && !text.contains("<img"), "{text}");
            assert!(!text.contains("\" autofocus"), "{text}");
        }
    }
}

/// The row of the list with this address in it.
async fn row_of(admin: &Person, address: &str) -> Option<String> {
    let list = admin.gets("/admin/tokens").await.text;
    list.split("<tr").find(|row| row.contains(address)).map(str::to_owned)
}
