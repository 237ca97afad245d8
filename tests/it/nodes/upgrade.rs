//! One node after the other is replaced by a newer build.

use sea_orm::ConnectionTrait;

use super::cluster::Cluster;
use crate::support::{Draft, Page, Program, Role, TestApp, eventually, news};

/// As a build writes itself down that knows no names of instances, now and for a while.
async fn an_older_node_is_beside(app: &TestApp) {
    app.sql(
        "INSERT INTO nodes (id, live_users, live_sessions, written_ms) \
         VALUES ('older', '', '', CAST(extract(epoch from now()) * 1000 AS bigint) + 60000)",
    )
    .await;
}

/// The cookies that an answer sets, as name and value alone.
fn set(page: &Page) -> Vec<String> {
    let all = page.headers.get_all("set-cookie").iter();
    all.map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_an_older_node_is_beside_the_cookie_has_both_names_and_one_after() {
    let cluster = Cluster::without_redis(2).await;
    let (a, b) = cluster.two();
    an_older_node_is_beside(a).await;
    a.signs_up("ann", Role::Member).await;
    let name = a.cookie().await;
    assert_eq!(name, b.cookie().await, "nodes of one database share it");

    // Signed in at the new node, known to the old one.
    let signs_in = async || {
        let ann = a.visitor();
        let page = ann.tries_to_sign_in("ann", &a.password_of("ann")).await;
        (ann, set(&page))
    };
    let (ann, cookies) = eventually("the older node is seen", async || {
        let (ann, cookies) = signs_in().await;
        (cookies.len() == 2).then_some((ann, cookies))
    })
    .await;
    let id = cookies[0].strip_prefix(&format!("{name}=")).unwrap().to_owned();
    assert_eq!(cookies[1], format!("sid={id}"));
    assert!(ann.at(b).is_signed_in().await);
    // Signed in at the old node, known to the new ones, whose cookie from before is over.
    let moved = a.visitor().with_cookies(&format!("{name}=AAAAAAAAAAAAAAAAAAAAAA; sid={id}"));
    assert_eq!(moved.gets("/").await.status, 200);
    assert!(
        moved.cookies().contains(&format!("{name}={id}")) && moved.cookies().contains(&format!("sid={id}"))
    );

    a.sql("DELETE FROM nodes WHERE id = 'older'").await;

    eventually("the old name goes", async || {
        ann.gets("/").await;
        (ann.cookies() == format!("{name}={id}")).then_some(())
    })
    .await;
    assert!(ann.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_an_older_node_is_beside_cursors_are_of_the_form_that_it_knows() {
    let cluster = Cluster::without_redis(2).await;
    let (a, b) = cluster.two();
    let boss = a.admin("boss").await;
    let mut stream = boss.opens_stream().await;
    let before = boss.publishes(Draft::news("Before")).await;
    assert_eq!(stream.next_post().await, before);
    let long = stream.cursor.clone();
    assert_eq!(long.split('-').count(), 3, "{long}");
    an_older_node_is_beside(a).await;

    let short = eventually("the older node is seen", async || {
        let cursor = boss.reads_feed().await.cursor;
        (cursor.split('-').count() == 2).then_some(cursor)
    })
    .await;
    // Who begins there, who came with the short form, and who still has a long one: each may go to the older node next.
    let mut streams = [boss.opens_stream().await, boss.follows(&short).await, boss.follows(&long).await];
    let post = boss.publishes(Draft::news("Meanwhile")).await;
    for stream in &mut streams {
        assert_eq!(stream.next_post().await, post);
        assert_eq!(stream.cursor.split('-').count(), 2, "{}", stream.cursor);
    }
    // So may a program that sends its post again, by its key.
    let program = Program::of(a, "boss", "publish,stream").await;
    let sent = program.sends_once(&news("By a program"), "once").await.json();
    let event = sent["event"].as_str().unwrap();
    assert_eq!(event.split('-').count(), 2, "{event}");
    let kept = a.asks_database("SELECT event FROM idempotency_keys").await;
    assert_eq!(kept.try_get_by_index::<String>(0).unwrap(), event);
    assert_eq!(program.sends_once(&news("By a program"), "once").await.json()["event"], sent["event"]);
    let by_program = sent["id"].as_i64().unwrap();
    assert_eq!(streams[0].next_post().await, by_program);

    a.sql("DELETE FROM nodes WHERE id = 'older'").await;

    eventually("the long form is back", async || {
        (boss.reads_feed().await.cursor.split('-').count() == 3).then_some(())
    })
    .await;
    // However far the other node has read meanwhile.
    let mut stream = boss.at(b).follows(&streams[0].cursor).await;
    let last = boss.publishes(Draft::news("After")).await;
    assert_eq!(stream.next_post().await, last);
    assert_eq!(boss.reads_feed().await.posts, [last, by_program, post, before]);
}

#[tokio::test]
async fn a_post_that_an_older_node_writes_is_refused_instead_of_lost() {
    let cluster = Cluster::without_redis(1).await;
    let app = &cluster.nodes[0];
    app.signs_up("boss", Role::Admin).await;
    let database = app.opens_database().await;

    // As a build writes it that numbers no posts.
    let written = "INSERT INTO posts (author_id, kind, title, body, html, audience, published_ms) \
                   SELECT id, 'news', 'Old', '', '', 'everyone', 1 FROM users";
    let refused = database.execute_unprepared(written).await.unwrap_err();

    assert!(refused.to_string().contains("number"), "{refused}");
    database.close().await.unwrap();
}
