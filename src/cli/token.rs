//! `tidings token`: makes tokens, by which programs post and listen.

use std::time::Duration;

use clap::Subcommand;

use crate::{
    cli::{Failure, output, user},
    clock,
    config::{self, Config, List},
    db::Db,
    domain::{
        access::{self, HandOverError},
        audit::Actor,
        change::Changes,
        groups::{self, Group},
        tokens::{NewToken, Scopes},
        users,
    },
    networks::Network,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Makes a token and prints it, once
    Create {
        /// What it is for
        name: String,
        /// For whom the program acts
        #[arg(long)]
        user: String,
        /// What it may do: `publish` posts, `stream` reads and listens, `cards` keeps cards on boards; several with
        /// commas between
        #[arg(long)]
        scope: Scopes,
        /// Ends it after so long; never, unless given
        #[arg(long, value_name = "DURATION", value_parser = config::lifetime)]
        expires: Option<Duration>,
        /// Lets it post to this group alone; may be given again for more
        #[arg(long, value_name = "NAME")]
        group: Vec<String>,
        /// Lets it be used from these networks alone
        #[arg(long, value_name = "CIDR,…", value_parser = config::networks, default_value = "", hide_default_value = true)]
        from: List<Network>,
    },
}

pub(crate) async fn run(config: &Config, command: Command) -> Result<(), Failure> {
    let Command::Create { name, user: owner, scope, expires, group, from } = command;
    let name = users::parse_name(&name)?;
    let db = Db::open_existing(&config.database).await?;
    let owner = user::find(&db, &owner).await?;
    let new = NewToken {
        name,
        scopes: scope,
        expires_ms: expires.map(clock::in_ms),
        groups: if group.is_empty() { None } else { Some(find_groups(&db, &group).await?) },
        networks: from.to_vec(),
    };
    let print = |secret: &str| output::print(&format!("{secret}\n"));
    let changes = Changes::of_command(db.clone());
    let done = access::hand_over_token(&changes, &Actor::shell(), &owner, &new, print).await;
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
