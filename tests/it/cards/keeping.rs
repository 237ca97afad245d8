//! How programs make, change and remove cards.

use reqwest::Method;
use serde_json::json;

use crate::support::{Page, Program, TestApp, value};

/// Why a program was refused: the end of the problem's type.
fn problem(page: &Page) -> String {
    let kind = page.json()["type"].as_str().unwrap().to_owned();
    format!("{} {}", page.status, kind.strip_prefix("/api#").unwrap())
}

async fn started() -> (TestApp, Program) {
    let app = TestApp::start().await;
    app.admin("boss").await;
    app.publisher("ann").await;
    let program = Program::of(&app, "ann", "cards").await;
    (app, program)
}

#[tokio::test]
async fn a_card_is_made_changed_reported_read_and_removed() {
    let (_app, program) = started().await;

    let made = program
        .sets("boiler.temp", &json!({
            "board": "plant", "title": "Boiler", "kind": "value", "value": 21.5, "unit": "°C", "decimals": 1,
            "trend": "bad", "min": 0, "max": 120, "ttl": 60, "url": "https://example.org/boiler", "note": "Hall B",
        }))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.location(), "/api/v1/cards/boiler.temp");
    let card = made.json();
    assert_eq!(
        (&card["board"], &card["value"], &card["unit"]),
        (&json!("plant"), &json!(21.5), &json!("°C"))
    );

    assert_eq!(program.reports("boiler.temp", " 71.25 ").await.status, 200);
    let changed =
        program.changes("boiler.temp", &json!({ "title": "The boiler", "note": null })).await.json();
    assert_eq!((&changed["title"], &changed["value"]), (&json!("The boiler"), &json!(71.25)));
    assert_eq!(changed.get("note"), None);
    assert_eq!(changed["url"], "https://example.org/boiler");

    // Set anew, what is not said is gone; the board and the value stay.
    let anew = program.sets("boiler.temp", &json!({ "kind": "value" })).await;
    assert_eq!(anew.status, 200);
    assert_eq!((&anew.json()["title"], anew.json().get("unit")), (&json!("boiler.temp"), None));
    assert_eq!(anew.json()["value"], 71.25);

    assert_eq!(program.gets("/api/v1/cards/boiler.temp").await.json(), anew.json());
    assert_eq!(program.removes("boiler.temp").await.status, 204);
    assert_eq!(problem(&program.gets("/api/v1/cards/boiler.temp").await), "404 not-found");
    assert_eq!(problem(&program.removes("boiler.temp").await), "404 not-found");
    assert_eq!(problem(&program.reports("boiler.temp", "1").await), "404 not-found");
}

#[tokio::test]
async fn a_value_is_a_number_or_a_short_text_however_it_is_sent() {
    let (app, program) = started().await;
    program.sets("score", &value("game", "2 : 1")).await;

    for (sent, read) in
        [("21.5", json!(21.5)), ("-3e2", json!(-300.0)), ("2 : 2", json!("2 : 2")), ("NaN", json!("NaN"))]
    {
        assert_eq!(program.reports("score", sent).await.json()["value"], read, "{sent}");
    }
    let as_curl = program.request(reqwest::Method::POST, "/api/v1/cards/score/value");
    let as_curl = as_curl.header("Content-Type", "application/x-www-form-urlencoded").body("42");
    assert_eq!(Page::read(as_curl.send().await.unwrap()).await.json()["value"], 42.0);
    for wrong in ["", "x\ny", &"x".repeat(41)] {
        let refused = program.reports("score", wrong).await;
        assert_eq!(problem(&refused), "422 invalid", "{wrong:?}");
        assert!(refused.json()["errors"]["value"].is_string());
    }
    assert_eq!(program.gets("/api/v1/cards/score").await.json()["value"], 42.0);
    drop(app);
}

#[tokio::test]
async fn what_is_wrong_is_said_by_field_and_changes_nothing() {
    let (_app, program) = started().await;
    program
        .sets("job", &json!({ "board": "jobs", "kind": "progress", "state": "running", "percent": 10 }))
        .await;
    let before = program.gets("/api/v1/cards/job").await.json();

    for (card, field) in [
        (json!({ "percent": 101 }), "percent"),
        (json!({ "state": "asleep" }), "state"),
        (json!({ "value": 3 }), "value"),
        (json!({ "step": 4, "steps": 3 }), "step"),
        (json!({ "started_at": "yesterday" }), "started_at"),
        (json!({ "kind": "dial" }), "kind"),
        (json!({ "url": "javascript:alert(1)" }), "url"),
        (json!({ "ttl": 0 }), "ttl"),
        (json!({ "title": "two\nlines" }), "title"),
        (json!({ "note": "x".repeat(201) }), "note"),
        (json!({ "board": "No Board" }), "board"),
        (json!({ "audience": { "people": ["nobody"] } }), "audience"),
    ] {
        let refused = program.changes("job", &card).await;
        assert_eq!(problem(&refused), "422 invalid", "{card}");
        assert!(refused.json()["errors"][field].is_string(), "{card}: {}", refused.text);
    }
    for malformed in [json!({ "speed": 3 }), json!({ "percent": "10" }), json!([])] {
        assert_eq!(problem(&program.changes("job", &malformed).await), "400 malformed", "{malformed}");
    }
    let text = program.changes("job", &json!({ "percent": "10" })).await;
    assert!(text.json()["detail"].as_str().unwrap().starts_with("`percent`: invalid type"), "{}", text.text);
    let several = [json!({ "key": "job", "percent": 10, "decimals": 300 })];
    let several = program.sets_all(&several).await.json();
    let detail = several["cards"][0]["detail"].as_str().unwrap();
    assert!(detail.starts_with("`decimals`: invalid value"), "{several}");
    for limit in ["abc", "0", "501", "-1"] {
        let refused = program.gets(&format!("/api/v1/cards?limit={limit}")).await;
        assert_eq!(problem(&refused), "400 malformed");
        assert!(refused.text.contains("`limit` is a number from 1 to 500"), "{}", refused.text);
    }
    let list = program.changes("job", &json!({ "value": [1] })).await;
    assert!(list.text.contains("a value is a number or a text"), "{}", list.text);
    for key in ["A", "a%20b", &"x".repeat(101)] {
        assert_eq!(problem(&program.sets(key, &value("jobs", 1)).await), "400 malformed", "{key}");
    }
    assert_eq!(problem(&program.sets("other", &json!({ "kind": "value", "value": 1 })).await), "422 invalid");

    assert_eq!(program.gets("/api/v1/cards/job").await.json(), before);
}

#[tokio::test]
async fn an_older_version_is_refused_and_the_same_one_is_taken_once() {
    let (app, program) = started().await;
    let at = |version: i64, number: f64| json!({ "board": "b", "kind": "value", "value": number, "version": version });

    assert_eq!(program.sets("v", &at(5, 1.0)).await.status, 201);
    assert_eq!(problem(&program.sets("v", &at(4, 2.0)).await), "409 old-version");
    let rev = program.gets("/api/v1/cards/v").await.json()["rev"].clone();
    assert_eq!(program.sets("v", &at(5, 1.0)).await.status, 200);
    assert_eq!(program.gets("/api/v1/cards/v").await.json()["rev"], rev, "it was there");
    assert_eq!(problem(&program.sets("v", &at(5, 2.0)).await), "409 old-version");
    // Nor is a board made for it, though another card is written in the same transaction.
    let moved = json!({ "key": "v", "board": "stray", "value": 1.0, "version": 5 });
    let answer = program.sets_all(&[moved, json!({ "key": "w", "board": "b", "value": 1 })]).await.json();
    assert_eq!((&answer["cards"][0]["status"], &answer["cards"][1]["status"]), (&json!(409), &json!(201)));
    let boards = app.asks_database("SELECT COUNT(*) FROM boards").await;
    assert_eq!(boards.try_get_by_index::<i64>(0).unwrap(), 1);
    assert_eq!(program.sets("v", &at(6, 2.0)).await.json()["value"], 2.0);
    assert_eq!(program.reports("v", "3").await.json()["version"], 6);
}

#[tokio::test]
async fn a_progress_and_a_status_know_since_when_they_are_so() {
    let (_app, program) = started().await;

    let made =
        program.sets("job", &json!({ "board": "b", "kind": "progress", "state": "waiting" })).await.json();
    assert_eq!(made.get("started_at"), None);
    let runs = program.changes("job", &json!({ "state": "running", "step": 2, "steps": 4 })).await.json();
    assert!(runs["started_at"].is_string(), "{runs}");
    let done = program.changes("job", &json!({ "state": "done" })).await.json();
    assert!(done["ended_at"].is_string() && done["started_at"] == runs["started_at"], "{done}");
    let again = program.changes("job", &json!({ "state": "running" })).await.json();
    assert_eq!(again.get("ended_at"), None);
    let late = json!({ "started_at": "2026-01-31T12:00:00Z" });
    assert_eq!(program.changes("job", &late).await.json()["started_at"], late["started_at"]);
    let ahead = program.changes("job", &json!({ "started_at": "2999-01-31T12:00:00Z" })).await.json();
    assert!(ahead["started_at"].as_str().unwrap() < "2998", "nothing begins later than now: {ahead}");
    let waits = json!({ "state": "waiting", "started_at": "2026-01-31T12:00:00Z" });
    assert_eq!(program.changes("job", &waits).await.json().get("started_at"), None);

    let ok = program.sets("line", &json!({ "board": "b", "kind": "status", "state": "ok" })).await.json();
    assert!(ok["since"].is_string());
    let still = program.changes("line", &json!({ "state": "ok", "note": "fine" })).await.json();
    assert_eq!(still["since"], ok["since"]);
}

#[tokio::test]
async fn several_cards_are_kept_at_once_and_each_stands_alone() {
    let (_app, program) = started().await;
    program.sets("old", &json!({ "board": "b", "kind": "value", "title": "Old", "value": 1 })).await;

    let answer = program
        .sets_all(&[
            json!({ "key": "new", "board": "b", "kind": "value", "value": 1 }),
            json!({ "key": "BAD", "board": "b" }),
            json!({ "key": "old", "value": 2 }),
            json!({ "key": "worse", "board": "b", "kind": "value", "value": [] }),
            json!({ "key": "new", "value": 5 }),
        ])
        .await;

    assert_eq!(answer.status, 200, "{}", answer.text);
    let cards = answer.json()["cards"].clone();
    let statuses: Vec<_> =
        cards.as_array().unwrap().iter().map(|card| card["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [201, 400, 200, 400, 200], "{cards}");
    let old = program.gets("/api/v1/cards/old").await.json();
    assert_eq!((&old["title"], &old["value"]), (&json!("Old"), &json!(2.0)));
    assert_eq!(program.gets("/api/v1/cards/new").await.json()["value"], 5.0);
    // Of a name that stands there twice it would not be known which counts.
    for twice in [
        r#"{"key":"old","value":3,"value":4}"#,
        r#"{"key":"old","alarm":{"expect":60,"expect":90}}"#,
        r#"{"key":"old","key":"other","value":4}"#,
    ] {
        let body = format!(r#"{{"cards":[{twice},{{"key":"new","value":6}}]}}"#);
        let request =
            program.request(Method::POST, "/api/v1/cards").header("Content-Type", "application/json");
        let answer = Page::read(request.body(body).send().await.unwrap()).await.json();
        let statuses = [&answer["cards"][0]["status"], &answer["cards"][1]["status"]];
        assert_eq!(statuses, [&json!(400), &json!(200)], "{answer}");
    }
    assert_eq!(program.gets("/api/v1/cards/old").await.json()["value"], 2.0);
    assert_eq!(problem(&program.sets_all(&[]).await), "400 malformed");
    let many: Vec<_> = (0..501).map(|number| json!({ "key": format!("k{number}"), "board": "b" })).collect();
    assert_eq!(problem(&program.sets_all(&many).await), "400 malformed");
}

#[tokio::test]
async fn a_card_is_its_owners_and_to_others_it_is_not_there() {
    let (app, program) = started().await;
    app.publisher("ben").await;
    let (other, boss) = (Program::of(&app, "ben", "cards").await, Program::of(&app, "boss", "cards").await);
    program.sets("mine", &value("b", 1)).await;

    for refused in [
        other.gets("/api/v1/cards/mine").await,
        other.sets("mine", &value("b", 2)).await,
        other.changes("mine", &json!({ "value": 2 })).await,
        other.reports("mine", "2").await,
        other.removes("mine").await,
    ] {
        assert_eq!(problem(&refused), "404 not-found");
    }
    assert_eq!(other.gets("/api/v1/cards").await.json()["cards"], json!([]));
    assert_eq!(boss.reports("mine", "3").await.json()["value"], 3.0);
    let second = Program::of(&app, "ann", "cards").await;
    assert_eq!(second.reports("mine", "4").await.status, 200, "another token of the same person");

    let list = |program: &Program| {
        let program = program.at(&app);
        async move { program.gets("/api/v1/cards?limit=1").await.json() }
    };
    program.sets("more", &value("b", 1)).await;
    let first = list(&program).await;
    assert_eq!(first["cards"][0]["key"], "mine");
    let next = program.gets(first["next"].as_str().unwrap()).await.json();
    assert_eq!((&next["cards"][0]["key"], next.get("next")), (&json!("more"), None));
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_kill() {
    let (mut app, program) = started().await;
    program.sets("seed", &value("b", 0)).await;
    for round in 0..4 {
        let cards: Vec<_> = (0..250)
            .map(|number| json!({ "key": format!("c{number}"), "board": "b", "kind": "value", "value": round }))
            .collect();
        let number = round.to_string();
        let (answer, alone) = tokio::join!(program.sets_all(&cards), program.reports("seed", &number));
        assert_eq!((answer.status, alone.status), (200, 200));
    }

    app.kill().await;
    app.restart().await;

    let program = program.at(&app);
    assert_eq!(program.gets("/api/v1/cards/seed").await.json()["value"], 3.0);
    let all = program.gets("/api/v1/cards?limit=500").await.json()["cards"].as_array().unwrap().clone();
    assert_eq!(all.len(), 251);
    assert!(all.iter().all(|card| card["value"] == 3.0));
}

/// What memory has not heard of yet is in the table all the same.
#[tokio::test]
async fn a_report_keeps_what_was_changed_elsewhere_a_moment_ago() {
    let (app, program) = started().await;
    program.sets("c", &value("b", 0)).await;
    for round in 1..4 {
        let number = round.to_string();
        // As another process does it, without a word to this one.
        app.sql(&format!("UPDATE cards SET title = 'Name {round}', rev = rev + 1")).await;
        app.sql("UPDATE state_counter SET last_rev = last_rev + 1").await;
        let answer = program.reports("c", &number).await.json();
        assert_eq!(
            (&answer["title"], &answer["value"]),
            (&json!(format!("Name {round}")), &json!(round as f64))
        );
    }
}
