//! The addresses by which cards are pinged: who makes them, who sees them, and when they end.

use reqwest::Method;
use serde_json::json;

use super::{becomes, calls, has_address, makes_address, pings, started};
use crate::support::{Page, Person, Program, eventually, value};

#[tokio::test]
async fn an_address_ends_with_another_one_its_removal_its_card_and_what_its_owner_may() {
    let (app, program) = started().await;
    let first = has_address(&program, "job", "progress").await;
    let second = makes_address(&program, "job").await;
    let status = async |address: &str| calls(Method::GET, address).await.status;
    let remove = || program.request(Method::DELETE, "/api/v1/cards/job/ping").send();

    assert_eq!((status(&first).await, status(&second).await), (404, 200));
    assert_eq!(remove().await.unwrap().status(), 204);
    assert_eq!(status(&second).await, 404);
    assert_eq!(remove().await.unwrap().status(), 404);

    let third = makes_address(&program, "job").await;
    program.changes("job", &json!({ "kind": "value", "value": 1 })).await;
    assert_eq!(status(&third).await, 409, "a value is not pinged");
    program.changes("job", &json!({ "kind": "status" })).await;
    assert_eq!(status(&third).await, 200);
    program.removes("job").await;
    assert_eq!(status(&third).await, 404);

    let fourth = has_address(&program, "job", "progress").await;
    let together = [json!({ "key": "job", "note": "Kept" })];
    assert_eq!(program.sets_all(&together).await.status, 200);
    assert_eq!(status(&fourth).await, 200);
    let boss = app.signs_in("boss").await;
    boss.posts("/admin/people/2/role", &[("role", "member")]).await;
    app.runs(&["user", "disable", "ann"], "").await;
    assert_eq!(status(&fourth).await, 404, "as her tokens");
    app.runs(&["user", "enable", "ann"], "").await;
}

#[tokio::test]
async fn programs_make_addresses_for_cards_of_theirs_that_can_be_pinged() {
    let (app, program) = started().await;
    let (other, boss) = (Program::of(&app, "boss", "stream").await, Program::of(&app, "boss", "cards").await);
    app.publisher("eve").await;
    let eve = Program::of(&app, "eve", "cards").await;
    program.sets("figure", &value("jobs", 1)).await;
    let address = has_address(&program, "job", "progress").await;
    let asks = async |program: &Program, method: Method, key: &str| {
        let request = program.request(method, &format!("/api/v1/cards/{key}/ping"));
        Page::read(request.send().await.unwrap()).await
    };

    for method in [Method::POST, Method::DELETE] {
        assert_eq!(asks(&eve, method.clone(), "job").await.status, 404);
        assert_eq!(asks(&other, method.clone(), "job").await.status, 403);
        assert_eq!(asks(&program, method.clone(), "nothing").await.status, 404);
        assert_eq!(asks(&program, method, "BAD").await.status, 400);
    }
    let refused = asks(&program, Method::POST, "figure").await;
    assert_eq!(refused.status, 422);
    assert!(refused.json()["errors"]["kind"].is_string(), "{refused:?}");

    pings(&address).await;
    let row = app.asks_database("SELECT * FROM pings").await;
    let stored: String = row.try_get("", "hash").unwrap();
    assert!(stored.len() == 64 && !stored.contains(address.rsplit('/').next().unwrap()));
    assert_eq!(asks(&boss, Method::DELETE, "job").await.status, 204, "administrators may");
    let entries = app.signs_in("boss").await.gets("/admin/audit").await.text;
    assert!(entries.contains("Ping address created") && entries.contains("Ping address removed"));
}

#[tokio::test]
async fn what_a_token_may_not_show_it_neither_makes_an_address_for_nor_is_pinged() {
    let (app, program) = started().await;
    let boss = app.signs_in("boss").await;
    assert_eq!(boss.posts("/admin/groups", &[("name", "Night shift")]).await.status, 303);
    let held = Program::held(&app, "ann", "cards", &["--group", "Night shift"]).await;
    let address = has_address(&held, "job", "status").await;
    pings(&address).await;
    becomes(&program, "job", |card| card["state"] == "ok").await;

    program.changes("job", &json!({ "audience": "everyone" })).await;
    let refused =
        Page::read(held.request(Method::POST, "/api/v1/cards/job/ping").send().await.unwrap()).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    pings(&format!("{address}/fail")).await;

    eventually("it is said", async || app.logs().contains("A ping was not written").then_some(())).await;
    assert_eq!(program.gets("/api/v1/cards/job").await.json()["state"], "ok");
}

/// What the card's page shows this once.
fn shown(page: &Page) -> Option<String> {
    Some(page.text.split("<code class=\"secret\">").nth(1)?.split('<').next()?.to_owned())
}

#[tokio::test]
async fn a_cards_page_makes_shows_once_and_removes_its_address_for_its_owner_and_admins() {
    let (app, program) = started().await;
    app.member("ben").await;
    program.sets("figure", &value("jobs", 1)).await;
    program.sets("job", &json!({ "board": "jobs", "kind": "status" })).await;
    let boss = app.signs_in("boss").await;
    boss.posts("/admin/boards/jobs", &[("name", "Jobs"), ("everyone", "on"), ("place", "0")]).await;
    let (ann, ben) = (app.signs_in("ann").await, app.signs_in("ben").await);
    let offers = async |person: &Person, key: &str| {
        let page = person.gets(&format!("/cards/{key}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        page.text.contains(&format!("action=\"/cards/{key}/ping\""))
    };

    assert_eq!((offers(&ann, "job").await, offers(&boss, "job").await), (true, true));
    assert!(!offers(&ben, "job").await, "it is not his");
    assert!(!offers(&ann, "figure").await, "a value is not pinged");
    for path in ["/cards/job/ping", "/cards/job/ping/removal"] {
        assert_eq!(ben.posts(path, &[]).await.status, 403, "{path}");
    }
    assert_eq!(ann.posts("/cards/figure/ping", &[]).await.status, 404);
    assert_eq!(ann.posts("/cards/nothing/ping", &[]).await.status, 404);
    assert_eq!(ann.gets("/cards/job/ping/removal").await.status, 404, "there is none yet");

    let made = ann.posts("/cards/job/ping", &[]).await;
    assert_eq!(made.status, 303);
    let location = made.location().split('#').next().unwrap().to_owned();
    assert_eq!(shown(&boss.gets(&location).await), None, "it is for who made it");
    ann.request(Method::HEAD, &location).send().await.unwrap();
    let page = ann.gets(&location).await;
    let address = shown(&page).unwrap();
    assert!(address.starts_with(&format!("{}/ping/", app.url)), "{address}");
    assert!(page.text.contains(&format!("-o /dev/null {address}/$?")), "lines to copy");
    let again = ann.gets(&location).await;
    assert_eq!(shown(&again), None);
    assert!(again.text.contains("was shown once") && again.text.contains("ADDRESS/start"), "{again:?}");
    pings(&address).await;
    becomes(&program, "job", |card| card["state"] == "ok").await;

    assert_eq!(ann.gets("/cards/job/ping/removal").await.status, 200);
    let removed = ann.posts_and_sees("/cards/job/ping/removal", &[]).await;
    assert!(removed.text.contains("does not work any more"), "{removed:?}");
    assert_eq!(calls(Method::GET, &address).await.status, 404);
}
