//! `tidings group`: makes and changes groups, and who is in them.

use clap::Subcommand;

use crate::{
    cli::{Failure, output, user},
    config::Config,
    db::Db,
    domain::{
        audit::Actor,
        change::Changes,
        groups::{self, Group},
        users::{self, User},
    },
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Prints the groups by name, a line each: the name and how many people are in it, with a tab between
    List,
    /// Makes a group with nobody in it
    Add { name: String },
    /// Gives a group another name
    Rename {
        name: String,
        /// The name from then on
        new_name: String,
    },
    /// Removes a group; what was posted to it stays with those who got it
    Remove { name: String },
    /// Puts people into a group
    Join {
        group: String,
        #[arg(required = true, value_name = "NAME")]
        people: Vec<String>,
    },
    /// Takes people out of a group
    Leave {
        group: String,
        #[arg(required = true, value_name = "NAME")]
        people: Vec<String>,
    },
    /// Prints who is in a group, by name, a line each
    Members { group: String },
}

pub(crate) async fn run(config: &Config, command: Command) -> Result<(), Failure> {
    let db = Db::open_existing(&config.database).await?;
    let done = run_on(&db, command).await;
    db.close().await;
    done
}

async fn run_on(db: &Db, command: Command) -> Result<(), Failure> {
    let (changes, by) = (Changes::of_command(db.clone()), Actor::shell());
    match command {
        Command::List => list(db).await?,
        Command::Add { name } => {
            groups::add(&changes, &by, &users::parse_name(&name)?).await?;
        }
        Command::Rename { name, new_name } => {
            let group = find(db, &name).await?;
            groups::rename(&changes, &by, &group, &users::parse_name(&new_name)?).await?;
        }
        Command::Remove { name } => groups::remove(&changes, &by, &find(db, &name).await?).await?,
        Command::Join { group, people } => {
            let (group, people) = (find(db, &group).await?, find_all(db, &people).await?);
            if let Some(gone) = people.iter().find(|user| !users::may_sign_in(user)) {
                return Err(format!("{} may not sign in", gone.name).into());
            }
            groups::join(&changes, &by, &group, &people).await?;
        }
        Command::Leave { group, people } => {
            let (group, people) = (find(db, &group).await?, find_all(db, &people).await?);
            groups::leave(&changes, &by, &group, &people).await?;
        }
        Command::Members { group } => {
            let members = groups::members(&db.read, find(db, &group).await?.group_id()).await?;
            let lines: String = members.iter().map(|user| format!("{}\n", user.name)).collect();
            output::print_list(&lines)?;
        }
    }
    Ok(())
}

async fn list(db: &Db) -> Result<(), Failure> {
    let line = |group: &Group| format!("{}\t{}\n", group.name, group.members);
    let lines: String = groups::all(&db.read).await?.iter().map(line).collect();
    output::print_list(&lines)?;
    Ok(())
}

/// The group of this name, which must exist.
async fn find(db: &Db, name: &str) -> Result<Group, Failure> {
    let (mut found, _) = groups::find_by_names(&db.read, &[name.to_owned()]).await?;
    Ok(found.pop().ok_or_else(|| format!("there is no group called {name}"))?)
}

/// The people of these names, all of whom must exist before anybody is moved.
async fn find_all(db: &Db, names: &[String]) -> Result<Vec<User>, Failure> {
    let mut people = Vec::new();
    for name in names {
        people.push(user::find(db, name).await?);
    }
    Ok(people)
}
