//! `tidings post` and `tidings follow`.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::timeout,
};

use crate::support::{Answer, PATIENCE, Program, TestApp, run};

async fn posts(app: &TestApp, token: &str, arguments: &[&str]) -> Answer {
    let arguments = [&["post"], arguments].concat();
    run(&arguments, &[("TIDINGS_SERVER", &app.url), ("TIDINGS_TOKEN", token)], "from the shell").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_posts_and_its_exit_code_says_what_became_of_it() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;

    let good =
        posts(&app, &program.token, &["Title", "--body", "-", "--to", "boss", "--alert", "info"]).await;
    let bad = posts(&app, &program.token, &["Title", "--to", "nobody"]).await;
    let stranger = posts(&app, "tid_nothing", &["Title", "--to", "everyone"]).await;
    app.kill().await;
    let away = posts(&app, &program.token, &["Title", "--to", "everyone"]).await;

    assert_eq!((good.code, good.out.trim()), (Some(0), format!("{}/posts/1", app.url).as_str()));
    assert_eq!((bad.code, stranger.code, away.code), (Some(3), Some(3), Some(4)));
    assert!(bad.err.contains("nobody") && stranger.err.contains("token"), "{bad:?} {stranger:?}");
    app.restart().await;
    let kept = program.gets("/api/v1/posts/1").await.json();
    assert_eq!((&kept["body"], &kept["severity"]), (&"from the shell\n".into(), &"info".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_follows_across_a_crash_without_missing_or_repeating() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let cursor = program.opens_stream().await.cursor;
    let mut follow = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .args(["follow", "--json", "--after", &cursor])
        .env("TIDINGS_SERVER", &app.url)
        .env("TIDINGS_TOKEN", &program.token)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(follow.stdout.take().unwrap()).lines();
    let mut next = async || {
        let line = timeout(PATIENCE * 3, lines.next_line()).await.expect("a line").unwrap().unwrap();
        serde_json::from_str::<serde_json::Value>(&line).unwrap()["post"].as_i64().unwrap()
    };

    let first = program.publishes("First").await;
    assert_eq!(next().await, first);
    app.kill().await;
    app.restart().await;
    let missed = [program.publishes("Second").await, program.publishes("Third").await];

    assert_eq!([next().await, next().await], missed);
    let fresh = program.publishes("Fourth").await;
    assert_eq!(next().await, fresh);
}
