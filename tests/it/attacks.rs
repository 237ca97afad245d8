//! Attacks at the level of the protocol, each test named after the attack it carries out.

mod fields;
mod framing;
mod hosts;
mod ids;
mod injection;
mod paths;
mod scripts;
mod sizes;
mod slowness;
mod smuggling;
mod tokens;

use std::path::Path;

use tokio::io::AsyncWriteExt;

use crate::support::{Raw, TIMEOUT, TestApp};

/// What is said to these bytes, until the connection ends.
async fn said_to(app: &TestApp, bytes: &[u8]) -> String {
    let mut raw = Raw::connects(app).await;
    // A refusal may come before everything is sent.
    let _ = raw.socket.write_all(bytes).await;
    raw.is_closed_within(TIMEOUT).await.0
}

/// The status that an answer begins with.
fn status_of(said: &str) -> u16 {
    let line = said.strip_prefix("HTTP/1.1 ").unwrap_or_else(|| panic!("no answer: {said:?}"));
    line[..3].parse().unwrap()
}

/// Words that stand in `docs/security.md` as code, and name no test.
const NO_TESTS: [&str; 10] = [
    "autocomplete",
    "cards",
    "eval",
    "follow",
    "localhost",
    "nosniff",
    "publish",
    "recipients",
    "serde_json",
    "stream",
];

/// `docs/security.md` names what shows each defence: files, and tests as `binary module::test`. A test without its binary would
/// not be looked for, so no other word may look like one.
#[test]
fn what_the_security_page_names_is_there() {
    let page = std::fs::read_to_string("docs/security.md").unwrap();
    let mut names = 0;
    for name in page.split('`').skip(1).step_by(2) {
        let is_file =
            ["src/", "tests/", "bin/", "assets/", "deploy/"].iter().any(|start| name.starts_with(start));
        if is_file {
            assert!(Path::new(name).exists(), "{name}");
            names += 1;
        }
        let looks_like_a_test =
            name.replace("::", "").bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(!looks_like_a_test || NO_TESTS.contains(&name), "`{name}` has no binary before it");
        let Some((binary, path)) = name.split_once(' ') else { continue };
        if !Path::new(&format!("tests/{binary}/main.rs")).exists() {
            continue;
        }
        let file = |module: &str| format!("tests/{binary}/{}.rs", module.replace("::", "/"));
        let (module, test) = match path.rsplit_once("::") {
            Some((module, test)) if !Path::new(&file(path)).exists() => (module, Some(test)),
            _ => (path, None),
        };
        let file = file(module);
        let text = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("`{name}`: there is no {file}"));
        assert!(test.is_none_or(|test| text.contains(&format!("fn {test}("))), "`{name}` is not in {file}");
        names += 1;
    }
    assert!(names > 100, "{names} names were found");
}
