//! The command line: parses the command, starts the program's own log, and runs the command, which has a file of its own. The
//! options stand in `config`.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{self, ErrorKind, IsTerminal, Write},
    panic,
    process::ExitCode,
    thread,
};

use clap::{FromArgMatches, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::{
    cli::{client::ClientError, program_log::ProgramLog},
    config::{Config, LogFormat},
};

mod arguments;
mod backup;
mod card;
mod client;
mod demo;
mod follow;
mod group;
mod health;
mod migrate;
mod output;
mod post;
mod program_log;
mod restore;
mod run;
mod serve;
mod signals;
mod token;
mod user;

/// What a command failed of: its text is the one line that is shown.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// Runs the command that the arguments name; the exit code says how it went.
///
/// The runtime is started here, since a future is compiled where it is polled: in the library all of it is compiled once,
/// and beside the rest.
#[tokio::main]
pub async fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let log = match start_log(cli.config.log_format) {
        Ok(log) => log,
        Err(error) => {
            print_error(&format!("error: the log cannot be written: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let code = match run(cli, &log).await {
        Ok(code) => code,
        Err(failure) => {
            let words = failure.downcast_ref().map_or_else(|| failure.to_string(), crate::db::full_reason);
            log.write_line(&format!("error: {words}"));
            exit_code(&failure)
        }
    };
    log.settle();
    code
}

async fn run(cli: Cli, log: &ProgramLog) -> Result<ExitCode, Failure> {
    let done = match cli.command {
        // It ends as the command that it runs.
        Some(Command::Run(arguments)) => return Ok(run::run(*arguments).await),
        None | Some(Command::Serve) => serve::run(cli.config, log).await,
        Some(Command::Health) => health::run(&cli.config).await,
        Some(Command::User(command)) => user::run(&cli.config, command).await,
        Some(Command::Group(command)) => group::run(&cli.config, command).await,
        Some(Command::Token(command)) => token::run(&cli.config, command).await,
        Some(Command::Post(arguments)) => client::run(move || post::run(arguments)).await,
        Some(Command::Follow(arguments)) => client::run(move || follow::run(arguments)).await,
        Some(Command::Card(command)) => client::run(move || card::run(command)).await,
        Some(Command::Migrate) => migrate::run(&cli.config).await,
        Some(Command::Backup(arguments)) => backup::run(&cli.config, &arguments).await,
        Some(Command::Restore(arguments)) => restore::run(&cli.config, &arguments).await,
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// What a command ends with that failed.
fn exit_code(failure: &Failure) -> ExitCode {
    match failure.downcast_ref() {
        Some(ClientError::Refused(_) | ClientError::AudienceRefused(_)) => ExitCode::from(3),
        Some(ClientError::Unavailable(_)) => ExitCode::from(4),
        _ => ExitCode::FAILURE,
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
        print_error(&format!("error: {error}"));
        ExitCode::FAILURE
    })?;
    let given = arguments::given(&command, std::env::args_os());
    let parsed = command.try_get_matches_from(given).and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|mistake| print_mistake(&arguments::without_secrets(mistake)))
}

/// Help in full; a mistake in one line.
fn print_mistake(mistake: &clap::Error) -> ExitCode {
    let text = mistake.to_string();
    if !mistake.use_stderr() {
        return match output::print(&text) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                print_error(&format!("error: cannot write: {error}"));
                ExitCode::FAILURE
            }
            // Whoever read along, say `head`, has seen enough.
            _ => ExitCode::SUCCESS,
        };
    }
    let first_paragraph = text.split("\n\n").next().unwrap_or_default();
    print_error(&first_paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    ExitCode::from(2)
}

/// Before there is a log. Where standard error takes nothing, the exit code has to do.
fn print_error(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Live news and alerts for the people of one organisation
#[derive(Parser)]
#[command(version, about, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) config: Config,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Runs the server; what happens without a command too
    Serve,
    /// Asks the server at `--listen` whether it is up; exits with 1 if it is not. For those who watch over it
    Health,
    /// Lists, adds and changes people, beside a running server too; passwords are read from standard input
    #[command(subcommand)]
    User(user::Command),
    /// Lists and changes groups, and who is in them, beside a running server too
    #[command(subcommand)]
    Group(group::Command),
    /// Makes tokens, by which programs post and listen
    #[command(subcommand)]
    Token(token::Command),
    /// Posts through a running server; exits with 3 if it refuses, with 4 if trying later may help
    Post(post::Arguments),
    /// Prints what is posted, a line each, for ever; waits for a server that is away
    Follow(follow::Arguments),
    /// Sets and removes cards through a running server; exits as `tidings post` does
    #[command(subcommand)]
    Card(card::Command),
    /// Runs a command, and shows on a card that it runs and what became of it. What it writes and ends with passes through
    /// unchanged, and it runs even when the server is away
    Run(Box<run::Arguments>),
    /// Brings the database's schema up to date, which every command does first
    Migrate,
    /// Writes a copy of the database to a new file, beside a running server too
    Backup(backup::Arguments),
    /// After a copy was put back: names what differs from the database that it replaced, and changes nothing
    Restore(restore::Arguments),
}
