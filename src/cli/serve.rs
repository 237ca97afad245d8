//! `tidings serve`: from the options to a running server, and to its end.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    cli::{
        Failure,
        demo::{self, boards::Boards},
        output,
        program_log::ProgramLog,
        signals::Signals,
    },
    config::{Config, Database},
    db::{self, Db},
    domain::{restores, setup, users},
    server::{self, limits::Limits, tls::Tls},
    web,
};

mod file_lock;

/// How long the tasks of the program may take to end once the connections are closed.
const STOP_TIMEOUT: Duration = Duration::from_secs(2);

/// When everybody comes back at once, whoever finds the queue full waits a second or more; the system cuts this to its
/// own limit (`net.core.somaxconn`).
const MAX_QUEUED_CONNECTIONS: u32 = 4096;

pub(crate) async fn run(mut config: Config, log: &ProgramLog) -> Result<(), Failure> {
    // Held until the end; the folder and what is in it go with it.
    let _scratch = if config.demo {
        let scratch = tempfile::Builder::new().prefix("tidings-demo-").tempdir()?;
        config.database = Database::Sqlite(scratch.path().join("tidings.db"));
        Some(scratch)
    } else {
        None
    };
    let _lock = match &config.database {
        Database::Sqlite(file) => Some(file_lock::take(file)?),
        Database::Postgres(_) => None,
    };
    let limits = Limits::of(&config);
    let tls = load_certificate(&config)?;
    let listener = listen(config.listen)
        .map_err(|error| format!("cannot listen on {} (--listen): {error}", config.listen))?;
    let proxies = config.trusted_proxies().to_vec();
    let database = config.database.to_string();
    let unusable = |error| format!("cannot use {database} (--database): {}", db::full_reason(&error));
    let accounts = if config.demo { fill(&config.database).await? } else { Vec::new() };
    let app = App::start(config, limits.streams).await.map_err(unusable)?;
    let stop = stop_on_signal(&app)?;
    let boards = match accounts.first() {
        Some(account) => Some(Boards::make(app.clone(), &account.user).await.map_err(unusable)?),
        None => None,
    };
    announce(&app, &listener, &accounts, log).await?;
    if let Some(boards) = boards {
        app.tasks.spawn(boards.run());
    }
    server::serve(listener, tls, limits, proxies, web::endpoint(app.clone()), stop).await;
    app.stop(STOP_TIMEOUT).await;
    tracing::info!("Stopped");
    Ok(())
}

async fn fill(scratch: &Database) -> Result<Vec<demo::Account>, Failure> {
    let db = Db::open(scratch).await?;
    let accounts = demo::fill(&db).await?;
    db.close().await;
    Ok(accounts)
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // As after a stop, whose connections still linger in the system.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(MAX_QUEUED_CONNECTIONS)
}

/// What whoever started the server needs to know, on standard output.
async fn announce(
    app: &App,
    listener: &TcpListener,
    accounts: &[demo::Account],
    log: &ProgramLog,
) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    let reached = app.config.base_url.as_ref().map(|url| url.origin.clone());
    let scheme = if app.config.tls_cert.is_some() { "https" } else { "http" };
    let reached = reached.unwrap_or_else(|| format!("{scheme}://{address}"));
    say(&format!("Tidings listens on {scheme}://{address}\n"));
    if app.config.demo {
        // Last and together, below what the log says of how they were made.
        log.settle();
        output::print(&demo_accounts(accounts)).map_err(|error| format!("cannot write: {error}"))?;
    } else if users::count_admins(&app.db.read).await? == 0 {
        let token = setup::open(&app.db.write).await?;
        say(&format!("Create the first admin here, within the hour: {reached}/setup?token={token}\n"));
    }
    // Told again at the next start, if nobody could read it now.
    if let Some(notice) = restores::notice(&app.db, &app.config.time_zone).await? {
        match output::print(&notice.text) {
            Ok(()) => notice.was_told(&app.db).await?,
            Err(error) => {
                tracing::error!(%error, "The database was restored; what to check cannot be written")
            }
        }
    }
    Ok(())
}

/// A server goes on without standard output; the log tells that something was said there.
fn say(text: &str) {
    if let Err(error) = output::print(text) {
        tracing::error!(%error, "What is said at the start cannot be written to standard output");
    }
}

fn demo_accounts(accounts: &[demo::Account]) -> String {
    let mut text = "A demo: everything is gone when it stops. Sign in as\n".to_owned();
    for account in accounts {
        let (name, role) = (&account.user.name, account.user.role.word());
        text.push_str(&format!("  {name:<14} {role:<9} password {}\n", account.password.0));
    }
    text
}

/// On a signal to end, the server takes nobody on any more, and the streams are told. Where there is no certificate
/// to read again, a hang-up (of the terminal that it was started in) is one of them.
fn stop_on_signal(app: &App) -> Result<CancellationToken, Failure> {
    let is_reloaded = app.config.tls_cert.is_some();
    let mut signals = if is_reloaded { Signals::listen_but_for_hang_up() } else { Signals::listen() }?;
    let (stop, app) = (CancellationToken::new(), app.clone());
    let token = stop.clone();
    tokio::spawn(async move {
        signals.wait().await;
        tracing::info!("Stopping");
        token.cancel();
        app.say_goodbye().await;
    });
    Ok(stop)
}

/// The certificate and its key, if there are any; on SIGHUP they are read again.
fn load_certificate(config: &Config) -> Result<Option<Tls>, Failure> {
    let (Some(certificate), Some(key)) = (&config.tls_cert, &config.tls_key) else { return Ok(None) };
    let tls = Tls::load(certificate, key)?;
    let (mut hang_up, reloaded) = (signal(SignalKind::hangup())?, tls.clone());
    tokio::spawn(async move {
        while hang_up.recv().await.is_some() {
            match reloaded.reload() {
                Ok(()) => tracing::info!("Read the certificate again; new connections get it"),
                Err(error) => tracing::error!(%error, "The new certificate is not used; the old one stays"),
            }
        }
    });
    Ok(Some(tls))
}
