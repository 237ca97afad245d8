//! Every route, asked by everybody: allowed or refused as the list in `src/web/routes.rs` says.

use std::collections::HashSet;

use reqwest::{Method, RequestBuilder};
use tidings::{
    route::{RouteLine, Who},
    routes,
};

use crate::support::{Program, TestApp};

/// Nothing has this number, so whoever is let in finds nothing, and nothing is changed by the walk.
const NOTHING: &str = "999999999";

/// Each comes from an address of its own: whoever asks for many secrets that nobody knows has to wait.
const BELIEVED: [&str; 2] = ["--trusted-proxies", "127.0.0.1/32"];

#[tokio::test]
async fn every_route_lets_in_whom_the_list_says_and_nobody_else() {
    let app = TestApp::start_with(&BELIEVED).await;
    app.member("member").await;
    app.publisher("publisher").await;
    app.admin("admin").await;

    for line in routes::routes() {
        let address = line
            .path
            .replace(":id", NOTHING)
            .replace(":slug", NOTHING)
            .replace(":key", NOTHING)
            .replace(":secret", NOTHING)
            .replace("*path", "nothing");
        for (rank, name) in ["", "member", "publisher", "admin"].into_iter().enumerate() {
            // Anew each time: some of these requests end the session they come with.
            let person = if name.is_empty() { app.visitor() } else { app.signs_in(name).await };
            let request = person.request(line.method.clone(), &address);
            let outcome = asked(request.header("X-Forwarded-For", format!("192.0.2.{rank}"))).await;
            assert_eq!(outcome, expected_of_person(&line, rank), "{} {address} as {name:?}", line.method);
        }
    }
}

#[tokio::test]
async fn every_route_lets_in_the_tokens_that_the_list_says_and_no_others() {
    let app = TestApp::start_with(&BELIEVED).await;
    app.member("member").await;
    app.publisher("publisher").await;
    let programs = [
        (Program::with(&app, "tid_nothing"), None),
        (scopeless(&app).await, Some("")),
        (Program::of(&app, "publisher", "publish").await, Some("publish")),
        (Program::of(&app, "publisher", "stream").await, Some("stream")),
        (Program::of(&app, "publisher", "cards").await, Some("cards")),
        (Program::of(&app, "publisher", "publish,stream,cards").await, Some("publish,stream,cards")),
        // Who may not post may neither publish nor keep cards.
        (Program::of(&app, "member", "publish,stream,cards").await, Some("stream")),
    ];

    for line in routes::routes() {
        let address = line
            .path
            .replace(":id", NOTHING)
            .replace(":slug", NOTHING)
            .replace(":key", NOTHING)
            .replace(":secret", NOTHING)
            .replace("*path", "nothing");
        for (number, (program, allowed)) in programs.iter().enumerate() {
            let request = app.visitor().request(line.method.clone(), &address);
            let request = request.header("X-Forwarded-For", format!("192.0.2.{number}"));
            let outcome = asked(request.bearer_auth(&program.token)).await;
            let scope = match line.who {
                Who::PublishToken => Some("publish"),
                Who::StreamToken => Some("stream"),
                Who::CardsToken => Some("cards"),
                _ => None,
            };
            let wanted = match (scope, allowed) {
                // A token is nothing to a page.
                (None, _) => expected_of_person(&line, 0),
                (Some(_), None) => Outcome::Unknown,
                (Some(scope), Some(allowed)) if allowed.split(',').any(|one| one == scope) => Outcome::LetIn,
                (Some(_), Some(_)) => Outcome::Refused,
            };
            assert_eq!(outcome, wanted, "{} {address} with {allowed:?}", line.method);
        }
    }
}

#[tokio::test]
async fn whatever_stands_behind_a_pages_address_it_is_a_page() {
    let app = TestApp::start().await;
    let (boss, visitor) = (app.admin("boss").await, app.visitor());
    let values = [
        "",
        "x",
        "1.5",
        "-1",
        "99999999999999999999",
        "-99999999999999999999",
        "%00",
        "%FF",
        "%",
        "a%0Ab",
        "%F0%9F%A6%8A",
    ];
    let names = [
        "before", "done", "name", "act", "outcome", "from", "to", "next", "token", "nothing", "q", "since",
        "until", "kind", "severity", "unread",
    ];

    for line in routes::routes() {
        let is_for_programs = ["/api/v1", "/ping/"].iter().any(|prefix| line.path.starts_with(prefix));
        let is_page = line.method == Method::GET && !line.path.contains("stream") && !is_for_programs;
        if !is_page {
            continue;
        }
        let address =
            line.path.replace(":id", "1").replace(":slug", "1").replace(":key", "1").replace(":secret", "1");
        let address = address.replace("*path", "nothing");
        let plain = boss.gets(&address).await.status;
        let mut queries = vec!["before=1&before=2&done=a&done=b".to_owned(), "&&=&".into(), "[]=1".into()];
        queries.extend(values.iter().map(|value| names.map(|name| format!("{name}={value}")).join("&")));
        for query in queries {
            for person in [&boss, &visitor] {
                let status = person.gets(&format!("{address}?{query}")).await.status;
                // The audit log says what is wrong with a filter, and a link to set up with may be wrong.
                assert!(matches!(status, 200 | 303 | 404 | 410 | 422), "{status}: {address}?{query}");
                assert!(status != 404 || plain == 404 || line.path == "/setup", "{address}?{query}");
            }
        }
    }
    for before in ["x", "", "1&before=2", "99999999999999999999"] {
        assert_eq!(boss.gets(&format!("/?before={before}")).await.status, 200, "{before}");
        assert_eq!(boss.gets(&format!("/admin/audit?before={before}")).await.status, 200, "{before}");
    }
}

#[test]
fn the_list_has_each_route_once_and_programs_under_api_alone() {
    let mut seen = HashSet::new();
    for RouteLine { method, path, who, .. } in routes::routes() {
        assert!(seen.insert((method.clone(), path)), "{method} {path} stands there twice");
        let is_programs = matches!(who, Who::PublishToken | Who::StreamToken | Who::CardsToken);
        assert!(!is_programs || path.starts_with("/api/v1/"), "{path}");
        assert!(is_programs || who == Who::Anyone || !path.starts_with("/api/"), "{path}");
        // Who coordinates a post may be anybody: of each, the domain is asked.
        let is_of_a_post = path == "/admin/posts" || path.starts_with("/admin/posts/:id");
        let is_admins = path.starts_with("/admin/") && !is_of_a_post;
        assert!(!is_admins || matches!(who, Who::Publisher | Who::Admin), "{path}");
    }
}

/// What came of a request, as far as it tells of rights.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// Answered; perhaps that there is nothing of this number, or that fields are missing.
    LetIn,
    /// Led to sign in, or told that there is nothing for visitors.
    SignInFirst,
    /// Told that the role, or the token's scope, does not allow it.
    Refused,
    /// Told that no token is known.
    Unknown,
}

/// Looks at the head of the answer only: a stream's never ends.
async fn asked(request: RequestBuilder) -> Outcome {
    let answer = request.send().await.unwrap();
    let location = answer.headers().get("location").map_or("", |value| value.to_str().unwrap());
    match answer.status().as_u16() {
        // EventSource would come back for ever from anything else.
        204 => Outcome::SignInFirst,
        303 if location == "/login" || location.starts_with("/login?") => Outcome::SignInFirst,
        401 => Outcome::Unknown,
        403 => Outcome::Refused,
        status @ (200 | 303 | 400 | 404 | 410 | 415 | 422) => {
            let is_problem = answer.headers().get("content-type").is_some_and(|kind| kind == PROBLEM);
            let is_programs = answer.url().path().starts_with("/api/v1/");
            assert!(!is_problem || is_programs, "{status} of {}", answer.url());
            Outcome::LetIn
        }
        other => panic!("{other} of {}", answer.url()),
    }
}

const PROBLEM: &str = "application/problem+json";

fn expected_of_person(line: &RouteLine, rank: usize) -> Outcome {
    let needed = match line.who {
        // Signing out leads to the door, whoever asks for it.
        Who::Anyone if line.path == "/logout" => return Outcome::SignInFirst,
        // Nobody has it who has not the cookie of a wall.
        Who::Anyone if line.path == "/walls/:id/stream" => return Outcome::SignInFirst,
        Who::Anyone => 0,
        Who::Member => 1,
        Who::Publisher => 2,
        Who::Admin => 3,
        Who::PublishToken | Who::StreamToken | Who::CardsToken => return Outcome::Unknown,
    };
    match rank {
        _ if rank >= needed => Outcome::LetIn,
        0 => Outcome::SignInFirst,
        _ => Outcome::Refused,
    }
}

/// No page and no command makes such a token, but a table can hold one.
async fn scopeless(app: &TestApp) -> Program {
    let program = Program::of(app, "publisher", "publish").await;
    app.sql("UPDATE tokens SET publish = false, stream = false, cards = false").await;
    program
}
