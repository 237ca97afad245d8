//! A database of the version before audiences were rows of their own: nobody sees a post more or less after it.

use crate::support::{Draft, Person, Role, TestApp, post_at, turns_back};

const PEOPLE: [&str; 5] = ["boss", "ann", "bea", "cat", "dan"];

/// A post of then: who wrote it, for whom it was said to be, whom that came to, and the id of its event if that is kept.
type OldPost = (i64, &'static str, &'static str, &'static [&'static str], Option<i64>);

/// Ids are not everywhere in the order of the events, as when two nodes published at once.
const POSTS: [OldPost; 9] = [
    (1, "boss", "everyone", &[], None),
    (2, "boss", "people", &["ann", "bea"], None),
    (3, "cat", "groups", &["ann", "dan"], None),
    (4, "boss", "groups", &["bea", "boss"], Some(11)),
    (5, "cat", "everyone", &[], Some(13)),
    (6, "cat", "people", &["cat"], Some(12)),
    (7, "boss", "groups", &["ann", "bea", "cat", "dan"], Some(15)),
    (8, "dan", "people", &["ann"], Some(16)),
    (9, "boss", "people", &["dan"], Some(18)),
];

/// The rule of then, in the order of the events.
fn visible_to(name: &str) -> Vec<i64> {
    let mut posts: Vec<_> = POSTS
        .iter()
        .filter(|(_, author, audience, to, _)| {
            *audience == "everyone" || *author == name || to.contains(&name)
        })
        .map(|(id, .., event)| (event.unwrap_or(0), *id))
        .collect();
    posts.sort_unstable();
    posts.into_iter().rev().map(|(_, id)| id).collect()
}

/// Takes the database back to the version before, and fills it as that did.
async fn is_of_before(app: &TestApp) {
    let database = app.opens_database().await;
    turns_back(&database).await;
    database.close().await.unwrap();
    for statement in [
        "INSERT INTO groups (id, name, name_key, created_ms) VALUES (1, 'Team', 'team', 1), (2, 'Crew', 'crew', 1)",
        "INSERT INTO group_members SELECT 1, id FROM users WHERE name IN ('ann', 'bea')",
        "INSERT INTO group_members SELECT 2, id FROM users WHERE name = 'dan'",
    ] {
        app.sql(statement).await;
    }
    for (id, author, audience, to, event) in POSTS {
        app.sql(&format!(
            "INSERT INTO posts (id, author_id, kind, title, body, html, audience, published_ms) \
             SELECT {id}, id, 'news', 'Post {id}', '', '', '{audience}', {id} FROM users WHERE name = '{author}'"
        ))
        .await;
        for name in to {
            app.sql(&format!("INSERT INTO recipients SELECT {id}, id FROM users WHERE name = '{name}'"))
                .await;
        }
        if audience == "groups" {
            // One of the two is gone.
            app.sql(&format!("INSERT INTO post_groups VALUES ({id}, 1, 'Team'), ({id}, 99, 'Gone')")).await;
        }
        if let Some(event) = event {
            app.sql(&format!(
                "INSERT INTO events (id, nonce, kind, post_id, created_ms) VALUES ({event}, {event}, 'post', {id}, 1)"
            ))
            .await;
        }
    }
    for id in [14, 17] {
        app.sql(&format!(
            "INSERT INTO events (id, nonce, kind, user_id, reason, created_ms) VALUES ({id}, 1, 'rights', 99, 'revoked', 1)"
        ))
        .await;
    }
    app.sql("UPDATE counter SET last_id = 18").await;
    if app.database().starts_with("postgres") {
        app.sql("SELECT setval('posts_id_seq', 9)").await;
        app.sql("SELECT setval('groups_id_seq', 2)").await;
    }
}

async fn sees_what_was_theirs(people: &[Person]) {
    for person in people {
        let feed = person.reads_whole_feed().await;
        let of_then: Vec<_> = feed.into_iter().filter(|post| *post <= 9).collect();
        assert_eq!(of_then, visible_to(&person.name), "{}", person.name);
        for (id, ..) in POSTS {
            let status = person.gets(&format!("/posts/{id}")).await.status;
            let expected = if visible_to(&person.name).contains(&id) { 200 } else { 404 };
            assert_eq!(status, expected, "{} and {id}", person.name);
        }
    }
}

#[tokio::test]
async fn nobody_sees_a_post_more_or_less_after_the_upgrade() {
    let mut app = TestApp::start().await;
    for name in PEOPLE {
        app.signs_up(name, if name == "boss" { Role::Admin } else { Role::Publisher }).await;
    }
    app.stop().await;
    is_of_before(&app).await;

    app.restart().await;

    let mut people = vec![];
    for name in PEOPLE {
        people.push(app.signs_in(name).await);
    }
    sees_what_was_theirs(&people).await;
    let author_page = people[0].gets("/posts/7").await;
    assert!(author_page.text.contains("<bdi>Gone</bdi>, <bdi>Team</bdi>"), "{}", author_page.text);
    assert!(!author_page.text.contains("<bdi>dan</bdi>"));

    // What was published then was written once, and told of then.
    let of_then = "SELECT count(*) FROM posts WHERE id <= 9 AND version = 1 AND told = number AND changed = 0 \
                   AND edited_ms IS NULL AND resolved_ms IS NULL AND token_id IS NULL";
    assert_eq!(app.asks_database(of_then).await.try_get_by_index::<i64>(0).unwrap(), 9);

    // Who was in a group is, and what was before counts no more for who comes and goes.
    let [boss, ann, bea, cat, _] = &people[..] else { panic!("five") };
    let members = "/admin/groups/1/members";
    assert_eq!(boss.posts(members, &[("people", "cat")]).await.status, 303);
    let ann_id: i64 =
        app.asks_database("SELECT id FROM users WHERE name = 'ann'").await.try_get_by_index(0).unwrap();
    assert_eq!(boss.posts(&format!("{members}/{ann_id}/removal"), &[]).await.status, 303);
    let new = post_at(
        boss.sends(&Draft::news("New").with("audience", "groups").and("groups", "Team")).await.location(),
    );
    for (person, gets) in [(ann, false), (bea, true), (cat, true)] {
        assert_eq!(person.reads_feed().await.posts.contains(&new), gets, "{}", person.name);
    }
    sees_what_was_theirs(&people).await;
}
