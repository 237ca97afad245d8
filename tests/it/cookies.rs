//! The cookies of a host, ours and others'.

use reqwest::{
    Method,
    header::{HeaderMap, HeaderValue},
};

use crate::support::{Page, Person, Role, TestApp};

/// Any bytes that a header may have.
fn header(bytes: impl AsRef<[u8]>) -> HeaderValue {
    HeaderValue::from_bytes(bytes.as_ref()).unwrap()
}

/// The page that somebody gets who sends these cookies, each a header of its own.
async fn asks_with(app: &TestApp, cookies: &[HeaderValue], path: &str) -> Page {
    let mut headers = HeaderMap::new();
    for cookie in cookies {
        headers.append("cookie", cookie.clone());
    }
    let request = app.visitor().request(Method::GET, path).headers(headers);
    Page::read(request.send().await.unwrap()).await
}

/// Each `Set-Cookie`, as its name and value alone.
fn set(page: &Page) -> Vec<&str> {
    let all = page.headers.get_all("set-cookie").iter();
    all.map(|value| value.to_str().unwrap().split(';').next().unwrap()).collect()
}

/// The id in somebody's one cookie.
fn id(person: &Person) -> String {
    let cookies = person.cookies();
    cookies.split_once('=').unwrap().1.to_owned()
}

#[tokio::test]
async fn whatever_else_is_among_a_hosts_cookies_locks_nobody_out() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    let ours = ann.cookies();

    let latin =
        |before: &str, after: &str| [before.as_bytes(), b"stadt=M\xfcnchen", after.as_bytes()].concat();
    for cookies in [
        vec![header(latin("", &format!("; {ours}")))],
        vec![header(latin(&format!("{ours}; "), ""))],
        vec![header(latin("", "")), header(&ours)],
        vec![header(format!("stadt=München; {ours}"))],
        vec![header(format!("a\"b=\"c; {ours}; =; ;;x; ="))],
        vec![header(format!("  {ours}  "))],
        vec![header(format!("big={}; {ours}", "x".repeat(4000)))],
        vec![header([b"sid=\xff; ", ours.as_bytes()].concat())],
    ] {
        let page = asks_with(&app, &cookies, "/").await;
        assert_eq!((page.status, set(&page)), (200, vec![]), "{cookies:?}");
    }
}

#[tokio::test]
async fn of_several_session_cookies_each_is_looked_at_and_four_at_most() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    let (name, ours) = (app.cookie().await, ann.cookies());
    let dead = |number: usize| format!("{name}={}AAAAAAAAAAAAAAAAAAAAA", ["A", "B", "C", "D"][number]);
    let sends = async |cookies: &[String]| asks_with(&app, &[header(cookies.join("; "))], "/").await.status;

    assert_eq!(sends(&[dead(0), ours.clone()]).await, 200);
    assert_eq!(sends(&[dead(0), dead(1), dead(2), ours.clone()]).await, 200);
    assert_eq!(sends(&[dead(0), format!("{name}=nonsense"), dead(0), ours.clone()]).await, 200);
    assert_eq!(sends(&[dead(0), dead(1), dead(2), dead(3), ours.clone()]).await, 303, "beyond four");
    let stale = asks_with(&app, &[header([dead(0), dead(1)].join("; "))], "/").await;
    assert_eq!(
        (stale.status, set(&stale)),
        (303, vec![format!("{name}=").as_str()]),
        "what is over is removed"
    );
}

#[tokio::test]
async fn two_servers_on_one_host_leave_each_others_cookies_alone() {
    let (one, two) = (TestApp::start().await, TestApp::start().await);
    one.signs_up("ann", Role::Member).await;
    two.signs_up("bea", Role::Member).await;

    let browser = one.signs_in("ann").await;
    let at_two = browser.at(&two);
    assert_eq!(at_two.gets("/").await.status, 303, "unknown there, and still known here");
    assert_eq!(at_two.tries_to_sign_in("bea", &two.password_of("bea")).await.status, 303);

    for _ in 0..2 {
        assert_eq!(browser.session().await["user"]["name"], "ann");
        assert_eq!(at_two.session().await["user"]["name"], "bea");
    }
    at_two.signs_out().await;
    assert!(browser.is_signed_in().await && !at_two.is_signed_in().await);
}

#[tokio::test]
async fn who_comes_with_the_cookie_of_an_earlier_build_stays_signed_in_and_is_moved() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    let (name, id) = (app.cookie().await, id(&ann));
    let old = app.visitor().with_cookies(&format!("sid={id}"));

    let page = old.gets("/").await;

    assert_eq!((page.status, set(&page)), (200, vec![format!("{name}={id}").as_str(), "sid="]));
    assert_eq!(old.cookies(), ann.cookies());
    assert_eq!(set(&old.gets("/").await), [""; 0]);
    // The other way round: it signs out, and nothing is left.
    let old = app.visitor().with_cookies(&format!("sid={id}"));
    old.signs_out().await;
    assert_eq!(old.cookies(), "");
    assert!(!ann.is_signed_in().await);
}

#[tokio::test]
async fn a_session_cookie_of_another_program_is_left_alone() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let theirs = "sid=AAAAAAAAAAAAAAAAAAAAAA";
    let browser = app.visitor().with_cookies(&format!("{theirs}; sid-others=BAAAAAAAAAAAAAAAAAAAAA"));

    for path in ["/", "/session", "/login"] {
        assert_eq!(set(&browser.gets(path).await), [""; 0], "{path}");
    }
    assert_eq!(browser.tries_to_sign_in("ann", &app.password_of("ann")).await.status, 303);
    assert!(browser.is_signed_in().await);
    browser.signs_out().await;
    assert!(browser.cookies().contains(theirs) && browser.cookies().contains("sid-others="));
}
