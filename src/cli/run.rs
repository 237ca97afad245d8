//! `tidings run`: runs a command, and shows on a card that it runs and what became of it. What the command reads, writes and
//! ends with passes through unchanged, and it runs whether the server is there or not.

use std::{ffi::OsString, io, process::ExitCode, time::Instant};

use serde_json::{Value, json};

use crate::cli::{
    client::ServerOptions,
    run::{child::Ended, reporter::Reporter},
};

mod child;
mod reporter;
mod tail;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The card's name for programs; it is made if it is not there
    #[arg(long, value_name = "KEY")]
    card: String,
    /// The board that the card stands on, which is made if it is not there
    #[arg(long, value_name = "NAME")]
    board: String,
    /// What people read on the card; its name for programs, unless given
    #[arg(long)]
    title: Option<String>,
    /// After so many seconds without a word the card is shown as old
    #[arg(long, value_name = "SECONDS")]
    ttl: Option<u64>,
    /// Keeps the last lines that the command writes, up to 4 kB, on the card's own page: for its owner and admins
    /// alone. They may hold secrets
    #[arg(long)]
    with_output: bool,
    #[command(flatten)]
    server: ServerOptions,
    /// The command, and what it is given
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

pub(crate) async fn run(arguments: Arguments) -> ExitCode {
    let reporter = Reporter::start(&arguments.server, &arguments.card, arguments.began());
    let began = Instant::now();
    let ended = match child::run(&arguments.command, arguments.with_output).await {
        Ok(running) => running,
        Err(error) => {
            let command = arguments.command.first().map(|name| name.to_string_lossy()).unwrap_or_default();
            warn(&format!("cannot run {command}: {error}"));
            reporter.end(arguments.ended("It could not be started", false, None)).await;
            // As shells say it: not there, or not to be run.
            return ExitCode::from(if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 });
        }
    };
    let taken = humantime::format_duration(rounded(began.elapsed()));
    let Ended { status, output, rest } = ended;
    let code = child::exit_code(status);
    let words = format!("{} after {taken}", child::words(status));
    let reported = reporter.end(arguments.ended(&words, status.success(), output));
    // What the command left running may still write.
    tokio::join!(reported, rest);
    ExitCode::from(code)
}

impl Arguments {
    /// What the card says from the start on: waiting first, so that it runs from now on.
    fn began(&self) -> Vec<Value> {
        let mut card = json!({
            "board": self.board, "kind": "progress", "state": "waiting", "text": null, "percent": null,
            "step": null, "steps": null, "output": null,
        });
        for (field, value) in [("title", json!(self.title)), ("ttl", json!(self.ttl))] {
            if !value.is_null() {
                card[field] = value;
            }
        }
        vec![card, json!({ "state": "running" })]
    }

    /// What it says from the end on.
    fn ended(&self, text: &str, is_done: bool, output: Option<String>) -> Value {
        let state = if is_done { "done" } else { "failed" };
        let mut card = json!({ "board": self.board, "kind": "progress", "state": state, "text": text });
        if let Some(output) = output {
            card["output"] = json!(output);
        }
        card
    }
}

/// Whole seconds, but of what took none.
fn rounded(taken: std::time::Duration) -> std::time::Duration {
    use std::time::Duration;
    match taken.as_secs() {
        0 => Duration::from_millis(taken.subsec_millis().into()),
        seconds => Duration::from_secs(seconds),
    }
}

/// On standard error, among what the command writes there; where that is closed, nowhere.
fn warn(line: &str) {
    use io::Write;
    let _ = writeln!(io::stderr(), "tidings: {line}");
}
