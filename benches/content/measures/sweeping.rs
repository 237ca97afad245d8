//! Publishing while a million events, and a million audit entries, are removed.

use std::{
    io,
    path::Path,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::json;

use super::{Figure, milliseconds};
use crate::{databases::Copy, plan::DAY_MS, servers::Server, table::percentile};

/// Events or entries that are older than everything else.
const OLD_MS: i64 = 1000 * DAY_MS;

const KEEP: [&str; 4] = ["--keep-events", "800d", "--keep-audit", "800d"];

/// Adds them to a copy whose server has run, and starts one that wants to keep neither.
pub async fn measure(program: &Path, copy: &Copy, figures: &mut Vec<Figure>) -> io::Result<()> {
    let db = copy.open().await?;
    let oldest = number(&db, "SELECT min(id) FROM events").await?;
    let kept = format!("UPDATE retention SET kept_ms = {}, through_ms = 0", 4000 * DAY_MS);
    for (what, fill, left) in [
        (
            "events",
            format!(
                "INSERT INTO events (id, nonce, kind, user_id, reason, created_ms) {NUMBERS} \
                 SELECT {oldest} - i, i, 'rights', 1, 'revoked', at_ms - {OLD_MS} - i \
                 FROM n, (SELECT max(at_ms) AS at_ms FROM audit) AS a"
            ),
            format!("SELECT count(*) FROM (SELECT 1 FROM events WHERE id < {oldest} LIMIT 1) AS old"),
        ),
        (
            "audit entries",
            format!(
                "INSERT INTO audit (at_ms, act, outcome, who, who_key, via, about, about_key, detail, times) {NUMBERS} \
                 SELECT at_ms - {OLD_MS} - i, 'sign-in', 'done', 'old ' || (i % 1000), 'old ' || (i % 1000), 'page', \
                 '', '', '', 1 FROM n, (SELECT max(at_ms) AS at_ms FROM audit) AS a"
            ),
            "SELECT count(*) FROM (SELECT 1 FROM audit WHERE who_key = 'old 1' LIMIT 1) AS old".to_owned(),
        ),
    ] {
        for statement in [&fill, &kept] {
            db.execute_unprepared(statement).await.map_err(io::Error::other)?;
        }
        let mut server = Server::start(program, copy, &KEEP).await?;
        let (mut times, took) = publish_until(&server, &db, &left).await?;
        let most = times.iter().max().map_or(f64::NAN, |us| f64::from(*us) / 1000.0);
        figures.push((format!("a million {what} go, s"), took.as_secs_f64()));
        figures.push((format!("a post while {what} go, the median, ms"), percentile(&mut times, 0.5)));
        figures.push((format!("a post while {what} go, 99 %, ms"), percentile(&mut times, 0.99)));
        figures.push((format!("a post while {what} go, the slowest, ms"), most));
        server.stop()?;
    }
    db.close().await.map_err(io::Error::other)
}

const NUMBERS: &str =
    "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)";

/// How long each post took, in microseconds, until nothing is left; and how long that was.
async fn publish_until(
    server: &Server,
    db: &DatabaseConnection,
    left: &str,
) -> io::Result<(Vec<u32>, Duration)> {
    let (began, mut times, mut looked) = (Instant::now(), Vec::new(), Instant::now());
    loop {
        let took = server.publish(None, json!("everyone")).await?;
        times.push((milliseconds(took) * 1000.0) as u32);
        tokio::time::sleep(Duration::from_millis(10)).await;
        if looked.elapsed() < Duration::from_millis(500) {
            continue;
        }
        looked = Instant::now();
        let left = number(db, left).await?;
        if left == 0 {
            return Ok((times, began.elapsed()));
        }
    }
}

async fn number(db: &DatabaseConnection, question: &str) -> io::Result<i64> {
    super::one_row(db, question).await?.try_get_by_index(0).map_err(io::Error::other)
}
