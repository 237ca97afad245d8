//! The same by a page: what is shown is what is done.

use super::{
    HEAD,
    links::{links_of, uses},
    people,
};
use crate::support::{Person, TestApp, eventually, new_word};

const PAGE: &str = "/admin/people/import";

/// Sends a list of these lines, which is right; the address of what it would change.
async fn shows(person: &Person, lines: &str) -> String {
    let page = person.sends_file(PAGE, &format!("{HEAD}{lines}")).await;
    assert_eq!(page.status, 303, "{page:?}");
    page.location().to_owned()
}

/// Takes it, and waits for the end.
async fn takes(person: &Person, address: &str, fields: &[(&str, &str)]) -> String {
    let plan = person.gets(address).await.field("plan");
    let taken = person.posts(address, &[&[("plan", plan.as_str())], fields].concat()).await;
    assert_eq!((taken.status, taken.location()), (303, address), "{taken:?}");
    eventually("it is taken", async || {
        let page = person.gets(address).await;
        let is_running = page.text.contains("is being applied");
        assert_eq!(page.header("refresh"), if is_running { "2" } else { "" });
        (!is_running).then_some(page.text)
    })
    .await
}

#[tokio::test]
async fn what_a_list_would_change_is_shown_then_done_and_its_links_are_given_once() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    assert!(boss.gets("/admin/people").await.text.contains(&format!("href=\"{PAGE}\"")));
    assert_eq!(boss.gets(PAGE).await.status, 200);

    let address = shows(&boss, "1,Ann,publisher,Kitchen,,\n2,Bea,,,yes,\n").await;

    let shown = boss.gets(&address).await.text;
    assert!(shown.contains("Added: 2") && shown.contains("publisher; groups: Kitchen"), "{shown}");
    assert_eq!(people(&app).await, [""; 0], "nothing was changed yet");
    let done = takes(&boss, &address, &[]).await;
    assert!(done.contains("0 disabled, 0 changed, 2 added, 2 links created."), "{done}");
    assert_eq!(people(&app).await, ["1 Ann publisher active   Kitchen", "2 Bea member active external"]);
    let links = format!("{address}/links");
    let elsewhere = app.signs_in("boss").await;
    assert_eq!(elsewhere.posts(&links, &[]).await.status, 303, "for the browser that took the list");
    let table = boss.posts(&links, &[]).await;
    assert!(table.header("content-disposition").starts_with("attachment"), "{table:?}");
    assert_eq!(table.header("cache-control"), "no-store");
    let links_of_them = links_of(&table.text);
    assert_eq!(links_of_them.len(), 2);
    assert_eq!(uses(&app.visitor(), &links_of_them["Ann"], &new_word()).await, 303);
    assert_eq!(boss.posts(&links, &[]).await.status, 303, "once");
    // Sent again, a list that was taken does nothing.
    assert_eq!(boss.posts(&address, &[("plan", "x")]).await.status, 303);
}

#[tokio::test]
async fn if_people_changed_since_it_was_shown_it_is_shown_again() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let address = shows(&boss, "1,Ann,,,,\n2,Bea,,,,\n").await;
    let plan = boss.gets(&address).await.field("plan");
    app.member("Bea").await;

    let refused = boss.posts(&address, &[("plan", &plan)]).await;

    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("Look at it again") && refused.text.contains("had no number"),
        "{refused:?}"
    );
    assert_eq!(people(&app).await, [""; 0]);
    takes(&boss, &address, &[]).await;
    assert_eq!(people(&app).await, ["1 Ann member active", "2 Bea member active"]);
}

#[tokio::test]
async fn to_disable_more_than_a_tenth_the_box_is_ticked() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let address = shows(&boss, "1,Ann,,,,\n2,Bea,,,,\n").await;
    takes(&boss, &address, &[]).await;
    let address = shows(&boss, "1,Ann,,,,\n").await;
    let plan = boss.gets(&address).await.field("plan");

    let refused = boss.posts(&address, &[("plan", &plan)]).await;

    assert!(refused.status == 422 && refused.text.contains("Tick the box"), "{refused:?}");
    let done = takes(&boss, &address, &[("many", "on")]).await;
    assert!(done.contains("1 disabled"), "{done}");
}

#[tokio::test]
async fn what_is_no_list_comes_back_with_every_mistake() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for (text, says) in [
        (format!("{HEAD}1,Ann,emperor,,,\n2,,,,,\n"), &["Line 2: “emperor”", "Line 3: Enter a name"][..]),
        (format!("{HEAD}1,<b>,boss,,,\n"), &["Line 2: “boss” is no role"]),
        ("name\nAnn\n".into(), &["Line 1: The column “number”"]),
        (String::new(), &["Choose a file"]),
    ] {
        let page = boss.sends_file(PAGE, &text).await;
        assert_eq!(page.status, 422, "{text}");
        let text = crate::support::unescape(&page.text);
        assert!(says.iter().all(|line| text.contains(line)), "{says:?} in {text}");
    }
    let too_much = "x".repeat(9 * 1024 * 1024);
    let refused = async || boss.tries_to_send_file(PAGE, &too_much).await.ok();
    assert_eq!(eventually("an answer to too much", refused).await.status, 413);
    assert_eq!(boss.posts(PAGE, &[("file", "x")]).await.status, 415);
    assert_eq!(boss.gets(&format!("{PAGE}/0123")).await.status, 404);
}

#[tokio::test]
async fn another_admin_may_take_what_a_server_that_stopped_left() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let lines: String = (1..=500).map(|n| format!("{n},Person {n},,,,\n")).collect();
    let address = shows(&boss, &lines).await;
    let plan = boss.gets(&address).await.field("plan");
    assert_eq!(boss.posts(&address, &[("plan", &plan)]).await.status, 303);
    eventually("it has begun", async || {
        let row = app.asks_database("SELECT count(*) FROM users").await;
        (row.try_get_by_index::<i64>(0).unwrap() > 50).then_some(())
    })
    .await;
    app.kill().await;
    app.restart().await;
    app.sql("UPDATE lists SET beat_ms = 1").await;

    let left = boss.gets(&address).await.text;

    assert!(left.contains("The server stopped") && left.contains("Added: "), "{left}");
    assert!(!left.contains("Added: 500"), "{left}");
    let done = takes(&boss, &address, &[]).await;
    assert!(done.contains("500 links created"), "{done}");
    let row = app.asks_database("SELECT count(*) FROM users").await;
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 501);
    let table = boss.posts(&format!("{address}/links"), &[]).await;
    assert_eq!(links_of(&table.text).len(), 500);
}
