//! What the values of cards were: on their pages, in tables for spreadsheets, and how long.

use std::time::SystemTime;

use serde_json::json;

use crate::support::{Person, Program, TestApp, eventually, value};

async fn started() -> (TestApp, Person, Program) {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "cards").await;
    (app, boss, program)
}

/// The rows of a card's table, without its titles.
async fn rows(person: &Person, key: &str) -> Vec<Vec<String>> {
    let page = person.gets(&format!("/cards/{key}.csv")).await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, "text/csv; charset=utf-8; header=present"),
        "{page:?}"
    );
    let mut table = csv::Reader::from_reader(page.text.trim_start_matches('\u{feff}').as_bytes());
    table.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// All reports of a card together: how many, the least and the most.
async fn all(person: &Person, key: &str) -> (f64, f64, f64) {
    let rows = rows(person, key).await;
    let column = |at: usize| rows.iter().map(move |row| row[at].parse::<f64>().unwrap());
    (column(2).sum(), column(4).fold(f64::INFINITY, f64::min), column(5).fold(f64::NEG_INFINITY, f64::max))
}

/// Bytes as this database writes them.
fn bytes(app: &TestApp, hex: &str) -> String {
    if app.database().starts_with("postgres") {
        format!("decode('{hex}', 'hex')")
    } else {
        format!("X'{hex}'")
    }
}

/// Minutes since 1970.
fn minute() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs() / 60).unwrap()
}

#[tokio::test]
async fn values_that_are_replaced_before_they_are_written_are_seen() {
    let (_app, boss, program) = started().await;
    program.sets("v", &value("b", 20)).await;

    // In one request, and so in one transaction.
    let cards: Vec<_> = [-40.5, 90.25, 21.0].map(|number| json!({ "key": "v", "value": number })).into();
    assert_eq!(program.sets_all(&cards).await.status, 200);
    program.changes("v", &json!({ "title": "It says nothing of the value" })).await;
    program.changes("v", &json!({ "value": "no number" })).await;

    assert_eq!(all(&boss, "v").await, (4.0, -40.5, 90.25));
    let page = boss.gets("/cards/v").await;
    for shown in ["<polyline", "The last day", "The last 30 days", "90.25", "−40.5", "/cards/v.csv"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
}

#[tokio::test]
async fn a_restart_keeps_minutes_and_a_card_that_goes_takes_them_along() {
    let (mut app, boss, program) = started().await;
    program.sets("v", &value("b", 1.5)).await;
    program.sets("w", &value("b", 1)).await;

    assert_eq!(app.stop().await, Some(0));
    app.restart().await;
    let program = program.at(&app);
    program.reports("v", "4.5").await;

    assert_eq!(all(&boss, "v").await, (2.0, 1.5, 4.5));
    assert_eq!(app.stop().await, Some(0));
    app.restart().await;
    assert_eq!(all(&boss, "v").await, (2.0, 1.5, 4.5));
    let program = program.at(&app);
    program.removes("v").await;
    boss.posts("/admin/boards/b/removal", &[]).await;
    let left = app.asks_database("SELECT COUNT(*) FROM card_history").await;
    assert_eq!(left.try_get_by_index::<i64>(0).unwrap(), 0);
    program.sets("v", &value("b", 7)).await;
    assert_eq!(all(&boss, "v").await, (1.0, 7.0, 7.0), "of another card of that name, nothing is known");
}

#[tokio::test]
async fn minutes_become_hours_and_hours_go_after_30_days() {
    let (mut app, boss, program) = started().await;
    program.sets("v", &value("b", 1)).await;
    assert_eq!(app.stop().await, Some(0));
    // One report of 5 in the first minute of the day, and one of 7 in the second.
    let points = bytes(&app, "01800040a00000800140e00000");
    for ago in [3, 29, 31, 400] {
        let day = minute() / 1440 - ago;
        app.sql(&format!(
            "INSERT INTO card_history (card_id, day, step, points) SELECT id, {day}, 1, {points} FROM cards"
        ))
        .await;
    }
    app.restart().await;

    let count = || async {
        let row = app
            .asks_database("SELECT COUNT(*), COUNT(CASE WHEN step = 60 THEN 1 END) FROM card_history")
            .await;
        let (rows, hours): (i64, i64) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
        (rows == 3 && hours == 2).then_some(())
    };
    eventually("what is old is made hours of, and what is older is gone", count).await;
    let rows = rows(&boss, "v").await;
    let hours: Vec<_> = rows.iter().filter(|row| row[1] == "60").collect();
    assert_eq!(hours.len(), 2, "{rows:?}");
    assert_eq!(hours[0][2..6], ["2", "6", "5", "7"], "{rows:?}");
    assert!(boss.gets("/cards/v").await.text.contains("The last 30 days"));
}

#[tokio::test]
async fn the_board_above_the_feed_shows_what_was_lately_as_on_its_own_page() {
    let (mut app, boss, program) = started().await;
    program.sets("v", &value("b", 1)).await;
    let settings = [("name", "B"), ("everyone", "on"), ("place", "0"), ("above_feed", "on")];
    assert_eq!(boss.posts("/admin/boards/b", &settings).await.status, 303);
    assert_eq!(app.stop().await, Some(0));
    // As if it had been 5 in the first minute of the day, and 7 in the second.
    let points = bytes(&app, "01800040a00000800140e00000");
    app.sql(&format!("UPDATE card_history SET points = {points}")).await;
    app.restart().await;
    let card = async |address| {
        let page = boss.gets(address).await.text;
        let (_, card) = page.split_once("<li class=\"card").expect("a card");
        card.split_once("</li>").expect("its end").0.to_owned()
    };

    let on_feed = card("/").await;

    assert_eq!(on_feed, card("/boards/b").await);
    // In the first half hour of a day there is nothing before it.
    assert!(on_feed.contains("card-line") || minute() % 1440 <= 31, "{on_feed}");
}

#[tokio::test]
async fn a_table_is_for_whoever_sees_the_card_and_has_no_formula() {
    let (app, boss, program) = started().await;
    let ann = app.member("ann").await;
    let unit = json!({ "board": "b", "value": -2.5, "unit": "=cmd|' /C calc'!A0" });
    program.sets("v", &unit).await;

    let rows = rows(&boss, "v").await;
    assert_eq!((rows[0][3].as_str(), rows[0][6].as_str()), ("-2.5", "'=cmd|' /C calc'!A0"));
    for address in ["/cards/v", "/cards/v.csv", "/cards/w.csv", "/cards/.csv"] {
        assert_eq!(ann.gets(address).await.status, 404, "{address}");
    }
    program.sets("v.csv", &value("b", 1)).await;
    let named_so = boss.gets("/cards/v.csv").await;
    assert!(named_so.header("content-type").starts_with("text/html"), "a card of that very name comes first");
    assert_eq!(
        boss.gets("/cards/v.csv.csv").await.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
}

#[tokio::test]
async fn a_full_history_says_so_and_takes_no_more() {
    let (mut app, boss, program) = started().await;
    program.sets("v", &value("b", 1)).await;
    assert_eq!(app.stop().await, Some(0));
    let many = bytes(&app, &"00".repeat(50_000_000));
    app.sql(&format!("UPDATE card_history SET points = {many}")).await;
    app.restart().await;

    eventually("it is said", || async {
        boss.gets("/cards/v").await.text.contains("The history of all cards is full").then_some(())
    })
    .await;
    let program = program.at(&app);
    assert_eq!(program.reports("v", "2").await.status, 200, "cards go on");
    assert_eq!(app.stop().await, Some(0));
    let row = app.asks_database("SELECT CAST(LENGTH(points) AS BIGINT) FROM card_history").await;
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 50_000_000);
    assert!(app.logs().contains("takes no more"), "{}", app.logs());
}

/// The line and the change come from what was reported, and after a restart from what was kept.
#[tokio::test]
async fn a_card_shows_by_how_much_it_has_changed() {
    let (mut app, boss, program) = started().await;
    program.sets("v", &json!({ "board": "b", "value": 71.5, "trend": "bad", "unit": "°C" })).await;
    assert_eq!(app.stop().await, Some(0));
    // As if it had been 70, and an hour and a bit ago.
    let then = minute() - 70;
    let points = bytes(&app, &format!("01{:04x}428c0000", (then % 1440) | 0x8000));
    app.sql(&format!("UPDATE card_history SET day = {}, points = {points}", then / 1440)).await;
    app.restart().await;

    let shown = || async {
        let page = boss.gets("/boards/b").await.text;
        page.contains("▲ up 1.5 in an hour, worse").then_some(page)
    };
    let page = eventually("the change is shown", shown).await;
    let line = page.split("<svg class=\"card-line\"").nth(1).unwrap().split("</svg>").next().unwrap();
    assert!(
        line.contains("<polyline") && line.contains("aria-hidden=\"true\"") && line.len() < 600,
        "{line}"
    );
    let mut stream = boss.watches("board:b").await;
    assert!(stream.next("cards").await.data.to_string().contains("▲ up 1.5 in an hour, worse"));
}

#[tokio::test]
async fn the_page_of_a_card_bears_every_number() {
    let (_app, boss, program) = started().await;
    for (key, numbers) in [
        ("huge", vec![1e308, 1.7e308]),
        ("far", vec![f64::MAX, f64::MIN, f64::MAX]),
        ("tiny", vec![f64::MIN_POSITIVE, 5e-324, -0.0]),
    ] {
        for number in numbers {
            let said = program.sets(key, &json!({ "board": "b", "value": number })).await;
            assert!([200, 201].contains(&said.status), "{}", said.text);
        }

        let page = boss.gets(&format!("/cards/{key}")).await;
        assert!(page.status == 200 && page.text.contains("<polyline"), "{key}: {}", page.status);
        assert!(!page.text.contains("NaN") && !page.text.contains("inf<"), "{key}: {}", page.text);
        for row in rows(&boss, key).await {
            assert!(row[3..6].iter().all(|cell| cell.parse::<f64>().is_ok_and(f64::is_finite)), "{row:?}");
        }
    }
}

#[tokio::test]
async fn a_number_of_many_digits_keeps_them_and_is_no_change_while_it_stays() {
    let (mut app, boss, program) = started().await;
    program.sets("v", &value("b", 1_234_567_891)).await;
    assert_eq!(app.stop().await, Some(0));
    app.restart().await;
    assert_eq!(all(&boss, "v").await, (1.0, 1_234_567_891.0, 1_234_567_891.0));

    // As if it had been so an hour and a bit ago.
    assert_eq!(app.stop().await, Some(0));
    let then = minute() - 70;
    let points = bytes(&app, &format!("02{:04x}41d26580b4c00000", (then % 1440) | 0xc000));
    app.sql(&format!("UPDATE card_history SET day = {}, points = {points}", then / 1440)).await;
    app.restart().await;
    let shown = async || boss.gets("/boards/b").await.text.contains("unchanged in an hour").then_some(());
    eventually("it is no change", shown).await;
}
