//! The commands beside `serve`: what an administrator does from the shell, and what a program's shell does.

use std::{
    io::{ErrorKind, IsTerminal, Read, Write},
    path::Path,
    process::ExitCode,
};

use crate::{
    cli::{
        Failure, Reach, TokenCommand, UserCommand,
        client::{self, Client},
        output,
        signals::Signals,
    },
    clock,
    config::{Config, Database, secrets},
    db::Db,
    domain::{
        access::{self, HandOverError},
        audit::Actor,
        backup,
        groups::{self, Group},
        passwords, restores,
        tokens::NewToken,
        users::{self, Role, User},
    },
};

pub(crate) async fn health(config: &Config) -> Result<(), Failure> {
    let scheme = if config.tls_cert.is_some() { "https" } else { "http" };
    let listen = config.listen;
    let asked = tokio::task::spawn_blocking(move || client::is_up(scheme, listen)).await;
    // Whoever asks expects 0 or 1.
    asked.map_err(|_| "it ended in the middle")?.map_err(|failure| failure.to_string().into())
}

pub(crate) async fn migrate(config: &Config) -> Result<(), Failure> {
    Db::open(&config.database).await?.close().await;
    Ok(())
}

pub(crate) async fn back_up(config: &Config, file: &Path) -> Result<(), Failure> {
    backup::check(&config.database, file)?;
    let db = Db::open_existing(&config.database).await?;
    let mut signals = Signals::listen()?;
    tokio::select! {
        done = backup::write(&db, file) => {
            db.close().await;
            Ok(done?)
        }
        // What was begun goes with its future.
        () = signals.wait() => Err("stopped before the copy was whole".into()),
    }
}

/// Names what was so before the database was put back, and is different now.
pub(crate) async fn compare(config: &Config, old: &Path) -> Result<(), Failure> {
    if let Database::Sqlite(file) = &config.database
        && let (Ok(one), Ok(other)) = (file.canonicalize(), old.canonicalize())
        && one == other
    {
        return Err(format!("{} is the database itself", old.display()).into());
    }
    let db = Db::open_existing(&config.database).await?;
    let found = restores::differences(old, &db).await;
    db.close().await;
    let lines = found?;
    let old = old.display();
    let text = if lines.is_empty() {
        format!("Nothing differs from {old}.\n")
    } else {
        let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
        format!("What was so in {old} and is different in {}:\n{lines}", config.database)
    };
    output::print(&text).map_err(|error| format!("cannot write: {error}").into())
}

pub(crate) async fn change_user(config: &Config, command: UserCommand) -> Result<(), Failure> {
    let db = Db::open_existing(&config.database).await?;
    let done = match command {
        UserCommand::Add { name, role } => add(&db, &name, role).await,
        UserCommand::Passwd { name } => {
            let user = find(&db, &name).await?;
            let hash = read_password(&user.name)?;
            Ok(access::set_password(&db, &Actor::shell(), user.user_id(), hash).await?)
        }
        UserCommand::Disable { name } => {
            let user = find(&db, &name).await?;
            Ok(access::disable(&db, &Actor::shell(), user.user_id()).await?)
        }
        UserCommand::Enable { name } => {
            let user = find(&db, &name).await?;
            Ok(access::enable(&db, &Actor::shell(), user.user_id()).await?)
        }
    };
    db.close().await;
    done
}

/// Runs a command that talks to a server, off the async threads.
pub(crate) async fn as_client(
    run: impl FnOnce() -> Result<(), client::Failure> + Send + 'static,
) -> Result<(), Failure> {
    let done = tokio::task::spawn_blocking(run).await;
    Ok(done.map_err(|_| "it ended in the middle")??)
}

/// What a command ends with that failed.
pub(crate) fn exit_code(failure: &Failure) -> ExitCode {
    match failure.downcast_ref() {
        Some(client::Failure::Refused(_) | client::Failure::Audience(_)) => ExitCode::from(3),
        Some(client::Failure::NotNow(_)) => ExitCode::from(4),
        _ => ExitCode::FAILURE,
    }
}

impl Reach {
    fn client(&self) -> Result<Client, client::Failure> {
        let kept =
            secrets::from_file("token").map_err(|error| client::Failure::Refused(error.to_string()))?;
        let token =
            kept.or_else(|| std::env::var_os("TIDINGS_TOKEN").map(|token| token.to_string_lossy().into()));
        let token = token.filter(|token| !token.is_empty()).ok_or_else(|| {
            client::Failure::Refused("a token is needed in TIDINGS_TOKEN or TIDINGS_TOKEN_FILE".into())
        })?;
        Client::new(&self.server, token, self.ca_file.as_deref())
    }
}

pub(crate) fn post(
    reach: &Reach,
    title: &str,
    mut body: String,
    alert: Option<&str>,
    to: &[String],
) -> Result<(), client::Failure> {
    let client = reach.client()?;
    if body == "-" {
        body.clear();
        std::io::stdin()
            .read_to_string(&mut body)
            .map_err(|error| client::Failure::Refused(format!("cannot read the text: {error}")))?;
    }
    let address = client.post_to(to, |audience| client::new_post(title, &body, alert, audience))?;
    output::print(&format!("{address}\n")).map_err(client::Failure::Unsaid)
}

pub(crate) fn follow(reach: &Reach, json: bool, after: Option<String>) -> Result<(), client::Failure> {
    let server = reach.server.trim_end_matches('/');
    let mut out = std::io::stdout();
    let followed = reach.client()?.follow(after, |post| {
        if json {
            return writeln!(out, "{post}");
        }
        let text = |field: &str| post[field].as_str().unwrap_or_default();
        let kind = post["severity"].as_str().unwrap_or("news");
        writeln!(out, "{}  {kind:<8}  {}  {server}{}", text("published_at"), text("title"), text("url"))
    });
    match followed {
        // Whoever read along, say `head`, has seen enough.
        Err(client::Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

pub(crate) async fn create_token(config: &Config, command: TokenCommand) -> Result<(), Failure> {
    let TokenCommand::Create { name, user, scope, expires, group, from } = command;
    let name = users::parse_name(&name)?;
    let db = Db::open_existing(&config.database).await?;
    let owner = find(&db, &user).await?;
    let new = NewToken {
        name,
        scopes: scope,
        expires_ms: expires.map(clock::in_ms),
        groups: if group.is_empty() { None } else { Some(find_groups(&db, &group).await?) },
        networks: from.to_vec(),
    };
    let print = |secret: &str| output::print(&format!("{secret}\n"));
    let done = access::hand_over_token(&db, &Actor::shell(), &owner, &new, print).await;
    db.close().await;
    done.map_err(|error| match error {
        HandOverError::Database(error) => error.into(),
        unwritten => unwritten.into(),
    })
}

async fn find_groups(db: &Db, names: &[String]) -> Result<Vec<Group>, Failure> {
    let (groups, unknown) = groups::find_by_names(&db.read, names).await?;
    match unknown.first() {
        None => Ok(groups),
        Some(name) => Err(format!("there is no group called {name}").into()),
    }
}

async fn add(db: &Db, name: &str, role: Role) -> Result<(), Failure> {
    let name = users::parse_name(name)?;
    let hash = read_password(&name)?;
    access::add(db, &Actor::shell(), &name, role, hash).await?;
    Ok(())
}

async fn find(db: &Db, name: &str) -> Result<User, Failure> {
    Ok(users::find_by_name(&db.read, name).await?.ok_or_else(|| format!("nobody is called {name}"))?)
}

/// The hash of the password on standard input, for whoever has this name. One line end is not part of it; what
/// else no keyboard types, such as a second line or a mark of the order of bytes, makes it none.
fn read_password(name: &str) -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        // Who does not see it can type all the same.
        let _ = writeln!(std::io::stderr(), "Type the password (it is shown), then Enter and Ctrl-D:");
    }
    let mut typed = String::new();
    std::io::stdin()
        .read_to_string(&mut typed)
        .map_err(|error| format!("cannot read the password from standard input: {error}"))?;
    let password = ["\r\n", "\n", "\r"].iter().find_map(|end| typed.strip_suffix(end)).unwrap_or(&typed);
    passwords::check(password, name)?;
    Ok(passwords::hash_now(password))
}
