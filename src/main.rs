//! Parses the command, starts the log, and runs.

use std::{
    fs::{File, TryLockError},
    io::{IsTerminal, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand};
use tidings::{
    accounts,
    app::App,
    backup,
    config::Config,
    db::Db,
    demo,
    limits::Limits,
    passwords, server,
    tokens::{self, Scopes},
    users::{self, Role, User},
    web,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Live news and alerts for the people of one organisation
#[derive(Parser)]
#[command(version, about, max_term_width = 110)]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server; what happens without a command too
    Serve,
    /// Adds or changes a person, beside a running server too; passwords are read from standard input
    #[command(subcommand)]
    User(UserCommand),
    /// Makes tokens, by which programs post and listen
    #[command(subcommand)]
    Token(TokenCommand),
    /// Brings the database's schema up to date, which every command does first
    Migrate,
    /// Writes a copy of the database to a new file, beside a running server too
    Backup {
        /// Must not exist yet
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum UserCommand {
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
enum TokenCommand {
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
    },
}

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(mistake) => return explain(&mistake),
    };
    // sqlx says more than an operator wants to know, and tower-sessions warns of every cookie that is old.
    let quiet = "info,sqlx=warn,sea_orm_migration=warn,tower_sessions_core=error";
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| quiet.into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let done = match cli.command {
        None | Some(Command::Serve) => serve(cli.config).await,
        Some(Command::User(command)) => change_user(&cli.config, command).await,
        Some(Command::Token(TokenCommand::Create { name, user, scope })) => {
            create_token(&cli.config, &name, &user, scope).await
        }
        Some(Command::Migrate) => migrate(&cli.config).await,
        Some(Command::Backup { file }) => back_up(&cli.config, &file).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
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

async fn serve(mut config: Config) -> Result<(), Failure> {
    // Held until the end; the folder and what is in it go with it.
    let _scratch = if config.demo {
        let scratch = tempfile::Builder::new().prefix("tidings-demo-").tempdir()?;
        config.database = scratch.path().join("tidings.db");
        Some(scratch)
    } else {
        None
    };
    let _lock = lock(&config.database)?;
    let limits = Limits::of(&config);
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| format!("cannot listen on {} (--listen): {error}", config.listen))?;
    let proxies = config.trusted_proxies.clone();
    let app = App::start(config, limits.streams)
        .await
        .map_err(|error| format!("cannot use the database (--database): {error}"))?;
    let stop = stop_on_signal(&app)?;
    greet(&app, &listener).await?;
    server::serve(listener, limits, proxies, web::endpoint(app.clone()), stop).await;
    app.stop(Duration::from_secs(2)).await;
    tracing::info!("Stopped");
    Ok(())
}

/// What whoever started the server needs to know, on standard output.
async fn greet(app: &App, listener: &TcpListener) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    let reached = app.config.base_url.as_ref().map(|url| url.origin.clone());
    let reached = reached.unwrap_or_else(|| format!("http://{address}"));
    println!("Tidings listens on http://{address}");
    if app.config.demo {
        println!("A demo: everything is gone when it stops. Sign in as");
        for account in demo::fill(app).await? {
            let role = if account.user.is_admin() { "admin" } else { "member" };
            println!("  {:<14} {:<7} password {}", account.user.name, role, account.password);
        }
    } else if users::count_admins(&app.db.read).await? == 0 {
        let token = app.setup.open();
        println!("Make the first administrator here, within the hour: {reached}/setup?token={token}");
    }
    Ok(std::io::stdout().flush()?)
}

/// On SIGTERM or Ctrl-C, streams are told, and then the server is.
fn stop_on_signal(app: &App) -> Result<CancellationToken, Failure> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (stop, app) = (CancellationToken::new(), app.clone());
    let token = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("Stopping");
        app.say_goodbye();
        token.cancel();
    });
    Ok(stop)
}

/// Two servers on one file would not hear of each other's posts in time. The lock is the system's, so it
/// goes with the process however that ends.
fn lock(database: &Path) -> Result<File, Failure> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    if let Some(folder) = database.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot create {} (--database): {error}", folder.display()))?;
    }
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| format!("cannot open {} (--database): {error}", Path::new(&path).display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(format!("another server is running on {} (--database)", database.display()).into())
        }
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

async fn migrate(config: &Config) -> Result<(), Failure> {
    Db::open(&config.database).await?.close().await;
    Ok(())
}

async fn back_up(config: &Config, file: &Path) -> Result<(), Failure> {
    let db = Db::open(&config.database).await?;
    let done = backup::write(&db, file).await;
    db.close().await;
    Ok(done?)
}

async fn change_user(config: &Config, command: UserCommand) -> Result<(), Failure> {
    let db = Db::open(&config.database).await?;
    let done = match command {
        UserCommand::Add { name, role } => add(&db, &name, role).await,
        UserCommand::Passwd { name } => {
            let user = find(&db, &name).await?;
            let hash = read_password()?;
            Ok(accounts::set_password(&db, user.user_id(), hash).await?)
        }
        UserCommand::Disable { name } => Ok(accounts::disable(&db, find(&db, &name).await?.user_id()).await?),
        UserCommand::Enable { name } => Ok(accounts::enable(&db, find(&db, &name).await?.user_id()).await?),
    };
    db.close().await;
    done
}

async fn create_token(config: &Config, name: &str, user: &str, scopes: Scopes) -> Result<(), Failure> {
    let name = users::parse_name(name)?;
    let db = Db::open(&config.database).await?;
    let owner = find(&db, user).await?;
    let secret = tokens::add(&db.write, owner.user_id(), &name, scopes).await?;
    db.close().await;
    println!("{secret}");
    Ok(())
}

async fn add(db: &Db, name: &str, role: Role) -> Result<(), Failure> {
    let name = users::parse_name(name)?;
    let hash = read_password()?;
    accounts::add(db, &name, role, hash).await?;
    Ok(())
}

async fn find(db: &Db, name: &str) -> Result<User, Failure> {
    Ok(users::find_by_name(&db.read, name).await?.ok_or_else(|| format!("nobody is called {name}"))?)
}

/// The hash of the password on standard input; a line break at its end is not part of it.
fn read_password() -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        eprintln!("Type the password (it is shown), then Enter and Ctrl-D:");
    }
    let mut typed = String::new();
    std::io::stdin().read_to_string(&mut typed)?;
    let password = typed.strip_suffix('\n').unwrap_or(&typed);
    let password = password.strip_suffix('\r').unwrap_or(password);
    passwords::check(password)?;
    Ok(passwords::hash_now(password.as_bytes()))
}
