//! Parses the command, starts the program's own log, and runs.

use std::{io::IsTerminal, process::ExitCode};

use clap::{
    CommandFactory, FromArgMatches,
    error::{ContextKind, ContextValue},
};
use tidings::{config::LogFormat, secrets};
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command};

mod cli;
mod commands;
mod serve;
mod signals;

/// What hyper and poem need while a stream is opened is freed at once, but lies between what the stream keeps.
/// This allocator keeps sizes apart, so that those pages go back to the system.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Options that may hold a password.
const SECRET: [&str; 2] = ["database", "redis"];

/// What a command failed of: its text is the one line that is shown.
type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    // sqlx says more than an operator wants to know, and tower-sessions warns of every cookie that is old.
    let quiet = "info,sqlx=warn,sea_orm_migration=warn,tower_sessions_core=error";
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| quiet.into());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // It would complain on standard error, too, and panic if that is what is gone.
        .log_internal_errors(false);
    match cli.config.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    let done = match cli.command {
        None | Some(Command::Serve) => serve::run(cli.config).await,
        Some(Command::Health) => commands::health(&cli.config).await,
        Some(Command::User(command)) => commands::change_user(&cli.config, command).await,
        Some(Command::Token(command)) => commands::create_token(&cli.config, command).await,
        Some(Command::Post { title, body, to, alert, reach }) => {
            return commands::as_client(move || commands::post(&reach, &title, body, alert.as_deref(), &to))
                .await;
        }
        Some(Command::Follow { json, after, reach }) => {
            return commands::as_client(move || commands::follow(&reach, json, after)).await;
        }
        Some(Command::Migrate) => commands::migrate(&cli.config).await,
        Some(Command::Backup { file }) => commands::back_up(&cli.config, &file).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let words = failure.downcast_ref().map_or_else(|| failure.to_string(), tidings::db::in_words);
            eprintln!("error: {words}");
            ExitCode::FAILURE
        }
    }
}

/// The command line, then the environment, then files that hold secrets: the first that says a thing counts.
fn parse() -> Result<Cli, ExitCode> {
    let mut command = Cli::command();
    for secret in SECRET {
        match secrets::from_file(secret) {
            Ok(None) => {}
            Ok(Some(value)) => {
                command = command.mut_arg(secret, |arg| arg.default_value(value).hide_default_value(true));
            }
            Err(error) => {
                eprintln!("error: {error}");
                return Err(ExitCode::FAILURE);
            }
        }
    }
    let parsed = command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|mut mistake| {
        if let Some(ContextValue::String(argument)) = mistake.get(ContextKind::InvalidArg)
            && SECRET.iter().any(|secret| argument.starts_with(&format!("--{secret} ")))
        {
            // It may be right but for a letter, and errors end up in logs.
            mistake.insert(ContextKind::InvalidValue, ContextValue::String("(not shown)".into()));
        }
        explain(&mistake)
    })
}

/// Help in full; a mistake in one line.
fn explain(mistake: &clap::Error) -> ExitCode {
    let text = mistake.to_string();
    if !mistake.use_stderr() {
        print!("{text}");
        return ExitCode::SUCCESS;
    }
    let first_paragraph = text.split("\n\n").next().unwrap_or_default();
    eprintln!("{}", first_paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    ExitCode::from(2)
}
