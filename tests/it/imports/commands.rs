//! `tidings user import`, beside a running server.

use std::process::Stdio;

use super::{HEAD, imports, people, takes, writes_list};
use crate::audit::table;
use crate::support::{Draft, TestApp, eventually};

const FIRST: &str =
    "1,Ann,publisher,Kitchen;Night shift,,\n2,Bea,,Kitchen,yes,2199-12-31\n3,Carl,member,,,\n";

#[tokio::test]
async fn a_list_brings_everybody_to_where_it_has_them_and_again_changes_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    let said = takes(&app, FIRST, &[]).await;

    assert!(said.contains("Added: 3\n") && said.contains("Groups created: 2\n"), "{said}");
    assert!(said.contains("  1\tAnn\tpublisher; groups: Kitchen, Night shift\n"), "{said}");
    assert!(said.contains("  2\tBea\tmember; groups: Kitchen; external; last day 2199-12-31\n"), "{said}");
    assert!(said.contains("Done: 0 disabled, 0 changed, 3 added."), "{said}");
    let after_first = [
        "1 Ann publisher active   Kitchen+Night shift",
        "2 Bea member active external 2199-12-31 Kitchen",
        "3 Carl member active",
    ];
    assert_eq!(people(&app).await, after_first);
    let again = takes(&app, FIRST, &[]).await;
    assert!(
        again.starts_with("Everybody is as the list says.\nDone: 0 disabled, 0 changed, 0 added."),
        "{again}"
    );

    // Ann is renamed and leaves a group, Bea stays for good, Carl is gone.
    let said = takes(&app, "1,Anna,member,night SHIFT,,\n2,Bea,,Kitchen,,\n", &["--yes"]).await;

    for line in [
        "Disabled, because they are not in the list: 1\n  3\tCarl\n",
        "  1\tAnn\tnow called Anna; member, was publisher; groups: night SHIFT\n",
        "  2\tBea\tnot external; no last day\n",
        "Done: 1 disabled, 2 changed, 0 added.",
    ] {
        assert!(said.contains(line), "{line:?} in {said}");
    }
    let after =
        ["1 Anna member active   Night shift", "2 Bea member active   Kitchen", "3 Carl member disabled"];
    assert_eq!(people(&app).await, after);
    for (typed, found) in [("anna", "Anna"), ("bea", "Bea")] {
        let list = boss.gets(&format!("/admin/people?q={typed}")).await.text;
        assert_eq!(list.matches(&format!("<bdi>{found}</bdi>")).count(), 1, "{list}");
    }
    let acts: Vec<_> = table(&boss, "")
        .await
        .into_iter()
        .filter(|row| row[5] == "shell")
        .map(|row| format!("{} {} {}", row[2], row[7], row[8]))
        .collect();
    for entry in [
        "account-add Bea member, from a list",
        "group-join Ann Kitchen",
        "group-leave Anna Kitchen",
        "account-rename Ann now “Anna”",
        "role Ann member",
        "external Bea not external",
        "account-last-day Bea no last day",
        "account-disable Carl ",
    ] {
        assert!(acts.iter().any(|act| act == entry), "{entry:?} in {acts:#?}");
    }
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_changes_nothing() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    takes(&app, FIRST, &[]).await;
    let (before, changed) = (people(&app).await, "1,Ann,member,,,\n4,Dora,,New,,\n");

    let dry = takes(&app, changed, &["--dry-run"]).await;

    assert_eq!(people(&app).await, before);
    assert_eq!(app.runs(&["group", "list"], "").await.out, "Kitchen\t2\nNight shift\t1\n");
    let done = takes(&app, changed, &["--yes"]).await;
    assert!(done.starts_with(&dry), "{dry} then {done}");
}

#[tokio::test]
async fn every_mistake_is_told_with_its_line_and_nothing_is_changed() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    takes(&app, FIRST, &[]).await;
    let before = people(&app).await;

    let answer = imports(
        &app,
        "1,Ann,emperor,,,\n5,Bea,,,,\n6,ann,,,,\n7,Finn,,,,31.12.2026\n8,boss,admin,,,\n",
        &["--yes"],
    )
    .await;

    assert_ne!(answer.code, Some(0));
    for line in ["Line 2: “emperor” is no role", "Line 5: “31.12.2026”"] {
        assert!(answer.err.contains(line), "{line} in {}", answer.err);
    }
    assert_eq!(people(&app).await, before);
    // What only the database knows is told next.
    let answer = imports(&app, "1,Ann,,,,\n5,Bea,,,,\n6,b\u{43e}ss,,,,\n", &["--yes"]).await;
    assert!(answer.err.contains("Line 3: The name Bea is taken by Bea, whose number is 2"), "{}", answer.err);
    assert!(answer.err.contains("Line 4: The name b\u{43e}ss is taken by boss"), "{}", answer.err);
    assert_eq!(people(&app).await, before);
    let gone = app.runs(&["user", "import", "/nowhere/people.csv"], "").await;
    assert!(gone.code != Some(0) && gone.err.contains("/nowhere/people.csv"), "{gone:?}");
    let piped = app.runs(&["user", "import", "-", "--dry-run"], &format!("{HEAD}{FIRST}")).await;
    assert_eq!(piped.out, "Everybody is as the list says.\n");
}

#[tokio::test]
async fn a_list_that_disables_more_than_a_tenth_is_taken_only_if_that_is_said() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let row = |n: usize| format!("{n},Person {n},,,,\n");
    let all: Vec<_> = (1..=20).map(row).collect();
    takes(&app, &all.concat(), &[]).await;

    takes(&app, &all[2..].concat(), &[]).await;
    let refused = imports(&app, &all[4..].concat(), &[]).await;

    assert!(refused.code != Some(0) && refused.err.contains("--yes"), "{refused:?}");
    let active = async || people(&app).await.iter().filter(|line| line.contains(" active")).count();
    assert_eq!(active().await, 18, "a tenth of 20, and then not 2 of 18");
    takes(&app, &all[4..].concat(), &["--yes"]).await;
    assert_eq!(active().await, 16);
}

#[tokio::test]
async fn who_leaves_loses_the_session_and_the_stream_and_nobody_else_does() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.member("Ann").await, app.member("Bea").await);
    takes(&app, "1,Ann,,,,\n2,Bea,,,,\n", &[]).await;
    let (mut anns, mut beas) = (ann.opens_stream().await, bea.opens_stream().await);

    takes(&app, "2,Bea,,Kitchen,,\n", &["--yes"]).await;

    assert_eq!(anns.says_bye().await, "revoked");
    assert!(!ann.is_signed_in().await && bea.is_signed_in().await);
    assert_eq!(app.visitor().tries_to_sign_in("Ann", &app.password_of("Ann")).await.status, 422);
    let post = boss.publishes(Draft::news("x").with("audience", "groups").and("groups", "Kitchen")).await;
    assert_eq!(beas.next_post().await, post);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_and_done_again_it_comes_to_the_same_end() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let lines: String = (1..=900).map(|n| format!("{n},Person {n},,Group {},,\n", n % 3)).collect();
    let file = writes_list(&app, &lines);
    let count = async || {
        let row = app.asks_database("SELECT count(*) FROM users WHERE number IS NOT NULL").await;
        row.try_get_by_index::<i64>(0).unwrap()
    };
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(["--database", &app.database(), "user", "import", file.to_str().unwrap()]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    eventually("it is in the middle", async || (count().await > 100).then_some(())).await;
    child.kill().await.unwrap();
    assert!(count().await < 900);

    let said = takes(&app, &lines, &[]).await;

    assert!(!said.contains("Added: 900\n"), "{said}");
    assert_eq!(count().await, 900);
    let groups = app.runs(&["group", "list"], "").await.out;
    assert_eq!(groups, "Group 0\t300\nGroup 1\t300\nGroup 2\t300\n");
    let again = takes(&app, &lines, &["--dry-run"]).await;
    assert_eq!(again, "Everybody is as the list says.\n");
}
