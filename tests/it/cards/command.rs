//! `tidings card` and `tidings run`.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::{
    io::AsyncReadExt,
    process::Command,
    time::{sleep, timeout},
};

use crate::support::{Answer, Program, TIMEOUT, TestApp, eventually, run};

async fn shell(app: &TestApp, token: &str, arguments: &[&str]) -> Answer {
    run(arguments, &[("TIDINGS_SERVER", &app.url), ("TIDINGS_TOKEN", token)], "from the shell").await
}

async fn runs(app: &TestApp, token: &str, options: &[&str], script: &str) -> Answer {
    let arguments = [&["run", "--card", "job", "--board", "jobs"], options, &["--", "sh", "-c", script]];
    shell(app, token, &arguments.concat()).await
}

async fn started() -> (TestApp, Program) {
    let app = TestApp::start().await;
    app.admin("boss").await;
    app.publisher("ann").await;
    let program = Program::of(&app, "ann", "cards,stream").await;
    (app, program)
}

async fn job(program: &Program) -> Value {
    program.gets("/api/v1/cards/job").await.json()
}

#[tokio::test]
async fn a_shell_sets_and_removes_cards_and_its_exit_code_says_what_became_of_it() {
    let (mut app, program) = started().await;
    let token = program.token.clone();
    let sets = async |arguments: &[&str]| shell(&app, &token, &[&["card", "set"], arguments].concat()).await;

    let made = sets(&["boiler.temp", "-71.5", "--unit", "°C", "--board", "plant", "--title", "Boiler"]).await;
    assert_eq!((made.code, made.out.as_str()), (Some(0), ""), "{made:?}");
    assert_eq!(sets(&["boiler.temp", "72"]).await.code, Some(0));
    let card = program.gets("/api/v1/cards/boiler.temp").await.json();
    assert_eq!(
        (&card["value"], &card["unit"], &card["title"]),
        (&json!(72.0), &json!("°C"), &json!("Boiler"))
    );
    assert_eq!(sets(&["line", "warning", "--kind", "status", "--board", "plant"]).await.code, Some(0));
    assert_eq!(program.gets("/api/v1/cards/line").await.json()["state"], "warning");
    let half = ["copy", "50", "--kind", "progress", "--board", "plant", "--text", "Half of it"];
    assert_eq!(sets(&half).await.code, Some(0));
    assert_eq!(program.gets("/api/v1/cards/copy").await.json()["percent"], 50.0);

    let watched =
        ["line", "ok", "--kind", "status", "--failure", "--expect", "300", "--severity", "critical"];
    assert_eq!(sets(&watched).await.code, Some(0));
    let alarm = program.gets("/api/v1/cards/line").await.json()["alarm"].clone();
    assert_eq!((&alarm["failure"], &alarm["silence"]), (&json!("critical"), &json!("critical")));
    assert_eq!(sets(&["boiler.temp", "72", "--above", "80", "--leave", "75"]).await.code, Some(0));
    let alarm = program.gets("/api/v1/cards/boiler.temp").await.json()["alarm"].clone();
    assert_eq!(
        alarm["thresholds"],
        json!([{ "severity": "warning", "above": 80.0, "leave": 75.0, "for": 0 }])
    );
    let refused = sets(&["boiler.temp", "72", "--above", "80", "--leave", "85"]).await;
    assert!(refused.code == Some(3) && refused.err.contains("calm side"), "{refused:?}");
    assert_eq!(sets(&["line", "ok", "--grace", "5"]).await.code, Some(2));
    let of_nothing = sets(&["line", "ok", "--kind", "status", "--severity", "critical"]).await;
    assert_eq!(of_nothing.code, Some(2), "{of_nothing:?}");

    let homeless = sets(&["new", "1"]).await;
    assert!(homeless.code == Some(3) && homeless.err.contains("board"), "{homeless:?}");
    assert_eq!(sets(&["line", "asleep", "--kind", "status"]).await.code, Some(3));
    assert_eq!(sets(&["BAD", "1", "--board", "plant"]).await.code, Some(3));
    assert_eq!(sets(&["line"]).await.code, Some(2));
    assert_eq!(shell(&app, &token, &["card", "remove", "line"]).await.code, Some(0));
    assert_eq!(program.gets("/api/v1/cards/line").await.status, 404);
    assert_eq!(shell(&app, &token, &["card", "remove", "line"]).await.code, Some(3));
    app.kill().await;
    assert_eq!(shell(&app, &token, &["card", "set", "line", "1"]).await.code, Some(4));
}

#[tokio::test]
async fn a_command_passes_through_unchanged_and_its_card_says_how_it_ended() {
    let (app, program) = started().await;

    let done = runs(&app, &program.token, &[], "cat; echo out; echo err >&2; exit 0").await;
    assert_eq!((done.code, &*done.out, &*done.err), (Some(0), "from the shell\nout\n", "err\n"));
    let card = job(&program).await;
    assert_eq!(
        (&card["kind"], &card["state"], &card["board"]),
        (&json!("progress"), &json!("done"), &json!("jobs"))
    );
    assert!(card["text"].as_str().unwrap().starts_with("Exit code 0 after "), "{card}");
    assert!(card["started_at"].is_string() && card["ended_at"].is_string(), "{card}");

    let failed = runs(&app, &program.token, &["--with-output"], "cat; echo out; echo err >&2; exit 42").await;
    assert_eq!((failed.code, &*failed.out, &*failed.err), (Some(42), "from the shell\nout\n", "err\n"));
    let card = job(&program).await;
    assert_eq!(card["state"], "failed");
    assert!(card["text"].as_str().unwrap().starts_with("Exit code 42 after "), "{card}");

    let by_signal = runs(&app, &program.token, &[], "kill -KILL $$").await;
    assert_eq!(by_signal.code, Some(137));
    assert!(job(&program).await["text"].as_str().unwrap().starts_with("Ended by signal 9"));
    let nothing =
        shell(&app, &program.token, &["run", "--card", "job", "--board", "jobs", "--", "no-such-command"]);
    assert_eq!(nothing.await.code, Some(127));
    assert_eq!(job(&program).await["state"], "failed");
}

#[tokio::test]
async fn what_a_command_wrote_stands_on_the_cards_page_for_its_owner_and_admins_alone() {
    let (app, program) = started().await;
    app.member("ben").await;
    program.sets("job", &json!({ "board": "jobs", "kind": "progress", "audience": "everyone" })).await;
    let script = r"seq 2000; printf 'the \033[1msecret\033[0m\n'; exit 1";

    let failed = runs(&app, &program.token, &["--with-output"], script).await;

    assert!(failed.out.ends_with("the \x1b[1msecret\x1b[0m\n"), "{}", failed.out);
    for (name, sees) in [("ann", true), ("boss", true), ("ben", false)] {
        let person = app.signs_in(name).await;
        let page = person.gets("/cards/job").await;
        assert_eq!((page.status, page.text.contains("2000\nthe [1msecret")), (200, sees), "{name}");
        assert!(!page.text.contains("\n1\n2\n"), "only the last 4 kB");
        assert!(!person.gets("/boards/jobs").await.text.contains("secret"));
        let mut stream = person.watches("board:jobs").await;
        assert!(!stream.next("cards").await.data.to_string().contains("secret"));
    }
    assert!(!job(&program).await.to_string().contains("secret"));
    assert!(!program.watches("board:jobs").await.next("cards").await.data.to_string().contains("secret"));

    // The next run has written nothing yet, and a card that goes takes it along.
    runs(&app, &program.token, &[], "true").await;
    assert!(!app.signs_in("ann").await.gets("/cards/job").await.text.contains("secret"));
    runs(&app, &program.token, &["--with-output"], "echo the secret").await;
    program.removes("job").await;
    let left = app.asks_database("SELECT COUNT(*) FROM card_outputs").await;
    assert_eq!(left.try_get_by_index::<i64>(0).unwrap(), 0);
    let long = json!({ "board": "jobs", "kind": "progress", "output": "x".repeat(4097) });
    assert!(program.sets("job", &long).await.json()["errors"]["output"].is_string());
}

#[tokio::test]
async fn a_command_runs_when_the_server_is_away_or_refuses() {
    let (mut app, program) = started().await;

    let refused = runs(&app, "tid_nothing", &[], "echo it ran; exit 5").await;
    assert_eq!((refused.code, &*refused.out), (Some(5), "it ran\n"));
    assert!(refused.err.contains("token"), "{}", refused.err);

    app.kill().await;
    let began = Instant::now();
    let away = runs(&app, &program.token, &[], "echo it ran; exit 6").await;
    assert_eq!((away.code, &*away.out), (Some(6), "it ran\n"));
    assert!(away.err.contains("cannot reach"), "{}", away.err);
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
}

/// The server comes back while the command runs: the card says both that it ran and how it ended.
#[tokio::test]
async fn a_card_is_there_as_soon_as_the_server_is() {
    let (mut app, program) = started().await;
    app.kill().await;
    let wait = app.folder.path().join("go");
    let script = format!("until [ -e '{}' ]; do sleep 0.05; done", wait.display());
    let token = program.token.clone();
    let environment = [("TIDINGS_SERVER".to_owned(), app.url.clone()), ("TIDINGS_TOKEN".to_owned(), token)];
    let job_runs = tokio::spawn(async move {
        let environment: Vec<_> = environment.iter().map(|(name, value)| (&**name, &**value)).collect();
        run(&["run", "--card", "job", "--board", "jobs", "--", "sh", "-c", &script], &environment, "").await
    });

    sleep(Duration::from_secs(2)).await;
    let back = Timestamp::now();
    app.restart().await;
    let program = program.at(&app);
    eventually("it runs", || async { (job(&program).await["state"] == "running").then_some(()) }).await;
    let began: Timestamp = job(&program).await["started_at"].as_str().unwrap().parse().unwrap();
    assert!(began < back, "it ran before the server was there: {began}");
    std::fs::write(&wait, "").unwrap();

    assert_eq!(job_runs.await.unwrap().code, Some(0));
    assert_eq!(job(&program).await["state"], "done");
}

#[tokio::test]
async fn signals_reach_the_command() {
    let (app, program) = started().await;
    for (signal, name) in [
        (Signal::TERM, "TERM"),
        (Signal::INT, "INT"),
        (Signal::HUP, "HUP"),
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
    ] {
        let script = format!("trap 'echo {name}; exit 7' {name}; echo ready; while :; do sleep 0.05; done");
        // Whoever runs the tests may have had a signal ignored, as nohup does.
        let mut child = Command::new("env")
            .args(["--default-signal=HUP,INT,TERM,USR1,USR2", env!("CARGO_BIN_EXE_tidings")])
            .args(["run", "--card", "job", "--board", "jobs", "--", "sh", "-c", &script])
            .envs([("TIDINGS_SERVER", &app.url), ("TIDINGS_TOKEN", &program.token)])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        let mut ready = [0; 6];
        timeout(TIMEOUT, out.read_exact(&mut ready)).await.unwrap().unwrap();

        let id = Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap();
        kill_process(id, signal).unwrap();

        let mut rest = String::new();
        timeout(TIMEOUT, out.read_to_string(&mut rest)).await.unwrap().unwrap();
        assert_eq!(rest, format!("{name}\n"));
        assert_eq!(timeout(TIMEOUT, child.wait()).await.unwrap().unwrap().code(), Some(7));
        assert_eq!(job(&program).await["state"], "failed");
    }
}

#[tokio::test]
async fn what_is_ignored_as_by_nohup_is_ignored_by_the_command_too() {
    let (app, program) = started().await;
    let shell = "trap '' HUP; exec \"$0\" run --card job --board jobs -- sh -c 'kill -HUP $$; echo alive'";

    let ran = Command::new("sh")
        .args(["-c", shell, env!("CARGO_BIN_EXE_tidings")])
        .envs([("TIDINGS_SERVER", &app.url), ("TIDINGS_TOKEN", &program.token)])
        .stdin(Stdio::null())
        .output();
    let ran = timeout(TIMEOUT, ran).await.unwrap().unwrap();

    assert_eq!((ran.status.code(), &*ran.stdout), (Some(0), &b"alive\n"[..]), "{ran:?}");
    assert_eq!(job(&program).await["state"], "done");
}
