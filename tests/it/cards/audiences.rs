//! Who sees a board and a card, on pages and by the rights as they are now.

use serde_json::json;

use crate::support::{Draft, Person, Program, TestApp, makes_group, value};

async fn sees(person: &Person, path: &str) -> bool {
    match person.gets(path).await.status {
        200 => true,
        404 => false,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_board_that_a_card_makes_is_for_the_cards_audience_or_its_owner_and_the_admins() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.publisher("ann").await, app.member("ben").await);
    let program = Program::of(&app, "ann", "cards").await;

    program.sets("own", &value("own", 1)).await;
    let mut to_all = value("all", 1);
    to_all["audience"] = json!("everyone");
    program.sets("shown", &to_all).await;

    let seen = async |path: &str| (sees(&ann, path).await, sees(&boss, path).await, sees(&ben, path).await);
    assert_eq!(seen("/boards/own").await, (true, true, false));
    assert_eq!(seen("/cards/own").await, (true, true, false));
    assert_eq!(seen("/boards/all").await, (true, true, true));
    assert_eq!(seen("/cards/shown").await, (true, true, true));
    assert_eq!(seen("/boards/nothing").await, (false, false, false));
    let list = ben.gets("/boards").await.text;
    assert!(list.contains("/boards/all") && !list.contains("/boards/own"), "{list}");
}

#[tokio::test]
async fn a_card_of_fewer_people_is_seen_by_them_alone_and_never_beyond_its_board() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.publisher("ann").await, app.member("ben").await);
    app.member("cid").await;
    makes_group(&boss, "Crew", &["ann"]).await;
    let program = Program::of(&app, "ann", "cards").await;
    let card = |to| json!({ "board": "crew", "kind": "value", "value": 1, "audience": to });

    program.sets("crew", &card(json!({ "groups": ["Crew"] }))).await;
    program.sets("all", &card(json!("everyone"))).await;
    program.sets("but", &card(json!({ "groups": ["Crew"], "except": ["ann"] }))).await;

    let board = ann.gets("/boards/crew").await.text;
    assert!(board.contains("data-card=\"crew\"") && board.contains("data-card=\"all\""), "{board}");
    assert!(!board.contains("data-card=\"but\""), "{board}");
    assert!(!sees(&ben, "/boards/crew").await && !sees(&ben, "/cards/all").await);
    assert!(!sees(&ann, "/cards/but").await);
}

#[tokio::test]
async fn a_token_that_is_held_to_groups_shows_cards_to_nobody_else() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    makes_group(&boss, "Crew", &["boss"]).await;
    makes_group(&boss, "Others", &["boss"]).await;
    let free = Program::of(&app, "boss", "cards").await;
    let mut to_all = value("all", 1);
    to_all["audience"] = json!("everyone");
    free.sets("a", &to_all).await;
    let held = Program::held(&app, "boss", "cards", &["--group", "Crew"]).await;

    assert_eq!(held.sets("b", &value("all", 1)).await.status, 403);
    for to in [json!("everyone"), json!({ "groups": ["Others"] }), json!({ "people": ["boss"] })] {
        let card = json!({ "board": "new", "kind": "value", "value": 1, "audience": to });
        assert_eq!(held.sets("b", &card).await.status, 403, "{to}");
    }
    assert_eq!(held.sets("b", &value("crew", 1)).await.status, 201);
    assert_eq!(held.sets("c", &value("crew", 1)).await.status, 201);
    // What is shown to everyone is not the token's to change, though it is the same person's.
    for refused in [
        held.changes("a", &json!({ "value": 2 })).await,
        held.changes("a", &json!({ "audience": { "groups": ["Crew"] } })).await,
        held.changes("a", &json!({ "board": "crew", "audience": { "groups": ["Crew"] } })).await,
        held.sets(
            "a",
            &json!({ "board": "crew", "kind": "value", "value": 2, "audience": { "groups": ["Crew"] } }),
        )
        .await,
        held.reports("a", "2").await,
        held.removes("a").await,
    ] {
        assert_eq!(refused.status, 403, "{}", refused.text);
    }
    assert_eq!(free.gets("/api/v1/cards/a").await.json()["value"], 1.0);
    assert_eq!(held.reports("b", "2").await.status, 200);
    let ann = app.member("ann").await;
    assert!(!sees(&ann, "/boards/crew").await);
    makes_group(&boss, "Third", &["ann"]).await;
    assert!(!sees(&ann, "/boards/crew").await);
}

#[tokio::test]
async fn an_administrator_gives_a_board_its_name_its_readers_and_its_order() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    makes_group(&boss, "Crew", &["ann"]).await;
    let program = Program::of(&app, "boss", "cards").await;
    for key in ["line.1", "boiler", "backup"] {
        program.sets(key, &value("plant", 1)).await;
    }
    assert!(!sees(&ann, "/boards/plant").await);

    let layout = "# Machines\r\nline.*\r\nboiler\r\n# Jobs\r\nbackup";
    let saved = boss
        .posts(
            "/admin/boards/plant",
            &[("name", "Plant & jobs"), ("groups", "Crew"), ("layout", layout), ("place", "2")],
        )
        .await;

    assert_eq!((saved.status, saved.location()), (303, "/admin/boards/plant?done=saved"), "{}", saved.text);
    let board = ann.gets("/boards/plant").await.text;
    assert!(board.contains("Plant &#38; jobs"), "{board}");
    let order: Vec<_> =
        ["Machines", "data-card=\"line.1\"", "data-card=\"boiler\"", "Jobs", "data-card=\"backup\""]
            .map(|part| board.find(part).unwrap())
            .into();
    assert!(order.is_sorted(), "{order:?}");
    let wrong = boss.posts("/admin/boards/plant", &[("name", ""), ("place", "2"), ("layout", "typed")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("typed"), "{}", wrong.text);
    assert_eq!(ann.posts("/admin/boards/plant", &[("name", "Mine")]).await.status, 403);

    boss.posts("/admin/boards/plant/removal", &[]).await;
    assert!(!sees(&boss, "/boards/plant").await && !sees(&boss, "/cards/boiler").await);
    assert_eq!(program.reports("boiler", "2").await.status, 404);
}

#[tokio::test]
async fn an_administrator_finds_boards_of_others_and_keeps_their_exceptions() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let program = Program::of(&app, "boss", "cards").await;
    let to = json!({ "people": ["ann"] });
    program.sets("c", &json!({ "board": "hers", "kind": "value", "value": 1, "audience": to })).await;
    assert!(!sees(&boss, "/boards/hers").await && sees(&ann, "/boards/hers").await);

    assert!(boss.gets("/admin/boards").await.text.contains("href=\"/admin/boards/hers\""));
    let all_but_ben = [("name", "Hers"), ("place", "0"), ("everyone", "on"), ("except", "ben")];
    assert_eq!(boss.posts("/admin/boards/hers", &all_but_ben).await.status, 303);

    assert!(sees(&boss, "/boards/hers").await && !sees(&ben, "/boards/hers").await);
    let form = boss.gets("/admin/boards/hers").await.text;
    assert!(form.contains("name=\"except\" value=\"ben\""), "{form}");
    let but_nobody = [("name", "Hers"), ("place", "0"), ("everyone", "on"), ("except", "nobody")];
    let unknown = boss.posts("/admin/boards/hers", &but_nobody).await;
    assert_eq!(unknown.status, 422);
    assert!(
        unknown.text.contains("Nobody here is called nobody.") && unknown.text.contains("value=\"nobody\"")
    );
    boss.posts("/account/preferences", &[("language", "de")]).await;
    let unknown = boss.posts("/admin/boards/hers", &but_nobody).await;
    assert!(unknown.text.contains("Niemand hier heißt nobody."), "{unknown:?}");
    assert_eq!(ann.gets("/admin/boards").await.status, 403);
}

/// A group that is removed takes its memberships along.
#[tokio::test]
async fn who_leaves_a_group_or_whose_group_is_removed_sees_its_board_no_more() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let crew = makes_group(&boss, "Crew", &["ann", "ben"]).await;
    let program = Program::of(&app, "boss", "cards").await;
    let card = json!({ "board": "crew", "kind": "value", "value": 1, "audience": { "groups": ["Crew"] } });
    program.sets("c", &card).await;
    assert!(sees(&ann, "/boards/crew").await && sees(&ben, "/boards/crew").await);

    let members = boss.gets(&crew).await.text;
    let mut actions = members.split("action=\"").filter_map(|rest| rest.split('"').next());
    let is_leave = |action: &&str| action.ends_with("/removal") && action.contains("/members/");
    let leave = actions.find(is_leave).unwrap();
    boss.posts(leave, &[]).await;
    assert!(!sees(&ann, "/boards/crew").await, "the first in the list");
    assert!(sees(&ben, "/boards/crew").await);

    boss.posts(&format!("{crew}/removal"), &[]).await;
    assert!(!sees(&ben, "/boards/crew").await);
    // The feed has nothing to do with it.
    boss.publishes(Draft::news("Still here")).await;
    assert_eq!(ben.reads_feed().await.posts.len(), 1);
}
