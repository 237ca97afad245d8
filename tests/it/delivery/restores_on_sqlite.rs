//! A backup is put back: what must not come back with it does not, and what does is named.

use std::path::PathBuf;

use serde_json::json;

use crate::{
    cards::pings::makes_address,
    support::{Draft, Program, Role, TestApp, eventually, makes_group, makes_wall, new_word, turns_back},
};

/// Copies the database.
async fn backs_up(app: &TestApp) -> PathBuf {
    let copy = app.folder.path().join("copy.db");
    let answer = app.runs(&["backup", copy.to_str().unwrap()], "").await;
    assert_eq!(answer.code, Some(0), "{answer:?}");
    copy
}

/// Stops the server, puts the copy in the place of its database as the guide says, and starts it again; where the
/// database before is.
async fn restores(app: &mut TestApp, copy: PathBuf) -> PathBuf {
    app.stop().await;
    let before = app.folder.path().join("before");
    std::fs::create_dir(&before).unwrap();
    let before = before.join("tidings.db");
    std::fs::rename(app.database_file(), &before).unwrap();
    std::fs::rename(copy, app.database_file()).unwrap();
    app.restart().await;
    before
}

async fn count(app: &TestApp, table: &str) -> i64 {
    app.asks_database(&format!("SELECT count(*) FROM {table}")).await.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn no_session_and_no_one_time_link_comes_back() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.sql(
        "INSERT INTO links (hash, role, made_by, created_ms, expires_ms) \
         SELECT 'hash-of-a-link', 'member', id, 0, 9000000000000 FROM users",
    )
    .await;
    app.sql("INSERT INTO setup_links (hash, expires_ms) VALUES ('hash-of-a-setup-link', 9000000000000)")
        .await;
    let row = app.asks_database("SELECT key FROM sessions").await;
    let session: String = row.try_get_by_index(0).unwrap();

    let copy = backs_up(&app).await;
    let bytes = std::fs::read(&copy).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("boss"), "it is a copy");
    for secret in ["hash-of-a-link", "hash-of-a-setup-link", &session] {
        assert!(!holds(secret), "not even as what was deleted: {secret}");
    }
    for table in ["sessions", "links", "setup_links"] {
        assert!(count(&app, table).await > 0, "the database itself keeps its {table}");
    }
    assert_eq!(boss.gets("/").await.status, 200);
    restores(&mut app, copy).await;

    assert!(boss.gets("/").await.location().starts_with("/login"), "nobody is signed in");
    for table in ["sessions", "links", "setup_links"] {
        assert_eq!(count(&app, table).await, 0, "{table}");
    }
    app.signs_in("boss").await;
}

#[tokio::test]
async fn the_first_start_says_how_old_the_copy_is_and_whom_and_what_it_lets_in() {
    let mut app = TestApp::start().await;
    for (name, role) in [("boss", Role::Admin), ("ann", Role::Member), ("zoe", Role::Member)] {
        app.signs_up(name, role).await;
    }
    app.runs(&["user", "disable", "zoe"], "").await;
    app.runs(&["token", "create", "Sensor", "--user", "boss", "--scope", "publish"], "").await;
    app.runs(&["token", "create", "Wall", "--user", "zoe", "--scope", "stream"], "").await;
    let copy = backs_up(&app).await;
    // What the copy does not know of.
    app.runs(&["user", "disable", "ann"], "").await;
    app.sql("UPDATE tokens SET revoked_ms = 1").await;
    assert!(!app.says().contains("restored"));

    restores(&mut app, copy).await;

    let said =
        eventually("it says so", async || Some(app.says()).filter(|said| said.contains("what differs")))
            .await;
    assert!(said.contains("The database was restored from a copy of "), "{said}");
    let lines: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().collect()).collect();
    for listed in [&["boss", "admin"][..], &["ann", "member"], &["Sensor", "of", "boss:", "publish"]] {
        assert!(lines.iter().any(|line| line == listed), "{listed:?}: {said}");
    }
    assert!(!said.contains("zoe") && !said.contains("Wall"), "they are not let in: {said}");
    eventually("the log has it", async || {
        app.logs().contains("The database was restored: check who can sign in").then_some(())
    })
    .await;

    app.stop().await;
    app.restart().await;
    app.signs_in("boss").await;
    assert!(!app.says().contains("restored"), "once is enough: {}", app.says());
}

#[tokio::test]
async fn what_differs_from_the_file_before_is_named() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["ann", "bea", "cat"] {
        app.signs_up(name, Role::Member).await;
    }
    for token in ["Sensor", "Wall"] {
        app.runs(&["token", "create", token, "--user", "boss", "--scope", "publish"], "").await;
    }
    for group in ["Team", "Choir"] {
        app.sql(&format!(
            "INSERT INTO groups (name, name_key, created_ms) VALUES ('{group}', lower('{group}'), 1)"
        ))
        .await;
    }
    let member = "INSERT INTO memberships SELECT groups.id, users.id, 1, NULL FROM groups, users WHERE groups.name = 'Team'";
    app.sql(&format!("{member} AND users.name = 'ann'")).await;
    boss.publishes(Draft::news("Kept")).await;
    let copy = backs_up(&app).await;

    for (arguments, input) in [
        (&["user", "disable", "ann"][..], ""),
        (&["user", "passwd", "bea"], &new_word()),
        (&["user", "add", "dan", "--role", "member"], &new_word()),
        (&["token", "create", "Late", "--user", "boss", "--scope", "stream"], ""),
    ] {
        let answer = app.runs(arguments, input).await;
        assert_eq!(answer.code, Some(0), "{answer:?}");
    }
    for statement in [
        "UPDATE users SET role = 'publisher' WHERE name = 'cat'",
        "UPDATE tokens SET revoked_ms = 1 WHERE name = 'Sensor'",
        "DELETE FROM memberships",
        &format!("{member} AND users.name = 'bea'"),
        "DELETE FROM groups WHERE name = 'Choir'",
    ] {
        app.sql(statement).await;
    }
    for title in ["Lost", "Lost too"] {
        boss.publishes(Draft::news(title)).await;
    }
    let before = restores(&mut app, copy).await;
    // Numbers are given anew: these are not those that were lost.
    app.signs_up("eve", Role::Member).await;
    app.signs_in("boss").await.publishes(Draft::news("New")).await;

    let newer = app.runs(&["restore", "--against", before.to_str().unwrap()], "").await;
    let older = sea_orm::Database::connect(format!("sqlite://{}", before.display())).await.unwrap();
    turns_back(&older).await;
    older.close().await.unwrap();
    let older = app.runs(&["restore", "--against", before.to_str().unwrap()], "").await;

    assert_eq!((newer.code, older.code), (Some(0), Some(0)), "{newer:?} {older:?}");
    let lines = |answer: &str| answer.lines().skip(1).map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&older.out), lines(&newer.out), "the file of an earlier version tells the same");
    assert_eq!(
        lines(&newer.out),
        [
            "ann was disabled, and can sign in",
            "bea had another password",
            "cat had the role publisher, and has member",
            "dan had an account, and has none",
            "the token “Late” of boss worked, and is not there",
            "the token “Sensor” of boss was revoked, and works",
            "bea was in the group “Team”, and is not",
            "ann was not in the group “Team”, and is",
            "the group “Choir” was not there, and is",
            "2 of 3 posts are not there",
        ]
    );
}

#[tokio::test]
async fn whom_boards_are_for_and_what_works_without_an_account_is_named_too() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    makes_group(&boss, "Team", &["ann"]).await;
    let program = Program::of(&app, "boss", "cards").await;
    let job = json!({ "board": "ops", "kind": "progress", "audience": "everyone" });
    for key in ["backup", "copy"] {
        program.sets(key, &job).await;
    }
    makes_wall(&boss, "ops", &[]).await;
    makes_address(&program, "backup").await;
    let copy = backs_up(&app).await;

    for statement in [
        "UPDATE users SET external = TRUE, ends_ms = 9000000000000 WHERE name = 'ann'",
        "UPDATE groups SET closed = TRUE",
        "UPDATE boards SET audience = '{\"admins\":true}'",
        "UPDATE cards SET audience = '{\"admins\":true}' WHERE key = 'copy'",
        "DELETE FROM walls",
        "DELETE FROM pings",
    ] {
        app.sql(statement).await;
    }
    let before = restores(&mut app, copy).await;

    let answer = app.runs(&["restore", "--against", before.to_str().unwrap()], "").await;
    let lines: Vec<_> = answer.out.lines().skip(1).map(str::trim).collect();
    assert_eq!(
        lines,
        [
            "ann was external, and is not",
            "ann had a last day, and has none",
            "the group “Team” was closed, and is open",
            "the board “ops” was for others than it is",
            "the card copy was for others than it is",
            "an address for pings of the card backup did not work, and does",
            "the link for the wall “Hall B” of the board “ops” was not there, and works",
        ],
        "{answer:?}"
    );
    let said =
        eventually("it says so", async || Some(app.says()).filter(|said| said.contains("what differs")))
            .await;
    for listed in ["These links for walls work:", "Hall B", "an address for pings that works:", "  backup"] {
        assert!(said.contains(listed), "{listed}: {said}");
    }
}

#[tokio::test]
async fn what_cannot_be_compared_is_refused_in_one_line() {
    let mut app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let copy = backs_up(&app).await;
    let same = app.runs(&["restore", "--against", copy.to_str().unwrap()], "").await;
    assert_eq!((same.code, same.out.starts_with("Nothing differs")), (Some(0), true), "{same:?}");
    app.stop().await;

    let (missing, text) = (app.folder.path().join("missing.db"), app.folder.path().join("text.db"));
    std::fs::write(&text, "This is no database. ".repeat(100)).unwrap();
    for wrong in [missing, text, app.database_file()] {
        let answer = app.runs(&["restore", "--against", wrong.to_str().unwrap()], "").await;

        assert_eq!(answer.code, Some(1), "{answer:?}");
        let errors: Vec<&str> = answer.err.lines().filter(|line| line.starts_with("error: ")).collect();
        assert!(errors.len() == 1 && errors[0].contains(wrong.to_str().unwrap()), "{answer:?}");
        assert!(!app.folder.path().join("missing.db").exists(), "nothing is made");
    }
}
