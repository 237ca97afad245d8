//! Nodes of two builds side by side, as while a new version is rolled out.

use std::time::{Duration, Instant};

use super::cluster::Cluster;
use crate::support::TestApp;

/// What another build is called, and what it would keep.
const OTHER: &str = "0123456789ab";

#[tokio::test]
async fn a_page_of_another_build_gets_its_styles_and_scripts_from_any_node() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let style = format!("/assets/{OTHER}/tidings.css");
    for node in [here, there] {
        assert_eq!(node.visitor().gets(&style).await.status, 404, "not before there is such a build");
    }

    runs_elsewhere(here).await;

    for node in [here, there] {
        let page = node.visitor().gets(&style).await;
        assert_eq!((page.status, page.text.as_str()), (200, "body { color: teal }"));
        assert_eq!(page.header("content-type"), "text/css; charset=utf-8");
        assert_eq!(page.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        let page = node.visitor().gets(&format!("/assets/{OTHER}/js/tidings.js")).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/javascript; charset=utf-8"));
        for missing in ["js/nothing.js", "evil.html", "evil", "huge.js", "../tidings.css"] {
            let page = node.visitor().gets(&format!("/assets/{OTHER}/{missing}")).await;
            assert_eq!(page.status, 404, "{missing}");
            assert_eq!(page.header("cache-control"), "no-store", "it may be there later");
        }
    }
    // What it is asked for again comes from memory.
    here.sql("DELETE FROM builds WHERE hash = '0123456789ab'").await;
    assert_eq!(here.visitor().gets(&style).await.status, 200);
}

#[tokio::test]
async fn every_node_keeps_what_its_own_pages_ask_for() {
    let mut cluster = Cluster::without_redis(2).await;
    let page = cluster.nodes[0].visitor().gets("/login").await;
    let (build, _) =
        page.text.split_once("/assets/").unwrap().1.split_once('/').expect("a file of this build");
    let count = "SELECT count(*) FROM build_files JOIN builds ON hash = build";
    let row = cluster.nodes[0].asks_database(&format!("{count} WHERE build = '{build}'")).await;
    let kept: i64 = row.try_get_by_index(0).unwrap();
    let modules = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/js")).unwrap().count();
    assert!(kept > i64::try_from(modules).unwrap(), "scripts, and the styles: {kept}");

    // One that nobody has run for a month goes, and a month begins with the last start.
    runs_elsewhere(&cluster.nodes[0]).await;
    cluster.nodes[0].sql("UPDATE builds SET seen_ms = seen_ms - 31::bigint * 24 * 60 * 60 * 1000").await;
    cluster.nodes[0].stop().await;
    cluster.nodes[0].restart().await;

    crate::support::eventually("it is swept", async || {
        let row = cluster.nodes[0].asks_database("SELECT count(*) FROM builds").await;
        (row.try_get_by_index::<i64>(0).unwrap() == 1).then_some(())
    })
    .await;
    let row = cluster.nodes[0].asks_database(count).await;
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), kept);
}

#[tokio::test]
async fn addresses_that_nobody_made_cost_next_to_nothing() {
    const MANY: u32 = 400;
    let cluster = Cluster::without_redis(1).await;
    let app = &cluster.nodes[0];
    runs_elsewhere(app).await;
    let visitor = app.visitor();
    assert_eq!(visitor.gets(&format!("/assets/{OTHER}/tidings.css")).await.status, 200);
    // Whatever reads the list of builds waits for this; what is in memory, and what has not the form of a build's
    // address, does not.
    let lock = app.opens_database().await;
    let lock = sea_orm::TransactionTrait::begin(&lock).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&lock, "LOCK TABLE builds").await.unwrap();
    for path in ["0/tidings.css", "0123456789AB/tidings.css", "0123456789abc/x.css", "0123456789ac/x", ""] {
        assert_eq!(visitor.gets(&format!("/assets/{path}")).await.status, 404, "{path}");
    }
    assert_eq!(visitor.gets(&format!("/assets/{OTHER}/tidings.css")).await.status, 200);
    lock.rollback().await.unwrap();

    let start = Instant::now();
    let asking = (0..MANY).map(|number| {
        let visitor = visitor.clone();
        tokio::spawn(async move { visitor.gets(&format!("/assets/{number:012x}/tidings.css")).await.status })
    });
    for one in asking.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap(), 404);
    }

    // One look a time for all of them: each by itself would take its tenth of a second.
    assert!(start.elapsed() < Duration::from_millis(100) * MANY / 4, "{:?}", start.elapsed());
}

/// A node of another build has started on this database: what it writes, and what it never would.
async fn runs_elsewhere(app: &TestApp) {
    app.sql(&format!("INSERT INTO builds SELECT '{OTHER}', seen_ms FROM builds LIMIT 1")).await;
    for (name, content) in [
        ("tidings.css", "'body { color: teal }'"),
        ("js/tidings.js", "'export {}'"),
        ("evil.html", "'<script>alert(1)</script>'"),
        ("evil", "'what'"),
        ("huge.js", "repeat('x', 1000000)"),
    ] {
        let content = format!("convert_to({content}, 'UTF8')");
        app.sql(&format!("INSERT INTO build_files VALUES ('{OTHER}', '{name}', {content})")).await;
    }
}
