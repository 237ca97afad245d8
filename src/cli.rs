//! The command line: parses the command, starts the program's own log, and runs. The options stand in `config`.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{self, ErrorKind, IsTerminal, Write},
    panic,
    path::PathBuf,
    process::ExitCode,
    thread,
    time::Duration,
};

use clap::{FromArgMatches, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::{
    cli::program_log::ProgramLog,
    config::{self, Config, LogFormat},
    domain::{tokens::Scopes, users::Role},
    networks::{self, Network},
};

pub mod arguments;
pub mod client;
pub mod commands;
pub mod demo;
pub mod output;
pub mod program_log;
pub mod serve;
pub mod signals;

/// What a command failed of: its text is the one line that is shown.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// Runs the command that the arguments name; the exit code says how it went.
pub async fn main() -> ExitCode {
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
            let words = failure.downcast_ref().map_or_else(|| failure.to_string(), crate::db::full_reason);
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
    /// Adds or changes a person, beside a running server too; passwords are read from standard input
    #[command(subcommand)]
    User(UserCommand),
    /// Makes tokens, by which programs post and listen
    #[command(subcommand)]
    Token(TokenCommand),
    /// Posts through a running server; exits with 3 if it refuses, with 4 if trying later may help
    Post {
        /// One line of plain text
        title: String,
        /// Markdown; `-` reads it from standard input
        #[arg(long, default_value = "")]
        body: String,
        /// `everyone`, a name, or `group:` and the name of a group; may be given again for more. Given once, it takes
        /// several with commas between, too
        #[arg(long, required = true, value_name = "NAME")]
        to: Vec<String>,
        /// Makes it an alert of this severity
        #[arg(long, value_name = "SEVERITY", value_parser = ["info", "warning", "critical"])]
        alert: Option<String>,
        #[command(flatten)]
        reach: Reach,
    },
    /// Prints what is posted, a line each, for ever; waits for a server that is away
    Follow {
        /// Prints each post as one line of JSON
        #[arg(long)]
        json: bool,
        /// Goes on after this event's id, instead of starting with what is posted next
        #[arg(long, value_name = "ID")]
        after: Option<String>,
        #[command(flatten)]
        reach: Reach,
    },
    /// Brings the database's schema up to date, which every command does first
    Migrate,
    /// Writes a copy of the database to a new file, beside a running server too
    Backup {
        /// Must not exist yet
        file: PathBuf,
    },
    /// After a copy was put back: names what differs from the database that it replaced, and changes nothing
    Restore {
        /// The file that was replaced; it is only read
        #[arg(long, value_name = "FILE")]
        against: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Adds a person, with the password on standard input
    Add {
        name: String,
        #[arg(long, value_enum, default_value = "member")]
        role: Role,
    },
    /// Sets a person's password to the one on standard input, and ends their sessions
    Passwd { name: String },
    /// Keeps a person from signing in, and ends their sessions
    Disable { name: String },
    /// Lets a disabled person sign in again
    Enable { name: String },
}

#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Makes a token and prints it, once
    Create {
        /// What it is for
        name: String,
        /// For whom the program acts
        #[arg(long)]
        user: String,
        /// What it may do: `publish`, `stream`, or both with a comma between
        #[arg(long)]
        scope: Scopes,
        /// Ends it after so long; never, unless given
        #[arg(long, value_name = "DURATION", value_parser = config::duration)]
        expires: Option<Duration>,
        /// Lets it post to this group alone; may be given again for more
        #[arg(long, value_name = "NAME")]
        group: Vec<String>,
        /// Lets it be used from these networks alone
        #[arg(long, value_name = "CIDR,…", value_parser = networks, default_value = "", hide_default_value = true)]
        from: Networks,
    },
}

/// Networks of one option.
pub(crate) type Networks = std::sync::Arc<[Network]>;

fn networks(typed: &str) -> Result<Networks, String> {
    networks::parse_list(typed).map(Into::into).map_err(|wrong| format!("`{wrong}` is not a network"))
}

/// How a client reaches the server. The token comes from the environment alone, where other users of the
/// machine cannot see it.
#[derive(clap::Args)]
pub(crate) struct Reach {
    /// Where the server is
    #[arg(long, env = "TIDINGS_SERVER", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    pub(crate) server: String,
    /// Certificates in PEM of those who may vouch for the server, instead of the public authorities
    #[arg(long, env = "TIDINGS_CA_FILE", value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}
