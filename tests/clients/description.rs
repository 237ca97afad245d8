//! The API against its description, by schemathesis: what it makes up from the description is sent, and what
//! comes back must be as described.

use std::{process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{process::Command, time::timeout};

use crate::{
    installed, script,
    support::{Program, TestApp, makes_group},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_described_holds_whatever_is_sent_with_whatever_token() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.member("ann").await;
    makes_group(&boss, "Night shift", &["ann"]).await;
    let both = Program::of(&app, "boss", "publish,stream").await;
    both.publishes("To be read").await;
    let description = both.gets("/api/v1/openapi.json").await.json();
    let paths = description["paths"].as_object().unwrap();
    let operations: usize = paths.values().map(|methods| methods.as_object().unwrap().len()).sum();

    let thorough = ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "40"];
    let quick = ["--phases", "coverage"];
    for (token, how) in [
        (both.token, &thorough[..]),
        (Program::of(&app, "boss", "publish").await.token, &quick),
        (Program::of(&app, "boss", "stream").await.token, &quick),
        (Program::of(&app, "ann", "publish,stream").await.token, &quick),
        (format!("tid_{}", "0".repeat(64)), &quick),
    ] {
        let report = runs(&app, &description, &token, how).await;
        assert_eq!(report["operations"]["tested"], operations, "{report:#}");
        assert!(report["test_cases"]["generated"].as_u64() > Some(150), "{report:#}");
    }
}

/// It makes some thousand requests, more with each address that is described.
const RUN_TIMEOUT: Duration = Duration::from_secs(300);

/// Runs schemathesis, which must find nothing; its report.
async fn runs(app: &TestApp, description: &Value, token: &str, how: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    // From a file: an address of the description would be left out of what is tested.
    std::fs::write(folder.path().join("openapi.json"), description.to_string()).unwrap();
    let report = folder.path().join("report.json");
    let mut schemathesis = Command::new(installed("python/bin/schemathesis"));
    schemathesis
        .arg("--config-file")
        .arg(script("schemathesis.toml"))
        .args(["run", "openapi.json", "--url", &app.url, "--no-color", "--continue-on-failure"])
        // The same on every run, so that whoever breaks something is the one who sees it.
        .args(["--generation-deterministic", "--warnings", "off"])
        .args(["--report", "json", "--report-json-path"])
        .arg(&report)
        .args(how)
        .env("SCHEMATHESIS_HOOKS", "schemathesis_hooks")
        .env("PYTHONPATH", script(""))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("TIDINGS_TOKEN", token)
        .env("PEOPLE", "boss,ann")
        .env("GROUPS", "Night shift")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(RUN_TIMEOUT, schemathesis.output()).await.expect("it ends").unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    // A body that was made up may be long.
    let said: Vec<String> = said.lines().map(|line| line.chars().take(300).collect()).collect();
    assert!(output.status.success(), "{}", said.join("\n"));
    serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap()
}
