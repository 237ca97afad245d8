//! Commands whose standard output nobody reads, or that is a file on a full disk.

use std::{fs::File, process::Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use crate::support::{Answer, Program, Role, TIMEOUT, TestApp, eventually, quiet_port};

/// A pipe without a reader.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

async fn run_into(out: Stdio, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(arguments).envs(environment.iter().copied()).kill_on_drop(true);
    let mut child = command.stdin(Stdio::piped()).stdout(out).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(b"a long password of nobody\n").await;
    let ended = timeout(TIMEOUT * 2, child.wait_with_output()).await.expect("it ends").unwrap();
    let err = String::from_utf8(ended.stderr).unwrap();
    assert!(!err.contains("panicked") && ended.status.code() != Some(101), "{arguments:?}: {err}");
    Answer { code: ended.status.code(), out: String::new(), err }
}

#[tokio::test]
async fn no_command_panics_where_its_words_cannot_be_written() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let cursor = program.opens_stream().await.cursor;
    program.publishes("Something to follow").await;
    let database = app.database();
    let listen = format!("127.0.0.1:{}", app.port);
    let environment = [("TIDINGS_SERVER", app.url.as_str()), ("TIDINGS_TOKEN", program.token.as_str())];
    let commands: [(&[&str], i32, i32); 9] = [
        (&["--help"], 0, 1),
        (&["--version"], 0, 1),
        (&["user", "--help"], 0, 1),
        (&["--database", &database, "migrate"], 0, 0),
        (&["--database", &database, "user", "disable", "nobody"], 1, 1),
        (&["--listen", &listen, "health"], 0, 0),
        (&["post", "Unsaid", "--to", "everyone"], 1, 1),
        (&["follow", "--after", &cursor], 0, 1),
        (&["--database", &database, "--demo"], 2, 2),
    ];

    for (arguments, if_closed, if_full) in commands {
        let answer = run_into(closed(), arguments, &environment).await;
        assert_eq!(answer.code, Some(if_closed), "{arguments:?}: {answer:?}");
        let answer = run_into(full(), arguments, &environment).await;
        assert_eq!(answer.code, Some(if_full), "{arguments:?}: {answer:?}");
    }
    let unsaid = run_into(full(), &["post", "Unsaid", "--to", "everyone"], &environment).await;
    assert!(unsaid.err.contains("it is posted"), "{unsaid:?}");
}

#[tokio::test]
async fn a_token_that_could_not_be_written_is_not_kept() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let database = app.database();
    let create =
        ["--database", &database, "token", "create", "job", "--user", "boss", "--scope", "publish, stream,"];

    for out in [closed(), full()] {
        let answer = run_into(out, &create, &[]).await;
        assert!(answer.code == Some(1) && answer.err.contains("not kept"), "{answer:?}");
    }

    let kept: i64 = app.asks_database("SELECT count(*) FROM tokens").await.try_get_by_index(0).unwrap();
    assert_eq!(kept, 0);
    assert_eq!(run_into(Stdio::null(), &create, &[]).await.code, Some(0));
    let kept: i64 = app.asks_database("SELECT count(*) FROM tokens").await.try_get_by_index(0).unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn a_server_goes_on_without_standard_output() {
    for out in [closed(), full()] {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("tidings.db").display());
        let listen = format!("127.0.0.1:{}", quiet_port());
        let mut server = Command::new(env!("CARGO_BIN_EXE_tidings"))
            .args(["--database", &database, "--listen", &listen])
            .stdout(out)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();

        eventually("it serves", async || reqwest::get(format!("http://{listen}/readyz")).await.ok()).await;

        let pid = Pid::from_raw(server.id().unwrap().cast_signed()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        assert_eq!(timeout(TIMEOUT, server.wait()).await.unwrap().unwrap().code(), Some(0));
    }
}
