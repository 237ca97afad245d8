//! A clock that is, or was, far from right: what the database says is moved instead.

use std::time::SystemTime;

use crate::support::{Draft, Role, TestApp, eventually};

const HOUR: i64 = 60 * 60 * 1000;
const YEAR: i64 = 365 * 24 * HOUR;

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// So that the next round can be told from the last.
const A_QUARTER_OF_AN_HOUR_AGO: &str = "UPDATE retention SET ran_ms = ran_ms - 900000";

async fn number(app: &TestApp, question: &str) -> i64 {
    app.asks_database(question).await.try_get_by_index(0).unwrap()
}

/// Waits for the first round of what forgets old things, which is noted when it is through.
async fn has_looked(app: &TestApp) {
    let ran = format!("SELECT count(*) FROM retention WHERE ran_ms > {}", now() - 10 * 60_000);
    eventually("a round", async || (number(app, &ran).await == 10).then_some(())).await;
}

#[tokio::test]
async fn a_clock_years_ahead_takes_an_hour_of_the_past_and_says_so() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    has_looked(&app).await;
    app.stop().await;
    // The server was last at work five years ago, and has an entry of each hour of a month before, and
    // a session and a link that end in each hour of the month to come.
    let then = now() - 5 * YEAR;
    app.sql(&format!("UPDATE retention SET ran_ms = {then}, through_ms = {then} - kept_ms")).await;
    let rows = |row: &dyn Fn(i64) -> String| (0..720).map(row).collect::<Vec<_>>().join(", ");
    let (at, until) = (|hour: i64| then - (720 - hour) * HOUR, |hour: i64| then + hour * HOUR);
    app.sql(&format!(
        "INSERT INTO audit (id, at_ms, act, outcome, who, who_key, via, about, about_key, detail, times) VALUES {}",
        rows(&|hour| format!("({}, {}, 'sign-in', 'done', 'old', 'old', 'page', '', '', '', 1)", hour - 1000, at(hour)))
    ))
    .await;
    app.sql(&format!(
        "INSERT INTO links (hash, role, made_by, created_ms, expires_ms) VALUES {}",
        rows(&|hour| format!("('old {hour}', 'member', 1, {0}, {0})", until(hour)))
    ))
    .await;
    app.sql(&format!(
        "INSERT INTO sessions (key, user_id, agent, address, confirmed_ms, data, created_ms, last_seen_ms, \
         expires_ms) VALUES {}",
        rows(&|hour| format!("('old {hour}', 1, '', '', 0, '{{}}', 0, 0, {})", until(hour)))
    ))
    .await;
    // The log of events goes on from where it is: its entries are older than all that came since.
    app.sql(&format!(
        "INSERT INTO events (id, nonce, kind, user_id, reason, created_ms) VALUES {}",
        rows(&|hour| format!("({}, 1, 'rights', 1, 'revoked', {})", 1000 + hour, at(hour)))
    ))
    .await;
    app.sql("UPDATE counter SET last_id = 1719").await;
    app.restart().await;

    has_looked(&app).await;

    for (table, what) in [
        ("audit", "who = 'old'"),
        ("links", "hash LIKE 'old %'"),
        ("sessions", "key LIKE 'old %'"),
        ("events", "id >= 1000"),
    ] {
        let left = number(&app, &format!("SELECT count(*) FROM {table} WHERE {what}")).await;
        assert!((717..720).contains(&left), "{left} of 720 in {table}");
    }
    assert!(app.logs().contains("The clock is far ahead"), "{}", app.logs());
    assert!(boss.is_signed_in().await, "who is signed in stays so");
    // Starting again and again takes no more than the time that passes.
    for _ in 0..2 {
        app.stop().await;
        app.sql(A_QUARTER_OF_AN_HOUR_AGO).await;
        app.restart().await;
        has_looked(&app).await;
    }
    let left = number(&app, "SELECT count(*) FROM audit WHERE who = 'old'").await;
    assert!((717..720).contains(&left), "{left}");
}

#[tokio::test]
async fn an_event_of_a_clock_that_was_behind_stays_as_long_as_those_beside_it() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("Before")).await;
    boss.publishes(Draft::news("Published in 1970")).await;
    boss.publishes(Draft::news("After")).await;
    has_looked(&app).await;
    app.stop().await;
    app.sql(A_QUARTER_OF_AN_HOUR_AGO).await;
    app.sql("UPDATE events SET created_ms = 1000 WHERE id = (SELECT max(id) - 1 FROM events)").await;
    let events = number(&app, "SELECT count(*) FROM events").await;
    app.restart().await;

    has_looked(&app).await;

    assert_eq!(number(&app, "SELECT count(*) FROM events").await, events);
}

#[tokio::test]
async fn a_session_of_a_clock_that_was_ahead_lasts_no_longer_than_others() {
    let app = TestApp::start_with(&["--session-lifetime", "10d", "--session-idle", "10d"]).await;
    app.signs_up("ann", Role::Admin).await;
    let ann = app.signs_in("ann").await;
    // She signed in while the clock was a year ahead.
    app.sql(&format!(
        "UPDATE sessions SET created_ms = created_ms + {YEAR}, last_seen_ms = last_seen_ms + {YEAR}, \
         confirmed_ms = confirmed_ms + {YEAR}, expires_ms = expires_ms + {YEAR}"
    ))
    .await;

    assert!(ann.is_signed_in().await);

    let lasts = number(&app, "SELECT max(expires_ms) FROM sessions").await - now();
    assert!(lasts <= 10 * 24 * HOUR, "{lasts}");
    let began = number(&app, "SELECT max(created_ms) FROM sessions").await;
    assert!(began <= now(), "it is counted from now: {began}");
    // That the password was typed, in the future, is no proof of anything.
    let asked = ann.posts("/admin/people/1/role", &[("role", "admin")]).await;
    assert!(asked.text.contains("password"), "{asked:?}");
}

#[tokio::test]
async fn a_link_of_a_clock_that_was_ahead_is_good_for_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let made = boss.posts("/admin/invitations", &[("name", "zoe"), ("role", "member")]).await;
    assert!(number(&app, "SELECT count(*) FROM links").await == 1, "{made:?}");
    app.sql(&format!("UPDATE links SET created_ms = created_ms + {YEAR}, expires_ms = expires_ms + {YEAR}"))
        .await;

    let listed = boss.gets("/admin/invitations").await;

    assert!(!listed.text.contains("zoe"), "{listed:?}");
}
