//! Boards on open streams: all of it when a stream opens, and after that what changed, for who may see it now.

use serde_json::{Value, json};

use crate::support::{Draft, Program, TestApp, eventually, keys, makes_group, value};

fn shown(board: &str, number: f64, to: Value) -> Value {
    json!({ "board": board, "kind": "value", "value": number, "audience": to })
}

#[tokio::test]
async fn a_board_comes_whole_and_then_what_changes_and_goes() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "cards,stream").await;
    for key in ["a", "b"] {
        program.sets(key, &shown("all", 1.0, json!("everyone"))).await;
    }

    let (mut page, mut listens) = (ann.watches("board:all").await, program.watches("board:all").await);

    let (first, of_program) = (page.next("cards").await, listens.next("cards").await);
    assert_eq!((&first.data["board"], &first.data["all"]), (&json!("all"), &json!(true)));
    assert_eq!((first.id.clone(), keys(&first)), (None, vec!["a", "b"]));
    let html = first.data["cards"][0]["html"].as_str().unwrap();
    assert!(html.contains("data-card=\"a\""), "{html}");
    assert_eq!(
        (&of_program.data["cards"][0]["value"], of_program.data["cards"][0].get("html")),
        (&json!(1.0), None)
    );

    program.reports("b", "2").await;
    let next = page.next("cards").await;
    assert_eq!((&next.data["all"], keys(&next), &next.data["gone"]), (&json!(false), vec!["b"], &json!([])));
    assert!(next.data["rev"].as_i64() > first.data["rev"].as_i64());
    assert_eq!(listens.next("cards").await.data["cards"][0]["value"], 2.0);

    program.removes("a").await;
    let gone = page.next("cards").await;
    assert_eq!((keys(&gone), &gone.data["gone"]), (vec![], &json!(["a"])));
    listens.next("cards").await;

    // Moved to a board that nobody watches here.
    program.changes("b", &json!({ "board": "other" })).await;
    assert_eq!(page.next("cards").await.data["gone"], json!(["b"]));
    let post = Program::of(&app, "boss", "publish").await.publishes("After it").await;
    assert_eq!(page.next_post().await, post, "posts come by the same stream");
}

#[tokio::test]
async fn what_one_may_not_see_and_what_is_not_there_look_the_same() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "cards").await;
    program.sets("secret", &value("hidden", 1)).await;
    program.sets("open", &shown("all", 1.0, json!("everyone"))).await;
    program.sets("few", &shown("all", 1.0, json!({ "people": ["boss"] }))).await;

    let mut page = ann.watches("board:hidden,board:nothing,roster:1,,board:all,board:all").await;
    // A page whose stream was cut meanwhile may show cards of what it may not see any more.
    for name in ["hidden", "nothing"] {
        let told = page.next("cards").await.data;
        assert_eq!((&told["board"], &told["all"], &told["cards"]), (&json!(name), &json!(true), &json!([])));
        assert!(told.get("about").is_none(), "{told}");
    }
    assert_eq!(keys(&page.next("cards").await), ["open"]);
    assert_eq!(page.next("roster").await.data, json!({ "post": 1, "gone": true }));
    for key in ["secret", "few"] {
        program.reports(key, "2").await;
        program.removes(key).await;
    }
    program.reports("open", "3").await;

    assert_eq!(keys(&page.next("cards").await), ["open"], "nothing came of the others");
}

#[tokio::test]
async fn a_board_that_is_narrowed_or_removed_and_a_group_that_is_left_take_the_cards_away() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let crew = makes_group(&boss, "Crew", &["ann", "ben"]).await;
    let program = Program::of(&app, "boss", "cards").await;
    program.sets("c", &shown("crew", 1.0, json!({ "groups": ["Crew"] }))).await;
    let (mut of_ann, mut of_ben) = (ann.watches("board:crew").await, ben.watches("board:crew").await);
    for stream in [&mut of_ann, &mut of_ben] {
        assert_eq!(keys(&stream.next("cards").await), ["c"]);
    }
    let nothing = |event: &crate::support::Event| {
        event.data["all"] == json!(true) && event.data["cards"] == json!([]) && event.data["board"] == "crew"
    };

    let ann_row = app.asks_database("SELECT id FROM users WHERE name = 'ann'").await;
    let id: i64 = ann_row.try_get_by_index(0).unwrap();
    boss.posts(&format!("{crew}/members/{id}/removal"), &[]).await;
    assert!(nothing(&of_ann.next("cards").await));
    boss.posts(&format!("{crew}/members"), &[("people", "ann")]).await;
    // In the group again, she sees it again.
    assert_eq!(keys(&of_ann.next("cards").await), ["c"]);

    boss.posts("/admin/boards/crew", &[("name", "Crew"), ("place", "0"), ("people", "ben")]).await;
    assert!(nothing(&of_ann.next("cards").await));
    // The board is told whole to who still sees it; the card is for the group, which both are in.
    assert_eq!(keys(&of_ben.next("cards").await), ["c"]);
    boss.posts("/admin/boards/crew/removal", &[]).await;
    assert!(nothing(&of_ben.next("cards").await));
}

#[tokio::test]
async fn a_group_that_is_removed_takes_its_board_from_open_streams() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let crew = makes_group(&boss, "Crew", &["ann"]).await;
    let program = Program::of(&app, "boss", "cards").await;
    program.sets("c", &shown("crew", 1.0, json!({ "groups": ["Crew"] }))).await;
    let mut page = ann.watches("board:crew").await;
    page.next("cards").await;

    boss.posts(&format!("{crew}/removal"), &[]).await;

    assert_eq!(page.next("cards").await.data["cards"], json!([]));
}

#[tokio::test]
async fn a_card_that_is_narrowed_is_gone_for_who_could_see_it() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let program = Program::of(&app, "boss", "cards").await;
    program.sets("c", &shown("all", 1.0, json!("everyone"))).await;
    let (mut of_ann, mut of_ben) = (ann.watches("board:all").await, ben.watches("board:all").await);
    for stream in [&mut of_ann, &mut of_ben] {
        stream.next("cards").await;
    }

    program.changes("c", &json!({ "audience": { "people": ["ben"] } })).await;
    assert_eq!(of_ann.next("cards").await.data["gone"], json!(["c"]));
    let kept = of_ben.next("cards").await;
    assert_eq!((keys(&kept), &kept.data["gone"]), (vec!["c"], &json!([])));
    program.changes("c", &json!({ "audience": null })).await;
    assert_eq!(keys(&of_ann.next("cards").await), ["c"]);
}

/// At most ten frames a second: what is reported in between comes as it is then.
#[tokio::test]
async fn many_reports_come_in_few_frames_and_the_last_one_always() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "cards,stream").await;
    program.sets("c", &value("b", 0)).await;
    let mut listens = program.watches("board:b").await;
    listens.next("cards").await;
    let began = std::time::Instant::now();

    for number in 1..=40 {
        assert_eq!(program.reports("c", &number.to_string()).await.status, 200);
    }

    let mut frames = 0;
    loop {
        frames += 1;
        if listens.next("cards").await.data["cards"][0]["value"] == 40.0 {
            break;
        }
    }
    let most = began.elapsed().as_millis() / 100 + 2;
    assert!(frames <= most, "{frames} frames, {most} at most");
}

#[tokio::test]
async fn a_stream_takes_the_place_of_another_of_the_same_session() {
    let app = TestApp::start_with(&["--max-streams-per-user", "1"]).await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut first = ann.streams_from("/stream", &[]).await;
    let stream = first.says_hello().await.data["stream"].as_str().unwrap().to_owned();
    let ben = app.member("ben").await;
    let mut bens = ben.streams_from(&format!("/stream?instead={stream}"), &[]).await;
    bens.says_hello().await;

    let mut second = ann.streams_from(&format!("/stream?watch=board:b&instead={stream}"), &[]).await;
    second.says_hello().await;
    assert_eq!(second.next("cards").await.data["cards"], json!([]), "there is no such board");

    // Nothing is said: whoever has another one does not wait for this.
    first.ends().await;
    let post = Program::of(&app, "boss", "publish").await.publishes("To both").await;
    assert_eq!((second.next_post().await, bens.next_post().await), (post, post));
}

/// An answer that ends when everything is sent has the boards in it.
#[tokio::test]
async fn who_asks_once_gets_the_boards_and_then_the_end() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "cards,stream").await;
    program.sets("c", &value("b", 7)).await;
    eventually("the card is in memory", || async {
        let text = program.gets("/api/v1/stream?once=1&watch=board:b").await.text;
        (text.contains("event: cards") && text.contains("7.0")).then_some(())
    })
    .await;
    drop(Draft::news("x"));
}

/// State begins anew with every start; nothing that was shown is trusted.
#[tokio::test]
async fn after_a_restart_a_board_comes_whole_again() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "cards,stream").await;
    program.sets("c", &value("b", 1)).await;
    program.sets("d", &value("b", 1)).await;
    program.removes("d").await;

    app.kill().await;
    app.restart().await;

    let mut listens = program.at(&app).watches("board:b").await;
    let first = listens.next("cards").await;
    assert_eq!((&first.data["all"], keys(&first)), (&json!(true), vec!["c"]));
}
