//! Groups from the shell, beside a running server.

use crate::audit::table;
use crate::support::{Draft, Role, TestApp, has_people, name_of};

#[tokio::test]
async fn the_shell_makes_fills_renames_and_removes_groups_as_a_page_does() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    app.signs_up("bea", Role::Member).await;
    let runs = async |arguments: &[&str]| {
        let answer = app.runs(&[&["group"][..], arguments].concat(), "").await;
        assert_eq!(answer.code, Some(0), "{arguments:?}: {answer:?}");
        answer.out
    };

    runs(&["add", "Night shift"]).await;
    runs(&["join", "night SHIFT", "bea", "ann", "ann"]).await;
    runs(&["join", "Night shift", "ann"]).await;
    assert_eq!(runs(&["list"]).await, "Night shift\t2\n");
    assert_eq!(runs(&["members", "Night shift"]).await, "ann\nbea\n");
    let post = boss.publishes(Draft::news("x").with("audience", "groups").and("groups", "Night shift")).await;
    assert_eq!(ann.reads_feed().await.posts, [post]);
    runs(&["rename", "Night shift", "Day shift"]).await;
    runs(&["leave", "Day shift", "ann", "boss"]).await;
    assert_eq!(runs(&["members", "Day shift"]).await, "bea\n");
    runs(&["remove", "Day shift"]).await;
    assert_eq!(runs(&["list"]).await, "");

    let rows = table(&boss, "").await;
    let told = rows.iter().filter(|row| row[2].starts_with("group-")).map(|row| {
        assert_eq!(row[5], "shell");
        format!("{} {}", row[2], row[7])
    });
    let expected = [
        "group-add Night shift",
        "group-join bea",
        "group-join ann",
        "group-rename Night shift",
        "group-leave ann",
        "group-remove Day shift",
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_wrong_command_about_a_group_says_so_and_moves_nobody() {
    let app = TestApp::start().await;
    for name in ["ann", "bea"] {
        app.signs_up(name, Role::Member).await;
    }
    for made in ["One", "Two"] {
        assert_eq!(app.runs(&["group", "add", made], "").await.code, Some(0));
    }
    assert_eq!(app.runs(&["user", "disable", "bea"], "").await.code, Some(0));

    for (arguments, says) in [
        (&["add", "one"][..], "There is already a group with this name"),
        (&["add", " "], "Enter a name"),
        (&["rename", "One", "two"], "There is already a group with this name"),
        (&["rename", "Three", "Four"], "there is no group called Three"),
        (&["remove", "Three"], "there is no group called Three"),
        (&["join", "One", "ann", "nobody"], "nobody is called nobody"),
        (&["join", "One", "ann", "bea"], "bea may not sign in"),
        (&["leave", "One"], "required"),
        (&["members", "Three"], "there is no group called Three"),
    ] {
        let answer = app.runs(&[&["group"][..], arguments].concat(), "").await;
        assert!(answer.code != Some(0) && answer.err.contains(says), "{arguments:?}: {answer:?}");
    }
    assert_eq!(app.runs(&["group", "list"], "").await.out, "One\t0\nTwo\t0\n");
}

#[tokio::test]
async fn many_join_and_leave_a_portion_after_the_other_and_are_counted() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 250).await;
    let names: Vec<_> = (0..250).map(name_of).collect();
    app.runs(&["group", "add", "Crew"], "").await;
    let asks = async |question: &str| app.asks_database(question).await.try_get_by_index::<i64>(0).unwrap();

    // Who comes back is in it anew.
    for (round, act) in ["join", "leave", "join"].into_iter().enumerate() {
        let before = asks("SELECT last_id FROM counter").await;
        let arguments: Vec<_> =
            ["group", act, "Crew"].into_iter().chain(names.iter().map(String::as_str)).collect();
        let answer = app.runs(&arguments, "").await;
        assert_eq!(answer.code, Some(0), "{answer:?}");

        let inside = if act == "join" { 250 } else { 0 };
        assert_eq!(asks("SELECT members FROM groups").await, inside, "{round}");
        assert_eq!(asks("SELECT count(*) FROM memberships WHERE to_number IS NULL").await, inside);
        let told = format!("SELECT count(*) FROM events WHERE kind = 'membership' AND id > {before}");
        let told = asks(&told).await;
        assert!((1..=5).contains(&told), "an entry of the log for fifty of them or more: {told}");
        let changed =
            format!("SELECT count(*) FROM memberships WHERE from_number > {before} OR to_number > {before}");
        assert_eq!(asks(&changed).await, 250);
    }
    assert_eq!(asks("SELECT count(*) FROM memberships").await, 500);
    assert_eq!(asks("SELECT count(*) FROM audit WHERE act = 'group-join'").await, 500);
}
