//! Who may do what: the first administrator, signing in and out, sessions, forged forms, people and their roles.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use reqwest::Method;
use support::{Page, Person, Role, TestApp, attribute, eventually, new_word, tags};

#[tokio::test]
async fn the_first_admin_is_made_once_by_the_printed_link() {
    let app = TestApp::start().await;
    let link = app.setup_link().await;
    let token = link.split_once("token=").unwrap().1;
    let password = new_word();
    let fields = [("token", token), ("username", "boss"), ("password", password.as_str())];

    let form = app.visitor().gets(&link).await;
    let boss = app.visitor();
    let made = boss.posts("/setup", &fields).await;

    assert_eq!(form.status, 200);
    assert_eq!(form.field("token"), token);
    assert_eq!((made.status, made.location()), (303, "/"));
    assert_eq!(boss.gets("/admin/people").await.status, 200, "signed in, as an admin");
    app.remembers("boss", &password);
    app.signs_in("boss").await;
    assert_eq!(app.visitor().gets(&link).await.status, 404, "the link works once");
    assert_eq!(app.visitor().posts("/setup", &fields).await.status, 404);
}

#[tokio::test]
async fn the_first_admin_is_not_made_without_the_token() {
    let app = TestApp::start().await;
    let link = app.setup_link().await;
    let token = link.split_once("token=").unwrap().1;
    let password = new_word();
    let nearly = format!("{}x", &token[..token.len() - 1]);

    for wrong in ["", "x", &nearly] {
        let fields = [("token", wrong), ("username", "mallory"), ("password", password.as_str())];
        assert_eq!(app.visitor().gets(&format!("/setup?token={wrong}")).await.status, 404, "{wrong:?}");
        assert_eq!(app.visitor().posts("/setup", &fields).await.status, 404, "{wrong:?}");
    }
    assert_eq!(app.visitor().gets("/setup").await.status, 404);

    let short =
        app.visitor().posts("/setup", &[("token", token), ("username", "boss"), ("password", "short")]).await;
    assert_eq!(
        (short.status, short.field("username").as_str()),
        (422, "boss"),
        "a mistake keeps the link alive"
    );
    let fields = [("token", token), ("username", "boss"), ("password", password.as_str())];
    assert_eq!(app.visitor().posts("/setup", &fields).await.status, 303);
}

#[tokio::test]
async fn two_who_use_the_link_at_once_make_one_admin() {
    let app = TestApp::start().await;
    let link = app.setup_link().await;
    let token = link.split_once("token=").unwrap().1;
    let password = new_word();
    let tries = ["ann", "bea", "cat", "dee"].map(|name| {
        let (visitor, token, password) = (app.visitor(), token.to_owned(), password.clone());
        tokio::spawn(async move {
            let fields = [("token", token.as_str()), ("username", name), ("password", password.as_str())];
            visitor.posts("/setup", &fields).await.status
        })
    });

    let mut statuses = Vec::new();
    for one in tries {
        statuses.push(one.await.unwrap());
    }

    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404, 404, 404]);
}

#[tokio::test]
async fn no_link_is_printed_once_there_is_an_admin() {
    let mut app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let link = app.setup_link().await;

    assert_eq!(app.visitor().gets(&link).await.status, 404, "made from the shell meanwhile");
    app.stop().await;
    app.restart().await;
    app.signs_in("boss").await;

    assert!(!app.says().contains("/setup"), "{}", app.says());
}

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
    let planted = "sid=AAAAAAAAAAAAAAAAAAAAAA";
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
async fn next_leads_back_into_the_site_and_nowhere_else() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");
    let leads_to = async |next: &str| {
        let fields = [("username", "ann"), ("password", password.as_str()), ("next", next)];
        let page = app.visitor().posts("/login", &fields).await;
        assert_eq!(page.status, 303, "{next:?}");
        page.location().to_owned()
    };

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
        "",
    ] {
        let location = leads_to(outside).await;
        let inside = reqwest::Url::parse(&app.url).unwrap().join(&location).unwrap();
        assert_eq!(inside.origin().ascii_serialization(), app.url, "{outside:?} led to {location:?}");
        assert!(location.starts_with('/') && !location.starts_with("//"), "{outside:?} led to {location:?}");
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
async fn a_form_from_another_site_is_refused() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");
    let own = app.url.clone();
    let status_with = async |headers: &[(&str, &str)]| {
        let fields = [("username", "ann"), ("password", password.as_str()), ("next", "/")];
        let mut request = app.visitor().bare_request(Method::POST, "/login").form(&fields);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let (own_page, other_port) = (format!("{own}/login"), "http://127.0.0.1:1");
    let (look_alike, userinfo) = (format!("{own}.evil.example/"), format!("{own}@evil.example/"));

    for headers in [
        &[("Sec-Fetch-Site", "same-origin")][..],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", &own)],
        &[("Referer", &own_page)],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", &own)],
    ] {
        assert_eq!(status_with(headers).await, 303, "{headers:?}");
    }
    for headers in [
        &[][..],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", &own)],
        &[("Sec-Fetch-Site", "nonsense")],
        &[("Origin", "http://evil.example")],
        &[("Origin", "null")],
        &[("Origin", other_port)],
        &[("Origin", "http://evil.example"), ("Referer", &own_page)],
        &[("Referer", "http://evil.example/login")],
        &[("Referer", &look_alike)],
        &[("Referer", &userinfo)],
    ] {
        assert_eq!(status_with(headers).await, 403, "{headers:?}");
    }
}

#[tokio::test]
async fn a_forged_post_form_publishes_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let fields = support::Draft::news("Forged");

    let forged = boss
        .bare_request(Method::POST, "/admin/posts")
        .form(&fields.fields())
        .header("Sec-Fetch-Site", "cross-site");
    let forged = Page::read(forged.send().await.unwrap()).await;
    let signed_out = boss
        .bare_request(Method::POST, "/logout")
        .header("Origin", "http://evil.example")
        .send()
        .await
        .unwrap();

    assert_eq!((forged.status, signed_out.status().as_u16()), (403, 403));
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0], "and still signed in");
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;

    let page = app.visitor().tries_to_sign_in("ann", &app.password_of("ann")).await;

    let (name, attributes) = cookie_of(&page);
    assert_eq!(name, "sid");
    for wanted in ["httponly", "samesite=lax", "path=/"] {
        assert!(attributes.iter().any(|attribute| attribute == wanted), "{wanted}: {attributes:?}");
    }
    assert!(!attributes.iter().any(|attribute| attribute.starts_with("domain")), "{attributes:?}");
    assert!(!attributes.contains(&"secure".to_owned()), "plain http would never send it back");
}

#[tokio::test]
async fn behind_https_the_cookie_is_bound_to_the_host_and_forms_to_the_site() {
    let site = "https://news.example";
    let app = TestApp::start_with(&["--base-url", site]).await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");
    let fields = [("username", "ann"), ("password", password.as_str()), ("next", "/")];
    let ann = app.visitor();

    let wrong = ann.request(Method::POST, "/login").form(&fields).send().await.unwrap();
    let page = ann.bare_request(Method::POST, "/login").header("Origin", site).form(&fields);
    let page = Page::read(page.send().await.unwrap()).await;

    assert_eq!(wrong.status(), 403, "the address behind the proxy is not the site");
    assert_eq!(page.status, 303);
    let (name, attributes) = cookie_of(&page);
    assert_eq!(name, "__Host-sid");
    for wanted in ["secure", "httponly", "samesite=lax", "path=/"] {
        assert!(attributes.iter().any(|attribute| attribute == wanted), "{wanted}: {attributes:?}");
    }
    let cookie = page.header("set-cookie").split(';').next().unwrap();
    let out = ann.bare_request(Method::POST, "/logout").header("Origin", site).header("Cookie", cookie);
    let out = Page::read(out.send().await.unwrap()).await;
    let (name, attributes) = cookie_of(&out);
    assert_eq!((out.status, name.as_str()), (303, "__Host-sid"));
    assert!(attributes.contains(&"secure".to_owned()), "or browsers keep it: {attributes:?}");
    assert!(
        attributes
            .iter()
            .any(|attribute| attribute == "max-age=0" || attribute.starts_with("expires=thu, 01 jan 1970")),
        "{attributes:?}"
    );
}

/// The name of the cookie that is set, and its attributes in lower case.
fn cookie_of(page: &Page) -> (String, Vec<String>) {
    let mut parts = page.header("set-cookie").split(';').map(|part| part.trim().to_owned());
    let name = parts.next().unwrap().split('=').next().unwrap().to_owned();
    (name, parts.map(|part| part.to_lowercase()).collect())
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    let visitor = app.visitor();
    let door = visitor.gets("/login").await;
    let style = tags(&door.text, "<link")
        .find(|tag| tag.contains("stylesheet"))
        .map(|tag| attribute(tag, "href"))
        .unwrap();

    let mut answers = vec![];
    for path in ["/login", "/", "/nothing", "/stream", "/session", "/healthz", "/readyz", style, "/posts/%zz"]
    {
        answers.push((path.to_owned(), visitor.gets(path).await.headers));
    }
    answers.push(("a member's feed".into(), ann.gets("/").await.headers));
    answers.push(("403".into(), ann.gets("/admin/people").await.headers));
    answers.push(("422".into(), visitor.tries_to_sign_in("ann", "wrong").await.headers));
    answers.push(("405".into(), visitor.posts("/session", &[]).await.headers));
    answers.push(("413".into(), visitor.tries_to_sign_in("ann", &"x".repeat(20_000)).await.headers));
    answers.push(("a stream".into(), ann.opens_stream().await.headers));

    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
        worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    for (what, headers) in answers {
        let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert_eq!(header("content-security-policy"), policy, "{what}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(header("referrer-policy"), "same-origin", "{what}");
    }
}

#[tokio::test]
async fn what_one_person_saw_is_not_kept_for_the_next() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    for path in ["/", "/session"] {
        let page = ann.gets(path).await;
        assert!(page.header("cache-control").contains("no-store"), "{path}: {page:?}");
    }
}

#[tokio::test]
async fn a_member_cannot_use_what_is_for_admins() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let bosss_page = page_of(&boss, "boss").await;
    let pages = ["/admin/posts/new", "/admin/people", bosss_page.as_str()];

    for page in pages {
        assert_eq!((ann.gets(page).await.status, boss.gets(page).await.status), (403, 200), "{page}");
    }
    let forms = ["/admin/posts", "/admin/posts/draft", "/admin/people"].map(str::to_owned).into_iter();
    for path in forms.chain(["role", "access", "password"].map(|what| format!("{bosss_page}/{what}"))) {
        let fields = [
            ("kind", "news"),
            ("title", "x"),
            ("audience", "everyone"),
            ("username", "eve"),
            ("role", "member"),
            ("password", "12345678"),
            ("access", "disabled"),
        ];
        assert_eq!(ann.posts(&path, &fields).await.status, 403, "{path}");
    }
    assert!(boss.is_signed_in().await);
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
}

#[tokio::test]
async fn an_admin_adds_a_person_who_can_sign_in() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let password = new_word();

    let page = boss
        .posts("/admin/people", &[("username", "ann"), ("password", &password), ("role", "member")])
        .await;

    assert_eq!(page.status, 303, "{page:?}");
    assert_eq!(page.location().split('?').next().unwrap(), page_of(&boss, "ann").await);
    app.remembers("ann", &password);
    let ann = app.signs_in("ann").await;
    assert_eq!(ann.gets("/admin/people").await.status, 403, "as the member she was made");
    assert!(boss.gets("/admin/people").await.text.contains("ann"));
}

#[tokio::test]
async fn the_people_page_tells_who_is_live() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let row_of_ann = async || {
        let page = boss.gets("/admin/people").await.text;
        page.split("<tr").find(|row| row.contains("<bdi>ann</bdi>")).unwrap().to_owned()
    };
    assert!(!row_of_ann().await.contains("Live now"));

    let stream = ann.opens_stream().await;

    eventually("ann is live", async || row_of_ann().await.contains("Live now").then_some(())).await;
    drop(stream);
    eventually("ann is gone", async || (!row_of_ann().await.contains("Live now")).then_some(())).await;
}

#[tokio::test]
async fn mistakes_about_a_person_come_back_with_what_was_typed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (good, long, longest) = (new_word(), "n".repeat(65), "é".repeat(64));
    let (too_long, just_right) = ("p".repeat(257), "p".repeat(256));

    for (name, password, role) in [
        ("", good.as_str(), "member"),
        (&long, &good, "member"),
        ("line\nbreak", &good, "member"),
        ("nul\0", &good, "member"),
        ("tab\t", &good, "member"),
        ("ann", "1234567", "member"),
        ("ann", &too_long, "member"),
        ("ann", "", "member"),
        ("ann", &good, "emperor"),
        ("ann", &good, ""),
    ] {
        let page =
            boss.posts("/admin/people", &[("username", name), ("password", password), ("role", role)]).await;
        assert_eq!(page.status, 422, "{name:?} {password:?} {role:?}");
        assert!(name.chars().any(char::is_control) || page.field("username") == name, "{name:?}: {page:?}");
        assert!(password.is_empty() || !page.text.contains(password), "a password is never shown");
    }
    for (name, password) in [(longest.as_str(), "12345678"), ("ann", &just_right)] {
        let page = boss
            .posts("/admin/people", &[("username", name), ("password", password), ("role", "member")])
            .await;
        assert_eq!(page.status, 303, "{name:?}: {page:?}");
        assert_eq!(app.visitor().tries_to_sign_in(name, password).await.status, 303, "{name:?}");
    }
}

#[tokio::test]
async fn every_change_an_admin_makes_to_a_person_ends_their_sessions_and_streams() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let bea = app.member("bea").await;
    let mut beas_stream = bea.opens_stream().await;
    let anns_page = page_of(&boss, "ann").await;
    let new_password = new_word();

    for (what, field, value) in [
        ("role", "role", "admin"),
        ("password", "password", new_password.as_str()),
        ("access", "access", "disabled"),
    ] {
        let ann = app.signs_in("ann").await;
        let mut stream = ann.opens_stream().await;

        let page = boss.posts(&format!("{anns_page}/{what}"), &[(field, value)]).await;

        assert_eq!(page.status, 303, "{what}: {page:?}");
        assert_eq!(page.location().split('?').next(), Some(anns_page.as_str()), "{what}");
        assert_eq!(stream.says_bye().await, "revoked", "{what}");
        assert!(!ann.is_signed_in().await, "{what}");
        assert_eq!(ann.streams_from("/stream", &[]).await.status, 204, "{what}");
        if what == "password" {
            assert_eq!(
                app.visitor().tries_to_sign_in("ann", &app.password_of("ann")).await.status,
                422,
                "the old one"
            );
            app.remembers("ann", &new_password);
        }
    }
    assert_eq!(
        app.visitor().tries_to_sign_in("ann", &app.password_of("ann")).await.status,
        422,
        "she is disabled"
    );
    boss.posts(&format!("{anns_page}/access"), &[("access", "enabled")]).await;
    assert_eq!(app.signs_in("ann").await.gets("/admin/people").await.status, 200, "and an admin since then");

    let post = boss.publishes(support::Draft::news("Bea is still there")).await;
    assert_eq!(beas_stream.next_post().await, post, "what befalls ann does not touch bea");
}

#[tokio::test]
async fn every_change_from_the_shell_ends_the_persons_sessions_and_streams() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let new_password = new_word();

    for (command, input) in [("passwd", new_password.as_str()), ("disable", "")] {
        let ann = app.signs_in("ann").await;
        let mut stream = ann.opens_stream().await;

        let answer = app.runs(&["user", command, "ANN"], input).await;

        assert_eq!(answer.code, Some(0), "{command}: {answer:?}");
        assert_eq!(stream.says_bye().await, "revoked", "{command}");
        assert!(!ann.is_signed_in().await, "{command}");
        if command == "passwd" {
            app.remembers("ann", &new_password);
        }
    }
    assert_eq!(app.visitor().tries_to_sign_in("ann", &new_password).await.status, 422);
    assert_eq!(app.runs(&["user", "enable", "ann"], "").await.code, Some(0));
    app.signs_in("ann").await;
    assert!(boss.is_signed_in().await);
}

#[tokio::test]
async fn a_wrong_command_about_a_person_says_so_and_changes_nothing() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    let good = new_word();

    for (arguments, input) in [
        (&["user", "add", "bea", "--role", "member"][..], "short"),
        (&["user", "add", "bea", "--role", "member"], ""),
        (&["user", "add", "bea", "--role", "emperor"], &good),
        (&["user", "add", "", "--role", "member"], &good),
        (&["user", "add", "ann", "--role", "admin"], &good),
        (&["user", "passwd", "ann"], "short"),
        (&["user", "passwd", "nobody"], &good),
        (&["user", "disable", "nobody"], ""),
    ] {
        let answer = app.runs(arguments, input).await;
        assert!(answer.code.is_some_and(|code| code != 0), "{arguments:?}: {answer:?}");
        assert!(answer.err.to_lowercase().contains("error: "), "{arguments:?}: {answer:?}");
        assert!(!answer.err.contains("panicked"), "{arguments:?}: {answer:?}");
    }
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let bosss_page = page_of(&boss, "boss").await;
    let (role, access) = (format!("{bosss_page}/role"), format!("{bosss_page}/access"));

    assert_eq!(boss.posts(&role, &[("role", "member")]).await.status, 422);
    assert_eq!(boss.posts(&access, &[("access", "disabled")]).await.status, 422);
    assert!(boss.is_signed_in().await);

    let bea = app.admin("bea").await;
    assert_eq!(bea.posts(&role, &[("role", "member")]).await.status, 303, "another is left");
    let beas_page = page_of(&bea, "bea").await;
    assert_eq!(bea.posts(&format!("{beas_page}/access"), &[("access", "disabled")]).await.status, 422);
}

#[tokio::test]
async fn two_admins_who_demote_each_other_at_once_leave_one() {
    let app = TestApp::start().await;
    let (ann, bea) = (app.admin("ann").await, app.admin("bea").await);
    let (anns, beas) = (page_of(&ann, "ann").await, page_of(&bea, "bea").await);
    let (anns, beas) = (format!("{anns}/role"), format!("{beas}/role"));

    let (one, other) =
        tokio::join!(ann.posts(&beas, &[("role", "member")]), bea.posts(&anns, &[("role", "member")]));

    assert!((one.status == 303) ^ (other.status == 303), "{} and {}", one.status, other.status);
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

/// The path of a person's page, from the link in the list of people.
async fn page_of(admin: &Person, name: &str) -> String {
    let list = admin.gets("/admin/people").await.text;
    let link = tags(&list, "<a").find(|tag| {
        attribute(tag, "href").starts_with("/admin/people/")
            && list.contains(&format!("{tag}><bdi>{name}</bdi>"))
    });
    attribute(link.unwrap_or_else(|| panic!("{name} is not in the list")), "href").to_owned()
}
