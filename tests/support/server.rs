//! The real binary as a process: a server that runs, or a command that comes to its end.

use std::{
    process::Stdio,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::{TIMEOUT, eventually_within};

/// A running server, and everything it has said.
pub struct Server {
    pub child: Child,
    pub out: Arc<Mutex<String>>,
    pub err: Arc<Mutex<String>>,
}

impl Server {
    pub async fn start(
        listen: &str,
        database: &str,
        options: &[String],
        before: Option<&str>,
    ) -> Result<Self, String> {
        let mut arguments = vec!["serve", "--listen", listen, "--database", database];
        arguments.extend(options.iter().map(String::as_str));
        Self::spawn(&arguments, &[], before).await
    }

    /// Runs the binary until it says where it listens. If it ends before that, the error is what it said.
    pub async fn spawn(
        arguments: &[&str],
        environment: &[(&str, &str)],
        before: Option<&str>,
    ) -> Result<Self, String> {
        let mut child = command(before)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = keeps(child.stdout.take().unwrap());
        let err = keeps(child.stderr.take().unwrap());
        // What a test wrote by hand, thousands of people say, is put in order first.
        let ended = eventually_within(TIMEOUT * 3, "the server listens", async || {
            if out.lock().unwrap().contains("Tidings listens on ") {
                return Some(false);
            }
            // The tasks that read its pipes end after its last words, and let go of their half of these.
            (Arc::strong_count(&out) == 1 && Arc::strong_count(&err) == 1).then_some(true)
        });
        if ended.await {
            return Err(err.lock().unwrap().clone());
        }
        Ok(Self { child, out, err })
    }
}

/// Collects what a pipe says until it ends, so that the writer never waits.
fn keeps(pipe: impl AsyncRead + Send + Unpin + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&text);
    tokio::spawn(async move {
        let mut lines = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let mut kept = kept.lock().unwrap();
            kept.push_str(&line);
            kept.push('\n');
        }
    });
    text
}

/// What a command of the binary said, and how it ended.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs the binary to its end.
pub async fn run(arguments: &[&str], environment: &[(&str, &str)], input: &str) -> Answer {
    let mut child = command(None)
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments ends without reading.
    let _ = child.stdin.take().unwrap().write_all(format!("{input}\n").as_bytes()).await;
    let output = timeout(TIMEOUT, child.wait_with_output()).await.expect("the command ends").unwrap();
    Answer {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The binary without anything the environment of the tests says to it.
fn command(before: Option<&str>) -> Command {
    let binary = env!("CARGO_BIN_EXE_tidings");
    let mut command = match before {
        None => Command::new(binary),
        Some(before) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("{before}; exec \"$@\""), "sh", binary]);
            shell
        }
    };
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TIDINGS_")) {
        command.env_remove(name);
    }
    command.kill_on_drop(true);
    command
}

/// A free port below those the kernel hands out, so that nobody takes it while the server is down.
pub fn quiet_port() -> u16 {
    loop {
        let port = rand::random_range(10_240..32_768);
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
