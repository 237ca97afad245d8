//! Signing in and out, and the session between.

use crate::support::{Role, TestApp, new_word};

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    let cookies = ann.cookies();
    assert_eq!(ann.gets("/").await.status, 200);
    assert!(ann.is_signed_in().await);

    ann.signs_out().await;

    assert!(!ann.is_signed_in().await);
    assert_eq!(ann.gets("/").await.status, 303);
    let thief = app.visitor().with_cookies(&cookies);
    assert!(!thief.is_signed_in().await, "the session is over on the server, not only in the browser");
    assert_eq!(thief.gets("/").await.status, 303);
    app.signs_in("ann").await;
}

#[tokio::test]
async fn signing_out_leaves_the_other_browser_signed_in() {
    let app = TestApp::start().await;
    let here = app.member("ann").await;
    let there = app.signs_in("ann").await;

    here.signs_out().await;

    assert!(there.is_signed_in().await);
}

#[tokio::test]
async fn signing_in_makes_a_new_session() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let planted = format!("{}=AAAAAAAAAAAAAAAAAAAAAA", app.cookie().await);
    let planted = planted.as_str();
    let ann = app.visitor().with_cookies(planted);

    let first = ann.tries_to_sign_in("ann", &app.password_of("ann")).await;
    let first_cookies = ann.cookies();
    let second = ann.tries_to_sign_in("ann", &app.password_of("ann")).await;

    assert_eq!((first.status, second.status), (303, 303));
    assert!(!first_cookies.contains(planted), "a planted session id is not taken over");
    assert!(!app.visitor().with_cookies(planted).is_signed_in().await);
    assert_ne!(first_cookies, ann.cookies());
    assert!(ann.is_signed_in().await);
    assert!(
        !app.visitor().with_cookies(&first_cookies).is_signed_in().await,
        "the session before it is over"
    );
}

#[tokio::test]
async fn open_redirect_next_leads_back_into_the_site_and_nowhere_else() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");
    let leads_to = async |next: &str| {
        let fields = [("username", "ann"), ("password", password.as_str()), ("next", next)];
        let page = app.visitor().posts("/login", &fields).await;
        assert_eq!(page.status, 303, "{next:?}");
        page.location().to_owned()
    };

    let ann = app.signs_in("ann").await;
    assert_eq!(leads_to("/posts/3").await, "/posts/3");
    assert_eq!(leads_to("/?before=7").await, "/?before=7");
    for outside in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/\n/evil.example",
        "http:evil.example",
        "/posts/3\r\nSet-Cookie: sid=x",
        "///evil.example",
        "/.//evil.example",
        "/%09/evil.example",
        "%09//evil.example",
        "/%5cevil.example",
        "//evil.example/%2f..",
        "",
    ] {
        let location = leads_to(outside).await;
        let inside = reqwest::Url::parse(&app.url).unwrap().join(&location).unwrap();
        assert_eq!(inside.origin().ascii_serialization(), app.url, "{outside:?} led to {location:?}");
        assert!(location.starts_with('/') && !location.starts_with("//"), "{outside:?} led to {location:?}");

        // Where somebody is signed in already, the page itself leads on.
        let address = format!(
            "/login?next={}",
            form_urlencoded::byte_serialize(outside.as_bytes()).collect::<String>()
        );
        let page = ann.gets(&address).await;
        let location = page.location();
        let inside = reqwest::Url::parse(&app.url).unwrap().join(location).unwrap();
        assert_eq!(
            (page.status, inside.origin().ascii_serialization()),
            (303, app.url.clone()),
            "{outside:?}"
        );
    }
}

#[tokio::test]
async fn a_visitor_is_led_to_sign_in_and_back() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let visitor = app.visitor();

    let home = visitor.gets("/").await;
    assert_eq!((home.status, home.location()), (303, "/login"), "from there, home is next anyway");
    for path in ["/posts/1", "/admin/posts/new", "/admin/people", "/?before=5"] {
        let page = visitor.gets(path).await;
        assert_eq!(page.status, 303, "{path}");
        assert!(page.location().replace("%2F", "/").starts_with("/login?next=/"), "{page:?}");
    }
    let door = visitor.gets(visitor.gets("/?before=5").await.location()).await;
    let next = door.field("next");
    let fields = [("username", "ann"), ("password", &app.password_of("ann")), ("next", &next)];
    let page = visitor.posts("/login", &fields).await;

    assert_eq!(door.status, 200);
    assert_eq!((page.status, page.location()), (303, "/?before=5"));
}

#[tokio::test]
async fn a_wrong_password_an_unknown_name_and_a_disabled_account_look_alike() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("off", Role::Member).await;
    assert_eq!(app.runs(&["user", "disable", "off"], "").await.code, Some(0));
    let seen = async |name: &str, password: &str| {
        let page = app.visitor().tries_to_sign_in(name, password).await;
        assert_eq!(page.status, 422, "{name}");
        assert_eq!(page.field("username"), name, "the name is still there");
        assert!(!page.text.contains(password), "a password is never shown");
        page.text.replace(name, "NAME")
    };

    let wrong = seen("ann", &new_word()).await;
    let unknown = seen("zoe", &new_word()).await;
    let disabled = seen("off", &app.password_of("off")).await;

    assert_eq!(wrong, unknown);
    assert_eq!(wrong, disabled);
    app.signs_in("ann").await;
}

#[tokio::test]
async fn many_who_sign_in_at_once_get_in_or_are_asked_to_wait() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");
    let tries: Vec<_> = (0..40)
        .map(|_| {
            let (visitor, password) = (app.visitor(), password.clone());
            tokio::spawn(async move { visitor.tries_to_sign_in("ann", &password).await })
        })
        .collect();

    let mut inside = 0;
    for one in tries {
        let page = one.await.unwrap();
        match page.status {
            303 => inside += 1,
            503 => assert!(
                !page.header("retry-after").is_empty() && page.text.contains("name=\"password\""),
                "{page:?}"
            ),
            other => panic!("{other}: {page:?}"),
        }
    }

    assert!(inside > 0);
}

#[tokio::test]
async fn names_do_not_regard_case() {
    let app = TestApp::start().await;
    let boss = app.admin("Boss").await;
    app.signs_up("Änne", Role::Member).await;
    let password = new_word();

    for same in ["boss", "BOSS", "änne", "ÄNNE"] {
        let again = app.runs(&["user", "add", same, "--role", "member"], &new_word()).await;
        assert!(again.code != Some(0) && !again.err.trim().is_empty(), "{same}: {again:?}");
        let fields = [("username", same), ("password", password.as_str()), ("role", "member")];
        let page = boss.posts("/admin/people", &fields).await;
        assert_eq!((page.status, page.field("username").as_str()), (422, same));
    }
    let page = app.visitor().tries_to_sign_in("äNNE", &app.password_of("Änne")).await;

    assert_eq!(page.status, 303);
}

#[tokio::test]
async fn a_session_that_is_over_is_no_session() {
    let mut app = TestApp::start().await;
    let ann = app.member("ann").await;
    app.stop().await;
    app.restart().await;
    assert!(ann.is_signed_in().await, "a restart does not sign anybody out");
    app.stop().await;
    app.sql("UPDATE sessions SET expires_ms = 1000, created_ms = 1000, last_seen_ms = 1000").await;
    app.restart().await;

    let stream = ann.streams_from("/stream", &[]).await;

    assert_eq!(stream.status, 204, "so that a browser does not come back");
    assert!(!ann.is_signed_in().await);
    assert_eq!(ann.gets("/").await.status, 303);
}

#[tokio::test]
async fn session_tells_who_is_signed_in() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    let (hers, nobodys) = (ann.session().await, app.visitor().session().await);

    assert!(hers["user"].to_string().contains("ann"), "{hers}");
    assert!(nobodys["user"].is_null(), "{nobodys}");
}
