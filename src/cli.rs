//! The command line: the commands and what they take. The options stand in `config`.

use std::{path::PathBuf, time::Duration};

use clap::{Parser, Subcommand};
use tidings::{
    config::{self, Config},
    networks::Network,
    tokens::{self, Scopes},
    users::Role,
};

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
    tokens::parse_networks(typed).map(Into::into).map_err(|wrong| format!("`{wrong}` is not a network"))
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
