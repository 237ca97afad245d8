//! The one-time links of who has no password yet.

use std::{collections::HashMap, fs, os::unix::fs::PermissionsExt};

use super::{imports, takes};
use crate::support::{Person, TestApp, new_word};

/// The links of a table, by name, as paths.
pub fn links_of(table: &str) -> HashMap<String, String> {
    let lines = table.trim_start_matches('\u{feff}').lines().map(|line| line.replace('"', ""));
    let mut rows = lines.map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(rows.next().unwrap(), ["name", "number", "link"]);
    rows.map(|row| (row[0].clone(), row[2][row[2].find("/link?").expect("a link")..].to_owned())).collect()
}

/// Sets a password by a link.
pub async fn uses(visitor: &Person, link: &str, password: &str) -> u16 {
    let token = link.split_once("token=").unwrap().1;
    visitor.posts("/link", &[("token", token), ("password", password)]).await.status
}

#[tokio::test]
async fn who_is_new_gets_a_link_in_a_file_that_only_its_owner_reads() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let file = app.folder.path().join("links.csv");
    let path = file.to_str().unwrap();
    let list = "1,Ann,,,,\n2,Bea,,,,\n";

    let said = takes(&app, list, &["--links", path, "--base-url", "https://news.example.org"]).await;

    assert!(said.contains("2 one-time links are in "), "{said}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let table = fs::read_to_string(&file).unwrap();
    assert!(table.contains("\"Ann\",\"1\",\"https://news.example.org/link?token="), "{table}");
    let links = links_of(&table);
    let password = new_word();
    for no_password in ["", "!", "password"] {
        assert_eq!(app.visitor().tries_to_sign_in("Ann", no_password).await.status, 422);
    }
    assert_eq!(uses(&app.visitor(), &links["Ann"], &password).await, 303);
    assert_ne!(uses(&app.visitor(), &links["Ann"], &password).await, 303, "once");
    assert_eq!(app.visitor().tries_to_sign_in("Ann", &password).await.status, 303);

    // A file that is there is not written over, and nothing is done.
    let refused = imports(&app, "1,Ann,,,,\n2,Bea,,,,\n3,Carl,,,,\n", &["--links", path]).await;
    assert!(refused.code != Some(0) && refused.err.contains("links.csv"), "{refused:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), table);
    assert!(!app.runs(&["user", "list"], "").await.out.contains("Carl"));
}

#[tokio::test]
async fn a_link_that_nobody_used_in_time_is_made_anew_and_one_that_works_is_not() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let list = "1,Ann,,,,\n2,Bea,,,,\n3,Carl,,,,\n";
    let makes = async |name: &str| {
        let file = app.folder.path().join(name);
        takes(&app, list, &["--links", file.to_str().unwrap()]).await;
        links_of(&fs::read_to_string(&file).unwrap())
    };
    // Without a file none is made, and the next time all of them are.
    assert!(takes(&app, list, &[]).await.contains("has no link yet"));
    let first = makes("first.csv").await;
    assert_eq!(first.len(), 3);
    assert_eq!(makes("second.csv").await.len(), 0, "all of them work");
    assert_eq!(uses(&app.visitor(), &first["Carl"], &new_word()).await, 303);
    app.sql("UPDATE links SET expires_ms = 1 WHERE user_id = (SELECT id FROM users WHERE name = 'Ann')")
        .await;

    let third = makes("third.csv").await;

    assert_eq!(third.keys().collect::<Vec<_>>(), ["Ann"]);
    assert_eq!(uses(&app.visitor(), &third["Ann"], &new_word()).await, 303);
    assert_eq!(uses(&app.visitor(), &first["Bea"], &new_word()).await, 303);
}

#[tokio::test]
async fn a_table_of_links_has_no_formula_in_it() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let file = app.folder.path().join("links.csv");

    takes(&app, "=1+1,=HYPERLINK(0),,,,\n", &["--links", file.to_str().unwrap()]).await;

    let table = fs::read_to_string(&file).unwrap();
    assert!(table.contains("\"'=HYPERLINK(0)\",\"'=1+1\","), "{table}");
}
