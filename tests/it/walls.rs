//! Walls: screens that show a board by a link, without an account.

mod ends;
mod links;
mod posts;
mod showing;

use serde_json::json;

use crate::support::{Person, Program, TestApp};

/// A server with an admin and a program that keeps a board for everyone.
async fn with_board() -> (TestApp, Person, Program) {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "cards,publish").await;
    let card = json!({ "board": "plant", "value": 71.5, "url": "https://example.org/x" });
    assert_eq!(program.sets("boiler", &card).await.status, 201);
    makes_board_for(&boss, "everyone").await;
    (app, boss, program)
}

/// Has the board be for the administrators alone, or for everyone.
async fn makes_board_for(boss: &Person, whom: &str) {
    let saved = boss.posts("/admin/boards/plant", &[("name", "Plant"), ("place", "0"), (whom, "on")]).await;
    assert_eq!(saved.status, 303, "{saved:?}");
}
