//! The first page of the feed is read with few statements, is kept, and is never older than what it shows.

use super::audience::turns;
use crate::support::{Draft, Person, TestApp, eventually, makes_group};

/// What a page may ask that nobody has read yet.
const MAX_ASKED: usize = 8;

/// Statements that the server's tasks ask besides in the time of a few pages.
const OTHERS: usize = 40;

/// Words of the statement by which it is found out who comes with a session; and of those that only a page asks that is read anew.
const WHO: &str = "s_key";
const ANEW: [&str; 2] = ["memberships", "author_name"];

/// Words of a statement by which a task looks for alerts that nobody looks after, now and then.
const WATCHED: &str = "AND (coordinator_group IS NOT NULL OR coordinator IS NOT NULL)";

/// How often the log tells that something was looked for, by a statement with this word. Of the short ones, such as `BEGIN`, it
/// tells otherwise.
fn count(log: &str, word: &str) -> usize {
    let is_asked = |line: &&str| {
        line.contains(r#"db.statement="\n\nSELECT"#) && line.contains(word) && !line.contains(WATCHED)
    };
    log.lines().filter(is_asked).count()
}

/// What the log tells from there on of these pages that were read. Whoever asks for another afterwards is told of behind them.
async fn asked_by(app: &TestApp, before: usize, pages: usize, after: &Person) -> String {
    after.session().await;
    let told = async || {
        let log = app.logs()[before..].to_owned();
        let is_behind = count(&log, WHO) > pages;
        is_behind.then(|| log[..log.rfind(WHO).unwrap()].rsplit_once('\n').unwrap().0.to_owned())
    };
    eventually("the log tells of it", told).await
}

#[tokio::test]
async fn a_first_page_asks_little_and_again_only_who_asks() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    let mut people = Vec::new();
    for number in 0..10 {
        people.push(app.member(&format!("p{number}")).await);
    }
    makes_group(&boss, "Crew", &["p0", "p1", "p2"]).await;
    for title in ["One", "Two", "Three"] {
        boss.publishes(Draft::news(title)).await;
    }
    let reads = async |person: &Person| assert_eq!(person.reads_feed().await.posts.len(), 3);

    let before = app.logs().len();
    for person in &people {
        reads(person).await;
    }
    let first = asked_by(&app, before, 10, &boss).await;
    let before = app.logs().len();
    reads(&people[9]).await;
    let again = asked_by(&app, before, 1, &boss).await;

    let asked = count(&first, "");
    assert!(count(&first, WHO) == 10 && ANEW.iter().all(|word| count(&first, word) >= 10), "{first}");
    assert!(asked <= 10 * MAX_ASKED + OTHERS, "{asked} for ten pages");
    assert!(count(&again, WHO) == 1 && ANEW.iter().all(|word| count(&again, word) == 0), "{again}");
}

/// Has the page kept, does it, and looks at once.
async fn looks_after<F: Future>(look: &Person, act: F) -> (F::Output, String) {
    look.reads_feed().await;
    let done = act.await;
    (done, look.reads_feed().await.text)
}

#[tokio::test]
async fn whatever_is_done_is_on_the_page_that_was_kept_before() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;

    stays_true(&app, &boss, &ann, &ann).await;
}

/// What is done here is seen by who looks a moment later, be it at another node.
pub(crate) async fn stays_true(app: &TestApp, boss: &Person, ann: &Person, look: &Person) {
    let group = makes_group(boss, "Crew", &["ann", "boss"]).await;
    let (crew, shown) = looks_after(look, boss.publishes(for_crew("For the crew"))).await;
    assert!(shown.contains("For the crew"), "published");
    let (pinned, shown) =
        looks_after(look, boss.publishes(Draft::news("On top").with("pinned", "2999-01-01T00:00"))).await;
    assert!(shown.contains("On top") && shown.contains("data-pinned"), "pinned");
    let unread = |shown: &str| shown.contains(&format!("data-post=\"{pinned}\"")) && is_unread(shown, pinned);
    assert!(unread(&shown));
    let (_, shown) = looks_after(look, ann.marks(pinned, true)).await;
    assert!(!unread(&shown), "read");
    let (_, shown) = looks_after(look, ann.marks(pinned, false)).await;
    assert!(unread(&shown), "put back");
    let snooze = format!("/posts/{crew}/snooze");
    let (_, shown) = looks_after(look, ann.acts(&snooze, &[("until", "tomorrow")])).await;
    assert!(!shown.contains("For the crew"), "snoozed");
    let (_, shown) = looks_after(look, ann.acts(&format!("{snooze}/removal"), &[])).await;
    assert!(shown.contains("For the crew"), "not any more");

    let narrowed = [("audience", "chosen"), ("recipients", "boss")];
    let (_, shown) = looks_after(look, turns(boss, pinned, &narrowed)).await;
    assert!(!shown.contains("On top"), "narrowed");
    let member = ann.session().await["user"]["id"].to_string();
    let leave = format!("{group}/members/{member}/removal");
    let (_, shown) = looks_after(look, boss.posts(&leave, &[])).await;
    assert!(shown.contains("For the crew"), "who leaves keeps what they got");
    let (_, shown) = looks_after(look, boss.publishes(for_crew("Only for the crew"))).await;
    assert!(!shown.contains("Only for the crew"), "of the group that they left");
    look.reads_feed().await;
    assert_eq!(app.runs(&["user", "disable", "ann"], "").await.code, Some(0));
    assert_eq!(look.gets("/").await.location(), "/login", "disabled");
}

fn for_crew(title: &str) -> Draft {
    Draft::news(title).with("audience", "groups").and("groups", "Crew")
}

fn is_unread(page: &str, post: i64) -> bool {
    let row = page.split(&format!("<li id=\"post-{post}\"")).nth(1).unwrap_or_default();
    row.split('>').next().unwrap_or_default().contains("data-unread")
}
