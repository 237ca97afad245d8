//! `tidings post` and `tidings follow`.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::timeout,
};

use crate::support::{Answer, Program, TIMEOUT, TestApp, makes_group, run};

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
    let typo = posts(&app, &program.token, &["Title", "--to", "everyone", "--alert", "crticial"]).await;
    app.kill().await;
    let away = posts(&app, &program.token, &["Title", "--to", "everyone"]).await;

    assert_eq!((good.code, good.out.trim()), (Some(0), format!("{}/posts/1", app.url).as_str()));
    assert_eq!((bad.code, stranger.code, away.code), (Some(3), Some(3), Some(4)));
    assert!(typo.code == Some(2) && typo.err.contains("critical"), "{typo:?}");
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
        let line = timeout(TIMEOUT * 3, lines.next_line()).await.expect("a line").unwrap().unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn following_ends_quietly_when_nobody_reads_on_and_loudly_when_the_token_is_gone() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let cursor = program.opens_stream().await.cursor;
    let follows = || {
        let mut follow = Command::new(env!("CARGO_BIN_EXE_tidings"));
        follow
            .args(["follow", "--server", &app.url, "--after", &cursor])
            .env("TIDINGS_TOKEN", &program.token);
        follow.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap()
    };

    let mut read_on = follows();
    let mut reads = BufReader::new(read_on.stdout.take().unwrap()).lines();
    program.publishes("First").await;
    let line = timeout(TIMEOUT, reads.next_line()).await.expect("a line").unwrap().unwrap();
    assert!(
        line.contains("  news      First  ") && line.ends_with(&format!("{}/posts/1", app.url)),
        "{line}"
    );

    let mut read_once = follows();
    drop(read_once.stdout.take());
    let ended = timeout(TIMEOUT, read_once.wait_with_output()).await.expect("it ends").unwrap();
    assert_eq!((ended.status.code(), ended.stderr.is_empty()), (Some(0), true), "{ended:?}");

    boss.posts("/admin/tokens/1/revocation", &[]).await;
    let refused = timeout(TIMEOUT * 2, read_on.wait_with_output()).await.expect("it ends").unwrap();
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_posts_to_several_and_to_names_with_commas() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (anna, ben) = (app.member("Berg, Anna").await, app.member("ben").await);
    for (group, person) in [("Crew, night", "Berg, Anna"), ("Day", "ben")] {
        makes_group(&boss, group, &[person]).await;
    }
    let program = Program::of(&app, "boss", "publish").await;
    let sends = async |to: &[&str]| {
        let to: Vec<_> = to.iter().flat_map(|name| ["--to", *name]).collect();
        posts(&app, &program.token, &[&["Title"], &to[..]].concat()).await
    };

    for (to, for_anna, for_ben) in [
        (&["Berg, Anna"][..], true, false),
        (&["berg,  ANNA", "ben"], true, true),
        (&["ben, boss"], false, true),
        (&["group:Crew, night"], true, false),
        (&["group:Crew, night", "group:Day"], true, true),
        (&["group:Day,day"], false, true),
        (&["Berg, Anna", "group:Day"], true, true),
    ] {
        let answer = sends(to).await;
        assert_eq!(answer.code, Some(0), "{to:?}: {answer:?}");
        let path = answer.out.trim().strip_prefix(&app.url).unwrap().to_owned();
        let seen = (anna.gets(&path).await.status == 200, ben.gets(&path).await.status == 200);
        assert_eq!(seen, (for_anna, for_ben), "{to:?}");
    }
    for wrong in [&["ben, nobody"][..], &["ben", "group:Night"], &["ben, boss", "ben"]] {
        let answer = sends(wrong).await;
        assert_eq!(answer.code, Some(3), "{wrong:?}: {answer:?}");
    }
    for wrong in [&["everyone", "ben"][..], &["everyone, ben"]] {
        let answer = sends(wrong).await;
        assert!(answer.code == Some(3) && answer.err.contains("stands alone"), "{wrong:?}: {answer:?}");
    }
    assert!(sends(&["ben, nobody"]).await.err.contains("nobody"));
    assert_eq!(sends(&[]).await.code, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_work_ends_with_3_and_at_once() {
    let good = format!("tid_{}", "0".repeat(64));
    let here = "http://127.0.0.1:1";
    for (server, token) in [
        (here, "tid_with\nanother line"),
        (here, "schlüssel"),
        (here, "tid_short"),
        (here, &format!("{good}0")),
        ("nonsense", good.as_str()),
        ("ftp://127.0.0.1", &good),
        ("http://", &good),
        ("http://127.0.0.1:99999", &good),
        ("http://127.0.0.1:1/?x", &good),
        ("127.0.0.1:8080", &good),
    ] {
        for command in [&["post", "Title", "--to", "everyone"][..], &["follow"]] {
            let answer = run(command, &[("TIDINGS_SERVER", server), ("TIDINGS_TOKEN", token)], "").await;
            assert_eq!(answer.code, Some(3), "{server} {token}: {answer:?}");
            assert!(answer.err.starts_with("error: "), "{answer:?}");
        }
    }
}
