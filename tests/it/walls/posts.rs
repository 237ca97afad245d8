//! Critical posts that take a wall over until they end.

use serde_json::json;

use super::with_board;
use crate::{
    posts::changes::{alert, edits, publishes, reopens, resolves},
    support::{Draft, Stream, makes_group, makes_wall},
};

/// The next event of a post, whatever cards come before it: its name, its number and whether it is to be shown.
async fn next_post(stream: &mut Stream) -> (String, i64, bool) {
    let event = loop {
        let event = stream.next_event().await.expect("the stream goes on");
        if !["cards", "ping"].contains(&event.name.as_str()) {
            break event;
        }
    };
    let is_shown = !event.data["html"].as_str().unwrap().is_empty();
    (event.name.clone(), event.post(), is_shown)
}

async fn opened(stream: &mut Stream) {
    stream.next("cards").await;
}

#[tokio::test]
async fn a_critical_post_for_everyone_takes_over_a_wall_whose_maker_chose_so_until_it_ends() {
    let (app, boss, program) = with_board().await;
    let quiet = app.opens_wall(&makes_wall(&boss, "plant", &[]).await).await;
    let wall = app.opens_wall(&makes_wall(&boss, "plant", &[("posts", "on")]).await).await;
    let (mut stream, mut of_quiet) = (wall.opens_stream().await, quiet.opens_stream().await);
    opened(&mut stream).await;
    opened(&mut of_quiet).await;

    boss.publishes(Draft::news("Cake in the kitchen")).await;
    boss.publishes(Draft::alert("warning", "The lift is slow")).await;
    boss.publishes(Draft::alert("critical", "For boss alone").to(&["boss"])).await;
    let mut fire = alert("critical", "Fire in hall B");
    fire["body"] = "Leave by **door 4**.".into();
    let fire = publishes(&program, &fire).await;

    let told = stream.next("post").await;
    assert_eq!(told.post(), fire, "nothing was told of the others");
    let html = told.data["html"].as_str().unwrap().to_owned();
    assert!(html.contains("Fire in hall B") && html.contains("<strong>door 4</strong>"), "{html}");
    let page = wall.shows().await.text;
    for text in [&told.data.to_string(), &page] {
        assert!(text.contains("Fire in hall B") && !text.contains("For boss alone"), "{text}");
        for private in ["boss", "Everyone", "everyone", "Cake", "lift"] {
            assert!(!text.contains(private), "{private}: {text}");
        }
    }
    assert!(!quiet.shows().await.text.contains("Fire"));

    edits(&program, fire, json!({ "title": "Fire in halls B and C" })).await;
    assert_eq!(next_post(&mut stream).await, ("change".into(), fire, true));
    resolves(&program, fire, "It was out at 14:20, says Ann.").await;
    let over = stream.next("change").await;
    assert_eq!((over.post(), &over.data["html"]), (fire, &json!("")), "nothing is told of it but that");
    assert!(!over.data.to_string().contains("Ann"));
    assert!(!wall.shows().await.text.contains("Fire"));
    reopens(&program, fire).await;
    assert_eq!(next_post(&mut stream).await, ("change".into(), fire, true));
    edits(&program, fire, json!({ "severity": "warning" })).await;
    assert_eq!(next_post(&mut stream).await, ("change".into(), fire, false));

    // Nothing of all that came to the wall that shows its board alone.
    program.reports("boiler", "72").await;
    boss.posts("/admin/boards/plant", &[("name", "Plant"), ("place", "0"), ("everyone", "on")]).await;
    of_quiet.next("cards").await;
}

#[tokio::test]
async fn a_critical_post_for_a_group_takes_over_the_walls_of_that_group() {
    let (app, boss, _program) = with_board().await;
    let crew = makes_group(&boss, "Crew", &["boss"]).await;
    makes_group(&boss, "Office", &["boss"]).await;
    let wall = app.opens_wall(&makes_wall(&boss, "plant", &[("groups", "Crew")]).await).await;
    assert!(boss.gets("/admin/boards/plant/walls").await.text.contains("<bdi>Crew</bdi>"));
    let mut stream = wall.opens_stream().await;
    opened(&mut stream).await;
    let to = |title: &str, group: &str| {
        Draft::alert("critical", title).with("audience", "chosen").and("groups", group)
    };

    boss.publishes(Draft::alert("critical", "For everyone")).await;
    boss.publishes(to("For the office", "Office")).await;
    let crews = boss.publishes(to("For the crew", "Crew")).await;

    let told = stream.next("post").await;
    assert_eq!(told.post(), crews, "nothing was told of the others");
    assert!(!told.data.to_string().contains("Crew"), "{told:?}");
    let page = wall.shows().await.text;
    assert!(page.contains("For the crew") && !page.contains("For everyone") && !page.contains("office"));

    // Whoever is cut off meanwhile is told when they come back; what is over by then is not.
    let cursor = stream.cursor.clone();
    drop(stream);
    boss.posts(&format!("/admin/posts/{crews}/resolution"), &[("note", "")]).await;
    let second = boss.publishes(to("Once more", "Crew")).await;
    let mut again = wall.streams(&format!("?after={cursor}")).await;
    again.says_hello().await;
    assert_eq!(next_post(&mut again).await, ("change".into(), crews, false));
    assert_eq!(next_post(&mut again).await, ("post".into(), second, true));

    boss.posts(&format!("{crew}/removal"), &[]).await;
    makes_group(&boss, "Crew", &["boss"]).await;
    boss.publishes(to("For another crew", "Crew")).await;
    let page = wall.shows().await.text;
    assert!(!page.contains("For another crew"), "a group of the same name is another: {page}");
}

#[tokio::test]
async fn a_drill_is_marked_on_walls_as_on_every_other_screen() {
    let (app, boss, program) = with_board().await;
    let wall = app.opens_wall(&makes_wall(&boss, "plant", &[("posts", "on")]).await).await;
    let mut stream = wall.opens_stream().await;
    opened(&mut stream).await;
    let mut drill = alert("critical", "Fire in hall B");
    drill["drill"] = json!(true);
    let drill = publishes(&program, &drill).await;

    let told = stream.next("post").await;
    assert_eq!(told.post(), drill);
    let page = wall.shows().await.text;
    for text in [told.data["html"].as_str().unwrap(), &page] {
        assert!(
            text.contains("data-drill") && text.contains("<strong class=\"drill-mark\">Drill</strong>"),
            "{text}"
        );
    }
    let real = publishes(&program, &alert("critical", "Smoke in hall C")).await;
    let told = stream.next("post").await;
    assert!(told.post() == real && !told.data["html"].as_str().unwrap().contains("drill"), "{told:?}");
}
