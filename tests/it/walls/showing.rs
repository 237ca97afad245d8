//! What a wall shows: one board, and of it what everybody may see who sees the board.

use serde_json::json;

use super::{makes_board_for, with_board};
use crate::support::{keys, makes_wall, value};

#[tokio::test]
async fn a_wall_shows_the_cards_of_its_board_that_have_no_audience_of_their_own() {
    let (app, boss, program) = with_board().await;
    let own =
        json!({ "board": "plant", "value": 13, "title": "Only some", "audience": { "people": ["boss"] } });
    program.sets("few", &own).await;
    let everyone = json!({ "board": "plant", "value": 14, "title": "Also named", "audience": "everyone" });
    program.sets("named", &everyone).await;
    program.sets("elsewhere", &value("other", 15)).await;
    program.sets("plain", &json!({ "board": "plant", "value": 16 })).await;
    let wall = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;

    let page = wall.shows().await;
    let mut stream = wall.streams("?watch=board:other,board:plant").await;
    stream.says_hello().await;
    let whole = stream.next("cards").await;

    assert_eq!((&whole.data["board"], keys(&whole)), (&json!("plant"), vec!["boiler", "plain"]));
    for text in [&page.text, &whole.data.to_string()] {
        assert!(text.contains("16") && !text.contains("Only some") && !text.contains("elsewhere"), "{text}");
        assert!(!text.contains("/cards/") && !text.contains("example.org"), "nobody follows a link: {text}");
    }
    for key in ["few", "elsewhere"] {
        program.reports(key, "99").await;
    }
    program.reports("plain", "17").await;
    let next = stream.next("cards").await;
    assert_eq!(keys(&next), ["plain"], "nothing came of the others");
    assert_eq!(boss.posts("/cards/plain/pause", &[("minutes", "60")]).await.status, 303);
    let paused = stream.next("cards").await.data.to_string();
    assert!(paused.contains("Paused") && !paused.contains("boss"), "nobody is named: {paused}");
    assert!(!wall.shows().await.text.contains("boss"));
    program.changes("plain", &json!({ "audience": { "people": ["boss"] } })).await;
    assert_eq!(stream.next("cards").await.data["gone"], json!(["plain"]));
}

#[tokio::test]
async fn a_board_that_is_narrowed_leaves_a_wall_that_nobody_confirmed() {
    let (app, boss, _program) = with_board().await;
    let unasked = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;
    let mut stream = unasked.opens_stream().await;
    stream.next("cards").await;

    makes_board_for(&boss, "admins").await;

    let nothing = stream.next("cards").await;
    assert_eq!((&nothing.data["all"], keys(&nothing)), (&json!(true), vec![]));
    let fields = [("name", "Merger"), ("place", "0"), ("admins", "on")];
    assert_eq!(boss.posts("/admin/boards/plant", &fields).await.status, 303);
    let shown = unasked.shows().await.text;
    assert!(!shown.contains("71.5") && !shown.contains("Merger") && !shown.contains("Plant"), "{shown}");
    let confirmed = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;
    assert!(confirmed.shows().await.status == 200);
    makes_board_for(&boss, "everyone").await;
    assert_eq!(stream.next("cards").await.data["all"], json!(true), "it comes back with the board");
}

#[tokio::test]
async fn a_walls_stream_goes_on_where_it_was_and_tells_what_others_are_told() {
    let (app, boss, _program) = with_board().await;
    let wall = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;
    let mut stream = wall.streams("").await;
    let hello = stream.says_hello().await;
    assert!(hello.data["build"].is_string() && hello.data["heartbeat"].as_u64() > Some(0), "{hello:?}");
    assert_eq!(stream.headers["x-accel-buffering"], "no");
    assert!(stream.headers["set-cookie"].to_str().unwrap().contains("Max-Age=34560000"));

    let mut again = wall.streams(&format!("?after={}", stream.cursor)).await;
    assert_eq!(again.says_hello().await.data["resumed"], true);
    assert_eq!(keys(&again.next("cards").await), ["boiler"]);
    // A stream of somebody else's page is none.
    let from = ("Sec-Fetch-Site", "cross-site");
    assert_eq!(wall.screen.streams_from(&format!("{}/stream", wall.path), &[from]).await.status, 403);
    let once = wall.screen.gets(&format!("{}/stream?once=1", wall.path)).await;
    assert!(once.text.contains("event: hello") && once.text.contains("event: cards"), "{once:?}");
}
