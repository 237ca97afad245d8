//! The boards of the demo, which move by themselves.

use std::time::{Duration, Instant};

use super::starting::said_address;
use crate::support::{Person, Server, eventually};

/// Somebody who only looks sees this within a minute of the start.
const LOOKED: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_demo_has_three_boards_on_which_a_value_changes_a_progress_finishes_and_an_alarm_comes_and_goes()
{
    let began = Instant::now();
    let demo = Server::spawn(&["--demo", "--listen", "127.0.0.1:0"], &[], None).await.unwrap();
    let url = said_address(&demo);
    let account = eventually("an account", async || {
        let out = demo.out.lock().unwrap().clone();
        let line =
            out.lines().find(|line| line.contains(" member ") && line.contains(" password "))?.to_owned();
        let (name, _) = line.split_once(" member ")?;
        Some((name.trim().to_owned(), line.split_whitespace().last()?.to_owned()))
    })
    .await;
    let person = Person::new(&url, &account.0);
    assert_eq!(person.tries_to_sign_in(&account.0, &account.1).await.status, 303);

    eventually("three boards", async || {
        let boards = person.gets("/boards").await.text;
        ["plant", "jobs", "market"]
            .iter()
            .all(|board| boards.contains(&format!("/boards/{board}\"")))
            .then_some(())
    })
    .await;
    let mut stream = person.watches("board:plant,board:jobs,board:market").await;
    let (mut boilers, mut is_done, mut is_over) = (Vec::new(), false, false);
    let (mut alarm, mut is_resolved) = (None, false);
    while boilers.len() < 2 || !is_done || !is_over || !is_resolved {
        assert!(began.elapsed() < LOOKED, "{boilers:?} {is_done} {is_over} {alarm:?} {is_resolved}");
        let event = stream.next_event().await.expect("the stream goes on");
        match event.name.as_str() {
            "post" => {
                alarm = (event.data["title"] == "Boiler is above 80 °C").then(|| event.post()).or(alarm)
            }
            "change" => {
                is_resolved |= event.data["change"] == "resolved" && Some(event.post()) == alarm;
            }
            _ => {}
        }
        for card in event.data["cards"].as_array().into_iter().flatten() {
            let html = card["html"].as_str().unwrap().to_owned();
            match card["key"].as_str().unwrap() {
                "plant.boiler" if !boilers.contains(&figure(&html)) => boilers.push(figure(&html)),
                "jobs.backup" => is_done |= html.contains(">Done<"),
                "plant.line" => is_over |= html.contains(">Warning<"),
                _ => {}
            }
        }
    }
}

fn figure(html: &str) -> String {
    html.split("card-value").nth(1).unwrap().split(['>', '<']).nth(1).unwrap().trim().to_owned()
}
