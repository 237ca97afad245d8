//! What the menu of every page has for whom.

use serde_json::json;

use crate::support::{Person, Program, TestApp, eventually, makes_group, value};

async fn has_boards(person: &Person, path: &str) -> bool {
    let page = person.gets(path).await.text;
    let menu = page.split("<nav class=\"menu\"").nth(1).unwrap().split("</nav>").next().unwrap();
    menu.contains("href=\"/boards\"")
}

#[tokio::test]
async fn boards_are_in_the_menu_of_who_may_see_one() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let seen = async |path: &str| {
        (has_boards(&boss, path).await, has_boards(&ann, path).await, has_boards(&ben, path).await)
    };
    assert_eq!(seen("/").await, (false, false, false));
    assert!(has_boards(&ann, "/boards").await, "whoever is there sees where they are");

    makes_group(&boss, "Crew", &["ann"]).await;
    let program = Program::of(&app, "boss", "cards").await;
    let card = json!({ "board": "crew", "kind": "value", "value": 1, "audience": { "groups": ["Crew"] } });
    program.sets("crew", &card).await;
    eventually("it is heard of", async || has_boards(&ann, "/").await.then_some(())).await;
    for path in ["/", "/account", "/api", "/nowhere"] {
        assert_eq!(seen(path).await, (false, true, false), "{path}");
    }

    let mut to_all = value("all", 1);
    to_all["audience"] = json!("everyone");
    program.sets("shown", &to_all).await;
    // A board of another node is heard of within a moment.
    eventually("all have boards", async || (seen("/").await == (true, true, true)).then_some(())).await;
}
