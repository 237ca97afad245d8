//! What is old goes in portions: whoever publishes does not wait for the rest, and a server that stops in between goes on
//! when it starts again.

use crate::support::{Draft, Person, TestApp, eventually};

const EVENTS: i64 = 100_000;
const ENTRIES: i64 = 20_000;

async fn number(app: &TestApp, question: &str) -> i64 {
    app.asks_database(question).await.try_get_by_index(0).unwrap()
}

/// Many events and audit entries, all older than two months; the server was last to keep them for longer.
async fn has_old_rows(app: &mut TestApp) {
    app.stop().await;
    let numbers = |count: i64| {
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})")
    };
    let old = "(SELECT max(at_ms) FROM audit) - 6000000000";
    // Events come one after the other: the old ones stand before all others.
    app.sql(&format!("UPDATE events SET id = id + {EVENTS}")).await;
    app.sql(&format!("UPDATE counter SET last_id = last_id + {EVENTS}")).await;
    app.sql(&format!(
        "INSERT INTO events (id, nonce, kind, user_id, reason, created_ms) {} \
         SELECT i, i, 'rights', 999, 'revoked', {old} + i FROM n",
        numbers(EVENTS)
    ))
    .await;
    app.sql(&format!(
        "INSERT INTO audit (id, at_ms, act, outcome, who, who_key, via, about, about_key, detail, times) {} \
         SELECT i - 1000000, {old} + i, 'sign-in', 'done', 'old', 'old', 'page', '', '', '', 1 FROM n",
        numbers(ENTRIES)
    ))
    .await;
    app.sql("UPDATE retention SET kept_ms = 40000000000, through_ms = 0").await;
}

const OLD_EVENTS: &str = "SELECT count(*) FROM events WHERE user_id = 999";
const OLD_ENTRIES: &str = "SELECT count(*) FROM audit WHERE who = 'old'";

/// Publishes until nothing is left, and returns how much there was when each post had arrived.
async fn publishes_meanwhile(app: &TestApp, boss: &Person, old: &str) -> Vec<i64> {
    let mut stream = boss.opens_stream().await;
    let mut left = Vec::new();
    while left.last() != Some(&0) {
        let post = boss.publishes(Draft::news("Meanwhile")).await;
        assert_eq!(stream.next_post().await, post);
        left.push(number(app, old).await);
    }
    left
}

#[tokio::test]
async fn publishing_goes_on_while_a_hundred_thousand_events_and_many_entries_go() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("Before")).await;
    has_old_rows(&mut app).await;

    app.restart_with(&["--keep-events", "30d", "--keep-audit", "30d"]).await;

    for (old, count) in [(OLD_EVENTS, EVENTS), (OLD_ENTRIES, ENTRIES)] {
        let left = publishes_meanwhile(&app, &boss, old).await;
        let between = left.iter().filter(|left| (1..count).contains(*left)).count();
        assert!(between >= 5, "{between} posts while they went: {left:?}");
        assert!(left.is_sorted_by(|a, b| a >= b));
    }
    // Names that occur in no entry any more are forgotten with them.
    assert_eq!(number(&app, "SELECT count(*) FROM audit_words WHERE key = 'old'").await, 0);
    assert!(number(&app, "SELECT count(*) FROM audit_words WHERE key = 'boss'").await > 0);
}

#[tokio::test]
async fn a_server_that_stops_in_the_middle_leaves_no_gap_and_goes_on_later() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("Before")).await;
    has_old_rows(&mut app).await;
    let options = ["--keep-events", "30d", "--keep-audit", "30d"];

    for round in 0..3 {
        app.restart_with(&options).await;
        let before = number(&app, OLD_EVENTS).await;
        let mut left = before;
        while left > 0 && left + 1000 > before {
            left = number(&app, OLD_EVENTS).await;
        }
        if round == 0 {
            app.kill().await;
        } else {
            assert_eq!(app.stop().await, Some(0));
        }
        let left = number(&app, OLD_EVENTS).await;
        assert!(left < before && left > 0, "{left} of {before}");
        let gaps = "SELECT max(id) - min(id) + 1 - count(*) FROM events";
        assert_eq!(number(&app, gaps).await, 0, "what is kept is whole");
        assert_eq!(number(&app, OLD_ENTRIES).await, ENTRIES, "its turn comes later");
    }
    app.restart_with(&options).await;
    let epoch = boss.reads_feed().await.cursor.split('-').next().unwrap().to_owned();
    let oldest = number(&app, "SELECT min(id) FROM events").await;
    for (id, is_served) in [(oldest - 1000, false), (EVENTS, true)] {
        let cursor = format!("{epoch}-{id}");
        let mut stream = boss.streams_from("/stream", &[("Last-Event-ID", &cursor)]).await;
        assert_eq!(stream.says_hello().await.data["resumed"], is_served, "{id}, {oldest}");
    }
    for old in [OLD_EVENTS, OLD_ENTRIES] {
        assert_eq!(publishes_meanwhile(&app, &boss, old).await.last(), Some(&0));
    }
    let kept = "SELECT count(*) FROM retention WHERE name IN ('events', 'audit') AND kept_ms = 2592000000";
    eventually("how far it went is kept", async || (number(&app, kept).await == 2).then_some(())).await;
}
