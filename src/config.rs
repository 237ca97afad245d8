//! What the operator may set: one struct, filled from the command line and the environment. Every value is checked as it
//! is parsed, so whoever has the struct need not check it again.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use clap::builder::BoolishValueParser;
use jiff::tz::TimeZone;

use crate::networks::Network;

pub use self::{
    base_url::BaseUrl,
    database::Database,
    server_url::ServerUrl,
    values::{lifetime, networks},
};

mod base_url;
mod database;
pub mod private_file;
pub mod secrets;
mod server_url;
mod values;

/// The options of every command; the README's table is tested against this struct.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address and port to listen on
    #[arg(
        long,
        env = "TIDINGS_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS:PORT",
        global = true
    )]
    pub listen: SocketAddr,

    /// Where the data is: sqlite://PATH, a file that is created as needed, or postgres://USER:PASSWORD@HOST/NAME
    #[arg(
        long,
        env = "TIDINGS_DATABASE",
        hide_env_values = true,
        default_value = "sqlite://data/tidings.db",
        value_name = "URL",
        global = true
    )]
    pub database: Database,

    /// Redis or Valkey, through which nodes hear of each other's posts at once; without it, within a second
    #[arg(long, env = "TIDINGS_REDIS", hide_env_values = true, value_name = "URL", value_parser = values::redis, global = true)]
    pub redis: Option<ServerUrl>,

    /// The address people type, such as https://news.example.org; https makes cookies Secure
    #[arg(long, env = "TIDINGS_BASE_URL", value_name = "URL", global = true)]
    pub base_url: Option<BaseUrl>,

    /// Certificate in PEM, with those above it: the server speaks https itself; read again on SIGHUP
    #[arg(long, env = "TIDINGS_TLS_CERT", value_name = "FILE", requires = "tls_key", global = true)]
    pub tls_cert: Option<PathBuf>,

    /// The certificate's private key, in PEM
    #[arg(long, env = "TIDINGS_TLS_KEY", value_name = "FILE", requires = "tls_cert", global = true)]
    pub tls_key: Option<PathBuf>,

    /// Networks of the reverse proxies whose X-Forwarded-For is believed; none unless given
    #[arg(long, env = "TIDINGS_TRUSTED_PROXIES", value_name = "CIDR,…", value_parser = values::networks, global = true)]
    pub trusted_proxies: Option<List<Network>>,

    /// Origins of pages elsewhere whose scripts may use the API with a token; none unless given
    #[arg(long, env = "TIDINGS_CORS_ORIGIN", value_name = "ORIGIN,…", value_parser = values::origins, global = true)]
    pub cors_origin: Option<List<BaseUrl>>,

    /// Try it out: a scratch database with people and posts, gone when the server stops
    #[arg(long, env = "TIDINGS_DEMO", value_parser = BoolishValueParser::new(), conflicts_with = "database", global = true)]
    pub demo: bool,

    /// How often a quiet stream says that it is alive (1s to 60s)
    #[arg(long, env = "TIDINGS_HEARTBEAT", default_value = "15s", value_name = "DURATION", value_parser = values::heartbeat, global = true)]
    pub heartbeat: Duration,

    /// How far back the log of events reaches; posts stay
    #[arg(long, env = "TIDINGS_KEEP_EVENTS", default_value = "90d", value_name = "DURATION", value_parser = values::keep_events, global = true)]
    pub keep_events: Duration,

    /// How far back the audit log reaches (30d or more)
    #[arg(long, env = "TIDINGS_KEEP_AUDIT", default_value = "400d", value_name = "DURATION", value_parser = values::keep_audit, global = true)]
    pub keep_audit: Duration,

    /// How long authors are told who has read a post, and to whose open pages it was sent; what readers said stays
    #[arg(long, env = "TIDINGS_KEEP_RECEIPTS", default_value = "90d", value_name = "DURATION", value_parser = values::at_least_1s, global = true)]
    pub keep_receipts: Duration,

    /// Time zone of the times on pages read without JavaScript, by its IANA name
    #[arg(long, env = "TIDINGS_TIME_ZONE", default_value = "UTC", value_name = "ZONE", value_parser = values::time_zone, global = true)]
    pub time_zone: TimeZone,

    /// A session that is not used for so long ends; an open stream alone does not count as use
    #[arg(long, env = "TIDINGS_SESSION_IDLE", default_value = "7d", value_name = "DURATION", value_parser = values::at_least_1s, global = true)]
    pub session_idle: Duration,

    /// However much it is used, a session ends so long after signing in
    #[arg(long, env = "TIDINGS_SESSION_LIFETIME", default_value = "30d", value_name = "DURATION", value_parser = values::at_least_1s, global = true)]
    pub session_lifetime: Duration,

    /// Networks whose computers several people use: sessions there end after ten minutes without use; none unless given
    #[arg(long, env = "TIDINGS_SHARED_NETWORKS", value_name = "CIDR,…", value_parser = values::networks, global = true)]
    pub shared_networks: Option<List<Network>>,

    /// A page that is in view counts as use of its session, which it says every hour
    #[arg(long, env = "TIDINGS_VIEW_IS_USE", value_parser = BoolishValueParser::new(), global = true)]
    pub view_is_use: bool,

    /// How the program's own log is written on standard error: `text`, or `json` with an object a line
    #[arg(
        long,
        env = "TIDINGS_LOG_FORMAT",
        value_enum,
        default_value = "text",
        value_name = "FORMAT",
        hide_possible_values = true,
        global = true
    )]
    pub log_format: LogFormat,

    /// Open streams in all; unless given, nine tenths of the connections that the descriptor limit allows
    #[arg(long, env = "TIDINGS_MAX_STREAMS", value_name = "N", value_parser = values::count, global = true)]
    pub max_streams: Option<usize>,

    /// Open streams of one person
    #[arg(long, env = "TIDINGS_MAX_STREAMS_PER_USER", default_value = "20", value_name = "N", value_parser = values::count, global = true)]
    pub max_streams_per_user: usize,

    /// Connections, and streams, from one address; unless given, half of all connections
    #[arg(long, env = "TIDINGS_MAX_CONNECTIONS_PER_ADDRESS", value_name = "N", value_parser = values::count, global = true)]
    pub max_connections_per_address: Option<usize>,

    /// Posts that wait together are written in one transaction, up to so many; 1 gives each its own
    #[arg(long, env = "TIDINGS_POSTS_PER_COMMIT", default_value = "64", value_name = "N", value_parser = values::count, global = true)]
    pub posts_per_commit: usize,
}

/// How the program's own log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object a line.
    Json,
}

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    /// One that is not used for so long ends.
    pub idle: Duration,
    /// However much it is used, it ends so long after signing in.
    pub absolute: Duration,
}

impl Config {
    /// Networks of the proxies that are believed.
    pub fn trusted_proxies(&self) -> &[Network] {
        self.trusted_proxies.as_deref().unwrap_or_default()
    }

    /// Networks whose computers several people use.
    pub fn shared_networks(&self) -> &[Network] {
        self.shared_networks.as_deref().unwrap_or_default()
    }

    /// Origins of pages elsewhere whose scripts may use the API.
    pub fn cors_origin(&self) -> &[BaseUrl] {
        self.cors_origin.as_deref().unwrap_or_default()
    }

    /// How long sessions last.
    pub fn lifetime(&self) -> Lifetime {
        Lifetime { idle: self.session_idle, absolute: self.session_lifetime }
    }

    /// Whether browsers reach us over TLS, so that cookies must be `Secure`.
    pub fn is_https(&self) -> bool {
        self.tls_cert.is_some() || self.base_url.as_ref().is_some_and(|url| url.https)
    }
}

/// What one option says several of.
pub type List<T> = Arc<[T]>;

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn the_readme_lists_every_option_as_it_is() {
        let readme = include_str!("../README.md");
        let command = Only::command();
        let options = command.get_arguments().filter(|argument| argument.get_long() != Some("help"));

        for option in options {
            let name = option.get_long().expect("every option has a long name");
            let value = option.get_value_names().and_then(|names| names.first());
            let value = value.filter(|_| option.get_action().takes_values());
            let value = value.map(|value| format!(" {value}")).unwrap_or_default();
            let variable = option.get_env().expect("every option has a variable").to_string_lossy();
            let default =
                option.get_default_values().first().map(|value| format!("`{}`", value.to_string_lossy()));
            let help = option.get_help().expect("every option has a help text");
            let row =
                format!("| `--{name}{value}` | `{variable}` | {} | {help} |", default.unwrap_or_default());
            assert!(readme.contains(&row), "the README's table lacks this row:\n{row}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (option, value) in [
            ("--listen", "nowhere"),
            ("--database", "mysql://x"),
            ("--database", "sqlite://"),
            ("--database", "postgres://"),
            ("--redis", "http://x"),
            ("--base-url", "news.example.org"),
            ("--base-url", "https://news.example.org/path"),
            ("--trusted-proxies", "10.0.0.0/99"),
            ("--heartbeat", "0s"),
            ("--heartbeat", "soon"),
            ("--keep-events", "0s"),
            ("--keep-audit", "29d"),
            ("--log-format", "xml"),
            ("--time-zone", "Mars/Olympus"),
            ("--max-streams", "0"),
            ("--session-idle", "0s"),
            ("--session-lifetime", "never"),
            ("--session-lifetime", "1000000y"),
            ("--session-lifetime", "99999999999999999999y"),
            ("--session-idle", "584000000y"),
            ("--keep-events", "365001d"),
            ("--keep-audit", "18446744073709551615s"),
            ("--trusted-proxies", "10.0.0.0/8,nowhere"),
            ("--cors-origin", "https://a.example,b.example"),
            ("--base-url", "https://news.example.org:99999"),
            ("--base-url", "https://."),
        ] {
            let Err(mistake) = Only::try_parse_from(["tidings", option, value]) else {
                panic!("{option} {value} is taken")
            };
            assert!(mistake.to_string().contains(option), "{mistake}");
        }
    }

    #[test]
    fn lists_are_read_as_people_write_them() {
        let given = ["tidings", "--trusted-proxies", " 10.0.0.0/8, 192.0.2.1 ,2001:db8::/32,"];
        let config = Only::try_parse_from(given).expect("they are networks").config;
        let networks: Vec<_> = config.trusted_proxies().iter().map(Network::to_string).collect();
        assert_eq!(networks, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]);

        let given = ["tidings", "--cors-origin", "https://a.example, https://b.example:444/ ,"];
        let config = Only::try_parse_from(given).expect("they are origins").config;
        let origins: Vec<_> = config.cors_origin().iter().map(|url| url.origin.as_str()).collect();
        assert_eq!(origins, ["https://a.example", "https://b.example:444"]);
    }
}
