//! `tidings serve`: from the options to a running server, and to its end.

use std::{
    fs::{File, TryLockError},
    io::{self, Write},
    net::SocketAddr,
    path::Path,
    time::Duration,
};

use tidings::{
    app::App,
    config::{Config, Database},
    db, demo,
    limits::Limits,
    server, setup, users, web,
};
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::Failure;

pub(crate) async fn run(mut config: Config) -> Result<(), Failure> {
    // Held until the end; the folder and what is in it go with it.
    let _scratch = if config.demo {
        let scratch = tempfile::Builder::new().prefix("tidings-demo-").tempdir()?;
        config.database = Database::Sqlite(scratch.path().join("tidings.db"));
        Some(scratch)
    } else {
        None
    };
    let _lock = match &config.database {
        Database::Sqlite(file) => Some(lock(file)?),
        Database::Postgres(_) => None,
    };
    let limits = Limits::of(&config);
    let listener = listen(config.listen)
        .map_err(|error| format!("cannot listen on {} (--listen): {error}", config.listen))?;
    let proxies = config.trusted_proxies.clone();
    let database = config.database.to_string();
    let app = App::start(config, limits.streams)
        .await
        .map_err(|error| format!("cannot use {database} (--database): {}", db::in_words(&error)))?;
    let stop = stop_on_signal(&app)?;
    greet(&app, &listener).await?;
    server::serve(listener, limits, proxies, web::endpoint(app.clone()), stop).await;
    app.stop(Duration::from_secs(2)).await;
    tracing::info!("Stopped");
    Ok(())
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    /// When everybody comes back at once, whoever finds the queue full waits a second or more; the system
    /// cuts this to its own limit (`net.core.somaxconn`).
    const QUEUE: u32 = 4096;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // As after a stop, whose connections still linger in the system.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
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
            let (name, role) = (&account.user.name, account.user.role.word());
            println!("  {name:<14} {role:<9} password {}", account.password);
        }
    } else if users::count_admins(&app.db.read).await? == 0 {
        let token = setup::open(&app.db.write).await?;
        println!("Make the first administrator here, within the hour: {reached}/setup?token={token}");
    }
    Ok(std::io::stdout().flush()?)
}

/// On SIGTERM or Ctrl-C, the server takes nobody on any more, and the streams are told.
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
        token.cancel();
        app.say_goodbye().await;
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
