//! How a wall ends.

use std::time::{Duration, Instant};

use super::with_board;
use crate::support::makes_wall;

#[tokio::test]
async fn ending_a_link_ends_its_screen_and_no_other() {
    let (app, boss, program) = with_board().await;
    let wall = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;
    let other = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;
    let (mut stream, mut others) = (wall.opens_stream().await, other.opens_stream().await);
    for stream in [&mut stream, &mut others] {
        stream.next("cards").await;
    }
    let removal = format!("/admin/boards/plant{}/removal", wall.path);
    assert!(boss.gets(&removal).await.text.contains("End the link of"));

    let ended = boss.posts_and_sees(&removal, &[]).await;

    assert!(ended.text.contains("Ended. Its screen shows nothing any more."), "{ended:?}");
    assert_eq!(stream.says_bye().await, "revoked");
    assert_eq!(wall.streams("").await.status, 204);
    // As of a wall that never was.
    assert_eq!(boss.streams_from("/walls/abc/stream", &[]).await.status, 204);
    let page = wall.shows().await;
    assert!(page.status == 410 && page.text.contains("data-wall=\"ended\""), "{page:?}");
    program.reports("boiler", "72").await;
    boss.posts("/admin/boards/plant", &[("name", "Plant"), ("place", "0"), ("everyone", "on")]).await;
    others.next("cards").await;
    assert_eq!(other.shows().await.status, 200);
}

#[tokio::test]
async fn a_screen_ends_within_a_second_of_its_link() {
    let (app, boss, _program) = with_board().await;
    let mut took = Vec::new();
    for _ in 0..3 {
        let wall = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;
        let mut stream = wall.opens_stream().await;
        stream.next("cards").await;

        boss.posts(&format!("/admin/boards/plant{}/removal", wall.path), &[]).await;

        let answered = Instant::now();
        assert_eq!(stream.says_bye().await, "revoked");
        took.push(answered.elapsed());
    }
    // One of them may meet a machine that is busy.
    assert!(took.iter().min() < Some(&Duration::from_secs(1)), "{took:?}");
}

#[tokio::test]
async fn with_its_board_a_wall_ends() {
    let (app, boss, program) = with_board().await;
    let wall = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;
    let mut stream = wall.opens_stream().await;
    stream.next("cards").await;

    boss.posts("/admin/boards/plant/removal", &[]).await;

    // It may be told first that the board is gone.
    while stream.next_event().await.expect("a bye").name != "bye" {}
    program.sets("boiler", &serde_json::json!({ "board": "plant", "value": 1 })).await;
    assert_eq!(wall.shows().await.status, 410, "another board of this name is another");
}

#[tokio::test]
async fn a_screen_is_nobody_who_is_here() {
    let (app, boss, _program) = with_board().await;
    let wall = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;

    let _stream = wall.opens_stream().await;

    let people = boss.gets("/admin/people").await.text;
    assert!(people.contains("boss") && !people.contains("Live now"), "not who made its link: {people}");
    let _listens = boss.opens_stream().await;
    assert!(boss.gets("/admin/people").await.text.contains("Live now"));
}
