//! `tidings user`: lists, adds and changes people, with passwords from standard input.

use std::io::{IsTerminal, Read, Write};

use clap::Subcommand;
use jiff::tz::TimeZone;

use crate::{
    cli::{Failure, output},
    config::Config,
    db::Db,
    domain::{
        access,
        audit::Actor,
        change::Changes,
        passwords,
        users::{self, Role, User},
    },
};

mod import;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Prints everybody by name, a line each: name, role, `active`, `disabled` or `ended`, `external` or nothing, and the
    /// last day, with tabs between
    List,
    /// Adds a person, with the password on standard input
    Add {
        name: String,
        #[arg(long, value_enum, default_value = "member")]
        role: Role,
    },
    /// Changes what a person may do, and ends their sessions
    Role {
        name: String,
        #[arg(value_enum)]
        role: Role,
    },
    /// Sets a person's password to the one on standard input, and ends their sessions
    Passwd { name: String },
    /// Keeps a person from signing in, and ends their sessions
    Disable { name: String },
    /// Lets a disabled person sign in again
    Enable { name: String },
    /// Takes the list of an organisation's people: adds who is new, changes who is different, disables who is missing
    Import(import::Arguments),
}

pub(crate) async fn run(config: &Config, command: Command) -> Result<(), Failure> {
    let db = Db::open_existing(&config.database).await?;
    let changes = Changes::of_command(db.clone());
    let done = match command {
        Command::List => list(&db, &config.time_zone).await,
        Command::Role { name, role } => {
            let user = find(&db, &name).await?;
            if user.role == role {
                Ok(())
            } else {
                Ok(access::set_role(&changes, &Actor::shell(), user.user_id(), role).await?)
            }
        }
        Command::Import(arguments) => import::run(config, &db, arguments).await,
        Command::Add { name, role } => add(&changes, &name, role).await,
        Command::Passwd { name } => {
            let user = find(&db, &name).await?;
            let hash = read_password(&user.name)?;
            Ok(access::set_password(&changes, &Actor::shell(), user.user_id(), hash).await?)
        }
        Command::Disable { name } => {
            let user = find(&db, &name).await?;
            Ok(access::disable(&changes, &Actor::shell(), user.user_id()).await?)
        }
        Command::Enable { name } => {
            let user = find(&db, &name).await?;
            Ok(access::enable(&changes, &Actor::shell(), user.user_id()).await?)
        }
    };
    db.close().await;
    done
}

/// A part at a time, so that it takes little memory, however many they are.
async fn list(db: &Db, zone: &TimeZone) -> Result<(), Failure> {
    let mut last = None;
    loop {
        let some = users::next(&db.read, last.as_ref(), 1000).await?;
        let lines: String = some.iter().map(|user| line(user, zone)).collect();
        output::print_list(&lines)?;
        let Some(user) = some.into_iter().last() else { return Ok(()) };
        last = Some(user);
    }
}

fn line(user: &User, zone: &TimeZone) -> String {
    let state = match user.disabled {
        true => "disabled",
        false if users::has_ended(user) => "ended",
        false => "active",
    };
    let external = if user.external { "external" } else { "" };
    let last_day = user.ends_ms.map(|end| users::last_day(end, zone)).unwrap_or_default();
    format!("{}\t{}\t{state}\t{external}\t{last_day}\n", user.name, user.role.word())
}

async fn add(changes: &Changes, name: &str, role: Role) -> Result<(), Failure> {
    let name = users::parse_name(name)?;
    let hash = read_password(&name)?;
    access::add(changes, &Actor::shell(), &name, role, hash).await?;
    Ok(())
}

/// The person of this name, who must exist.
pub(crate) async fn find(db: &Db, name: &str) -> Result<User, Failure> {
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
