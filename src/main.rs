//! Parses the command, starts the program's own log, and runs.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{self, ErrorKind, IsTerminal, Write},
    panic,
    process::ExitCode,
    thread,
};

use clap::FromArgMatches;
use tidings::config::LogFormat;
use tracing_subscriber::EnvFilter;

use crate::{
    cli::{Cli, Command},
    program_log::ProgramLog,
};

mod arguments;
mod cli;
mod commands;
mod output;
mod program_log;
mod serve;
mod signals;

/// What hyper and poem need while a stream is opened is freed at once, but lies between what the stream keeps.
/// This allocator keeps sizes apart, so that those pages go back to the system.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What a command failed of: its text is the one line that is shown.
type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let log = match start_log(cli.config.log_format) {
        Ok(log) => log,
        Err(error) => {
            complain(&format!("error: the log cannot be written: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let code = match run(cli, &log).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let words = failure.downcast_ref().map_or_else(|| failure.to_string(), tidings::db::in_words);
            log.say(&format!("error: {words}"));
            commands::exit_code(&failure)
        }
    };
    log.settle();
    code
}

async fn run(cli: Cli, log: &ProgramLog) -> Result<(), Failure> {
    match cli.command {
        None | Some(Command::Serve) => serve::run(cli.config, log).await,
        Some(Command::Health) => commands::health(&cli.config).await,
        Some(Command::User(command)) => commands::change_user(&cli.config, command).await,
        Some(Command::Token(command)) => commands::create_token(&cli.config, command).await,
        Some(Command::Post { title, body, to, alert, reach }) => {
            commands::as_client(move || commands::post(&reach, &title, body, alert.as_deref(), &to)).await
        }
        Some(Command::Follow { json, after, reach }) => {
            commands::as_client(move || commands::follow(&reach, json, after)).await
        }
        Some(Command::Migrate) => commands::migrate(&cli.config).await,
        Some(Command::Backup { file }) => commands::back_up(&cli.config, &file).await,
        Some(Command::Restore { against }) => commands::compare(&cli.config, &against).await,
    }
}

fn start_log(format: LogFormat) -> io::Result<ProgramLog> {
    let log = ProgramLog::start(format)?;
    // sqlx says more than an operator wants to know, and tower-sessions warns of every cookie that is old.
    let quiet = "info,sqlx=warn,sea_orm_migration=warn,tower_sessions=error";
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let filter = if wanted.trim().is_empty() { Ok(quiet.into()) } else { wanted.parse::<EnvFilter>() };
    let is_understood = filter.is_ok();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|_| quiet.into()))
        .with_writer(log.clone())
        .log_internal_errors(false);
    match format {
        LogFormat::Text => subscriber.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
    panic::set_hook(Box::new(|panic| {
        let thread = thread::current().name().map(str::to_owned);
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then_some(backtrace);
        let backtrace = backtrace.as_ref().map(tracing::field::display);
        tracing::error!(thread, backtrace, "A task {panic}");
    }));
    if !is_understood {
        tracing::warn!("RUST_LOG is not understood, and has no effect");
    }
    Ok(log)
}

/// The command line, then the environment, then files that hold secrets: the first that says a thing counts.
fn parse() -> Result<Cli, ExitCode> {
    let command = arguments::command().map_err(|error| {
        complain(&format!("error: {error}"));
        ExitCode::FAILURE
    })?;
    let given = arguments::given(&command, std::env::args_os());
    let parsed = command.try_get_matches_from(given).and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|mistake| explain(&arguments::without_secrets(mistake)))
}

/// Help in full; a mistake in one line.
fn explain(mistake: &clap::Error) -> ExitCode {
    let text = mistake.to_string();
    if !mistake.use_stderr() {
        return match output::print(&text) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                complain(&format!("error: cannot write: {error}"));
                ExitCode::FAILURE
            }
            // Whoever read along, say `head`, has seen enough.
            _ => ExitCode::SUCCESS,
        };
    }
    let first_paragraph = text.split("\n\n").next().unwrap_or_default();
    complain(&first_paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    ExitCode::from(2)
}

/// Before there is a log. Where standard error takes nothing, the exit code has to do.
fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
