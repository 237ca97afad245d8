//! What the shell tells of people, and changes of them, beside a running server.

use crate::audit::table;
use crate::support::{Role, TestApp};

#[tokio::test]
async fn the_list_has_everybody_by_name_with_their_role_and_state() {
    let app = TestApp::start_with(&["--time-zone", "Europe/Vienna"]).await;
    for (name, role) in
        [("Zoë", Role::Admin), ("ärmel", Role::Member), ("Bea", Role::Publisher), ("carl", Role::Member)]
    {
        app.signs_up(name, role).await;
    }
    app.sql("UPDATE users SET external = TRUE, ends_ms = 7258114800000 WHERE name = 'Bea'").await;
    app.sql("UPDATE users SET ends_ms = 1 WHERE name = 'carl'").await;
    assert_eq!(app.runs(&["user", "disable", "ärmel"], "").await.code, Some(0));

    let list = app.runs(&["user", "list", "--time-zone", "Europe/Vienna"], "").await;

    assert_eq!(list.code, Some(0), "{list:?}");
    let lines: Vec<_> = list.out.lines().collect();
    assert_eq!(lines[0], "ärmel\tmember\tdisabled\t\t");
    assert_eq!(lines[1], "Bea\tpublisher\tactive\texternal\t2199-12-31");
    assert!(
        ["carl\tmember\tended\t\t1970-01-01", "carl\tmember\tdisabled\t\t1970-01-01"].contains(&lines[2]),
        "{lines:?}"
    );
    assert_eq!(lines[3..], ["Zoë\tadmin\tactive\t\t"]);
}

#[tokio::test]
async fn a_long_list_has_each_once_in_order() {
    let app = TestApp::start().await;
    for part in 0..3 {
        let names = (0..800).map(|n| format!("('n{part}x{n}', 'n{part}x{n}', '!', 'member', FALSE, 1)"));
        let names = names.collect::<Vec<_>>().join(", ");
        app.sql(&format!(
            "INSERT INTO users (name, name_key, password_hash, role, disabled, created_ms) VALUES {names}"
        ))
        .await;
    }

    let list = app.runs(&["user", "list"], "").await.out;

    let mut names: Vec<_> = list.lines().map(|line| line.split('\t').next().unwrap()).collect();
    let printed = names.clone();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), printed), (2400, names));
}

#[tokio::test]
async fn a_role_that_the_shell_changes_ends_the_persons_sessions_and_is_written_down() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let mut stream = ann.opens_stream().await;

    assert_eq!(app.runs(&["user", "role", "ANN", "publisher"], "").await.code, Some(0));

    assert_eq!(stream.says_bye().await, "revoked");
    assert!(!ann.is_signed_in().await);
    assert_eq!(app.signs_in("ann").await.gets("/admin/posts/new").await.status, 200);
    let rows = table(&boss, "?act=role").await;
    let told: Vec<_> = rows.iter().map(|row| (row[5].as_str(), row[7].as_str(), row[8].as_str())).collect();
    assert_eq!(told, [("shell", "ann", "publisher")]);

    let same = app.runs(&["user", "role", "ann", "publisher"], "").await;
    assert_eq!((same.code, table(&boss, "?act=role").await.len()), (Some(0), 1), "{same:?}");
    for wrong in [["boss", "member"], ["ann", "emperor"], ["nobody", "member"]] {
        let answer = app.runs(&[&["user", "role"][..], &wrong].concat(), "").await;
        assert!(answer.code != Some(0) && answer.err.contains("error: "), "{answer:?}");
    }
    assert!(boss.is_signed_in().await, "the only administrator stays");
}
