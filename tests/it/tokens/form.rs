//! The form and the list of tokens.

use super::{problem, to_groups};
use crate::support::{Page, Person, Program, Role, TestApp, makes_group, news};

/// The secret that the page shows once.
fn secret(page: &Page) -> String {
    page.text.split("<code class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
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
        ("expires", "7", "Choose when it expires."),
        ("groups", "Unheard of", "There is no group called Unheard of."),
        ("networks", "10.0.0.0/8 everywhere", "is not an address or a network."),
    ] {
        let fields = fields.map(|(name, value)| (name, if name == field { wrong } else { value }));
        let page = boss.posts("/admin/tokens", &fields).await;
        assert_eq!(page.status, 422, "{field}");
        assert!(page.text.contains(why), "{why}: {}", page.text);
        assert_eq!(page.field("name"), "nightly");
    }
    for options in
        [["--group", "Unheard of"], ["--from", "everywhere"], ["--expires", "soon"], ["--expires", "0d"]]
    {
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
