//! Line breaks and NUL where they would end a header or an event.

use reqwest::Method;
use serde_json::json;

use crate::support::{Draft, Page, Program, Role, TestApp};

/// What would begin a header, an answer, or an event of the attacker's.
const BREAKS: [&str; 6] = ["\r\n", "\n", "\r", "\0", "\u{85}", "\u{2028}"];

#[tokio::test]
async fn header_injection_through_addresses_and_forms() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");

    for line_break in BREAKS {
        let evil = format!("/{line_break}Set-Cookie: evil=1{line_break}{line_break}<p>");
        let escaped: String = form_encoded(&evil);
        let visitor = app.visitor();
        let mut pages = vec![
            visitor.gets(&format!("/login?next={escaped}")).await,
            visitor.gets(&format!("/?before={escaped}")).await,
            visitor.gets(&format!("/posts/{escaped}")).await,
            visitor.posts("/login", &[("username", &evil), ("password", "x"), ("next", "/")]).await,
        ];
        let fields = [("username", "ann"), ("password", password.as_str()), ("next", evil.as_str())];
        pages.push(visitor.posts("/login", &fields).await);

        for page in pages {
            assert!(page.headers.values().all(|value| !value.as_bytes().contains(&b'\n')), "{page:?}");
            let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().collect();
            assert!(cookies.iter().all(|cookie| cookie.to_str().unwrap().starts_with("sid-")), "{cookies:?}");
            assert!(page.location().is_ascii() && !page.text.contains("<p>\0"), "{page:?}");
        }
    }
}

#[tokio::test]
async fn event_injection_through_the_cursor() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    for line_break in BREAKS {
        let forged =
            format!("{line_break}event: post{line_break}data: {{\"post\":666}}{line_break}{line_break}");
        let mut stream = ann.streams_from(&format!("/stream?after={}", form_encoded(&forged)), &[]).await;
        let hello = stream.says_hello().await;
        assert_eq!(hello.data["resumed"], false);
        stream.next("reset").await;
        // What is unread may have come with it.
        let others = stream.parser.events.iter().filter(|event| event.name != "receipts");
        assert_eq!(others.count(), 0, "{:?}", stream.parser.events);
    }
    // A header's value holds no line break, but other oddities.
    for odd in ["\u{85}", "id: 1", "ünïcödé", "'; DROP TABLE events; --"] {
        let mut stream = ann.streams_from("/stream", &[("Last-Event-ID", odd)]).await;
        stream.says_hello().await;
        stream.next("reset").await;
    }
}

#[tokio::test]
async fn event_injection_through_posts() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let (mut pages, mut programs) = (boss.opens_stream().await, program.opens_stream().await);

    for line_break in BREAKS {
        let forged = format!(
            "x{line_break}{line_break}event: bye{line_break}data: {{}}{line_break}{line_break}id: 9-9"
        );
        let post = boss.publishes(Draft::news("Injected").body(&forged)).await;

        let (page, program) = (pages.next("post").await, programs.next("post").await);
        assert_eq!((page.post(), program.post()), (post, post));
        assert!(program.data["body"].as_str().unwrap().contains("event: bye"), "it is text: {program:?}");
        if line_break != "\u{2028}" {
            let title = format!("a{line_break}event: bye");
            assert_eq!(boss.sends(&Draft::news(&title)).await.status, 422, "{title:?}");
            let by_program = json!({ "kind": "news", "title": title, "audience": "everyone" });
            assert_eq!(self::sends(&program_of(&app).await, &by_program).await, 422, "{title:?}");
        }
        let name = format!("a{line_break}data: b");
        let added = app.runs(&["user", "add", &name.replace('\0', "\u{1}")], "a good password").await;
        assert_eq!(added.code, Some(1), "{name:?}: {added:?}");
    }
    let post = boss.publishes(Draft::news("data: x id: 1-1 event: bye \u{2028}retry: 1")).await;
    assert_eq!(pages.next("post").await.post(), post);
    assert!(pages.parser.comments.is_empty());
}

async fn program_of(app: &TestApp) -> Program {
    Program::of(app, "boss", "publish").await
}

async fn sends(program: &Program, post: &serde_json::Value) -> u16 {
    Page::read(program.request(Method::POST, "/api/v1/posts").json(post).send().await.unwrap()).await.status
}

fn form_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
