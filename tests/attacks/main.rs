//! Attacks at the level of the protocol, each test named after the attack it carries out.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "a part of what people do in a browser is done here")]
#[path = "../browser/browser.rs"]
mod browser;
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
#[path = "../support/mod.rs"]
mod support;
mod tokens;

use support::{PATIENCE, Raw, TestApp};
use tokio::io::AsyncWriteExt;

/// What is said to these bytes, until the connection ends.
async fn said_to(app: &TestApp, bytes: &[u8]) -> String {
    let mut raw = Raw::connects(app).await;
    // A refusal may come before everything is sent.
    let _ = raw.socket.write_all(bytes).await;
    raw.is_closed_within(PATIENCE).await.0
}

/// The status that an answer begins with.
fn status_of(said: &str) -> u16 {
    let line = said.strip_prefix("HTTP/1.1 ").unwrap_or_else(|| panic!("no answer: {said:?}"));
    line[..3].parse().unwrap()
}

/// `docs/security.md` names what shows each defence: files, and tests as `binary module::test`.
#[test]
fn what_the_security_page_names_is_there() {
    let page = std::fs::read_to_string("docs/security.md").unwrap();
    let mut names = 0;
    for name in page.split('`').skip(1).step_by(2) {
        let is_file =
            ["src/", "tests/", "bin/", "assets/", "deploy/"].iter().any(|start| name.starts_with(start));
        if is_file {
            assert!(std::path::Path::new(name).exists(), "{name}");
            names += 1;
        }
        let Some((binary, test)) = name.split_once(' ') else { continue };
        let file = format!("tests/{binary}.rs");
        let (module, test) =
            test.split_once("::").map_or((test, None), |(module, test)| (module, Some(test)));
        let (file, test) = if std::path::Path::new(&file).exists() {
            (file, Some(module))
        } else if std::path::Path::new(&format!("tests/{binary}/main.rs")).exists() {
            (format!("tests/{binary}/{module}.rs"), test)
        } else {
            continue;
        };
        let text = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("`{name}`: there is no {file}"));
        assert!(test.is_none_or(|test| text.contains(&format!("fn {test}("))), "`{name}` is not in {file}");
        names += 1;
    }
    assert!(names > 100, "{names} names were found");
}
