//! Lists of an organisation's people, taken from the shell and by a page.

mod commands;
mod links;
mod page;
mod rules;

use std::path::PathBuf;

use crate::support::{Answer, TestApp};

const HEAD: &str = "number,name,role,groups,external,ends\n";

/// Writes a list of these lines, and returns the file's name.
fn writes_list(app: &TestApp, lines: &str) -> PathBuf {
    let file = app.folder.path().join("people.csv");
    std::fs::write(&file, format!("{HEAD}{lines}")).unwrap();
    file
}

/// Runs `user import` on a list of these lines.
async fn imports(app: &TestApp, lines: &str, options: &[&str]) -> Answer {
    let file = writes_list(app, lines);
    let command = ["user", "import", file.to_str().unwrap()];
    app.runs(&[&command[..], options].concat(), "").await
}

/// The same, which must succeed.
pub async fn takes(app: &TestApp, lines: &str, options: &[&str]) -> String {
    let answer = imports(app, lines, options).await;
    assert_eq!(answer.code, Some(0), "{answer:?}");
    answer.out
}

/// Everybody with a number, as `number name role active external last-day groups`.
async fn people(app: &TestApp) -> Vec<String> {
    let names = app.runs(&["user", "list"], "").await.out;
    let mut people = Vec::new();
    for line in names.lines() {
        let cells: Vec<_> = line.split('\t').collect();
        let ask = format!("SELECT number FROM users WHERE name = '{}'", cells[0]);
        let number = app.asks_database(&ask).await.try_get_by_index::<Option<String>>(0).unwrap();
        if let Some(number) = number {
            let groups = groups_of(app, cells[0]).await;
            people
                .push([&[number.as_str()], &cells[..], &[&groups]].concat().join(" ").trim_end().to_owned());
        }
    }
    people.sort();
    people
}

async fn groups_of(app: &TestApp, name: &str) -> String {
    let groups = app.runs(&["group", "list"], "").await.out;
    let mut of_them = Vec::new();
    for group in groups.lines().filter_map(|line| line.split('\t').next()) {
        let members = app.runs(&["group", "members", group], "").await.out;
        of_them.extend(members.lines().any(|member| member == name).then(|| group.to_owned()));
    }
    of_them.join("+")
}
