//! Two nodes with docker compose: the file is read by compose itself, which needs no engine for that.

use std::{collections::BTreeSet, fs, process::Command};

use crate::support::run;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/compose.yaml");

/// What compose makes of the file with these settings; or why it refuses it.
fn compose(settings: &[(&str, &str)]) -> Result<String, String> {
    let output = Command::new("docker-compose")
        .args(["--file", FILE, "config"])
        .env_remove("SITE")
        .env_remove("POSTGRES_PASSWORD")
        .envs(settings.iter().copied())
        .output()
        .expect("apt-get install docker-compose");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

#[test]
fn compose_takes_the_file_and_asks_for_what_is_missing() {
    let complete = [("SITE", "news.example.org"), ("POSTGRES_PASSWORD", "aWordForThisTest")];

    let taken = compose(&complete).unwrap();

    for line in [
        "TIDINGS_DATABASE: postgres://tidings:aWordForThisTest@postgres/tidings",
        "TIDINGS_BASE_URL: https://news.example.org",
    ] {
        assert_eq!(taken.matches(line).count(), 2, "both nodes have {line}: {taken}");
    }
    for missing in 0..2 {
        let refused = compose(&[complete[1 - missing]]).unwrap_err();
        assert!(refused.contains(complete[missing].0), "{refused}");
    }
}

#[test]
fn caddy_is_told_of_both_nodes() {
    let file = fs::read_to_string(FILE).unwrap();
    let nodes = file.lines().find_map(|line| line.trim().strip_prefix("NODES: ")).unwrap();

    let adapted = Command::new("caddy")
        .args(["adapt", "--adapter", "caddyfile", "--config"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/Caddyfile"))
        .env("NODES", nodes)
        .env("SITE", "news.example.org")
        .output()
        .expect("apt-get install caddy");

    let adapted: serde_json::Value = serde_json::from_slice(&adapted.stdout).unwrap();
    let text = adapted.to_string();
    for node in ["node-a", "node-b"] {
        assert!(file.contains(&format!("\n  {node}: *node\n")));
        assert!(text.contains(&format!(r#"{{"dial":"{node}:8080"}}"#)), "{text}");
    }
}

#[tokio::test]
async fn every_setting_that_is_named_exists() {
    let help = run(&["--help"], &[], "").await.out;
    let files = ["Dockerfile", "deploy/compose.yaml", "deploy/tidings.service", "docs/deploy.md"];

    let mut named = BTreeSet::new();
    for file in files {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        named.extend(words.filter(|word| word.starts_with("TIDINGS_")).map(str::to_owned));
    }

    assert!(named.len() > 4, "{named:?}");
    for setting in named {
        assert!(help.contains(&setting), "{setting} is none");
    }
}
