//! What the operator may set: one struct, filled from the command line and the environment, checked here.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use jiff::tz::TimeZone;

use crate::session_store::Lifetime;

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
    #[arg(long, env = "TIDINGS_DATABASE", hide_env_values = true, default_value = "sqlite://data/tidings.db", value_name = "URL", value_parser = database, global = true)]
    pub database: Database,

    /// Redis or Valkey, through which nodes hear of each other's posts at once; without it, within a second
    #[arg(long, env = "TIDINGS_REDIS", hide_env_values = true, value_name = "URL", value_parser = redis, global = true)]
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
    #[arg(
        long,
        env = "TIDINGS_TRUSTED_PROXIES",
        value_name = "CIDR,…",
        value_delimiter = ',',
        global = true
    )]
    pub trusted_proxies: Vec<IpNet>,

    /// Origins of pages elsewhere whose scripts may use the API with a token; none unless given
    #[arg(long, env = "TIDINGS_CORS_ORIGIN", value_name = "ORIGIN,…", value_delimiter = ',', global = true)]
    pub cors_origin: Vec<BaseUrl>,

    /// Try it out: a scratch database with people and posts, gone when the server stops
    #[arg(long, env = "TIDINGS_DEMO", conflicts_with = "database", global = true)]
    pub demo: bool,

    /// How often a quiet stream says that it is alive (1s to 60s)
    #[arg(long, env = "TIDINGS_HEARTBEAT", default_value = "15s", value_name = "DURATION", value_parser = heartbeat, global = true)]
    pub heartbeat: Duration,

    /// How far back the log of events reaches; posts stay
    #[arg(long, env = "TIDINGS_KEEP_EVENTS", default_value = "90d", value_name = "DURATION", value_parser = keep_events, global = true)]
    pub keep_events: Duration,

    /// How far back the audit log reaches (30d or more)
    #[arg(long, env = "TIDINGS_KEEP_AUDIT", default_value = "400d", value_name = "DURATION", value_parser = keep_audit, global = true)]
    pub keep_audit: Duration,

    /// Time zone of the times on pages read without JavaScript, by its IANA name
    #[arg(long, env = "TIDINGS_TIME_ZONE", default_value = "UTC", value_name = "ZONE", value_parser = time_zone, global = true)]
    pub time_zone: TimeZone,

    /// A session that is not used for so long ends; an open stream alone does not count as use
    #[arg(long, env = "TIDINGS_SESSION_IDLE", default_value = "7d", value_name = "DURATION", value_parser = at_least_1s, global = true)]
    pub session_idle: Duration,

    /// However much it is used, a session ends so long after signing in
    #[arg(long, env = "TIDINGS_SESSION_LIFETIME", default_value = "30d", value_name = "DURATION", value_parser = at_least_1s, global = true)]
    pub session_lifetime: Duration,

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
    #[arg(long, env = "TIDINGS_MAX_STREAMS", value_name = "N", value_parser = count, global = true)]
    pub max_streams: Option<usize>,

    /// Open streams of one person
    #[arg(long, env = "TIDINGS_MAX_STREAMS_PER_USER", default_value = "20", value_name = "N", value_parser = count, global = true)]
    pub max_streams_per_user: usize,

    /// Connections, and streams, from one address; unless given, half of all connections
    #[arg(long, env = "TIDINGS_MAX_CONNECTIONS_PER_ADDRESS", value_name = "N", value_parser = count, global = true)]
    pub max_connections_per_address: Option<usize>,

    /// Posts that wait together are written in one transaction, up to so many; 1 gives each its own
    #[arg(long, env = "TIDINGS_POSTS_PER_COMMIT", default_value = "64", value_name = "N", value_parser = count, global = true)]
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

impl Config {
    /// How long sessions last.
    pub fn lifetime(&self) -> Lifetime {
        Lifetime { idle: self.session_idle, absolute: self.session_lifetime }
    }

    /// Whether browsers reach us over TLS, so that cookies must be `Secure`.
    pub fn is_https(&self) -> bool {
        self.tls_cert.is_some() || self.base_url.as_ref().is_some_and(|url| url.https)
    }
}

/// The origin that browsers see (RFC 6454): scheme and authority, nothing after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Whether the scheme is https.
    pub https: bool,
    /// As an `Origin` header says it, without a slash at the end.
    pub origin: String,
}

impl BaseUrl {
    /// The host's name or address, without the port.
    pub fn host(&self) -> &str {
        let (_, authority) = self.origin.split_once("://").unwrap_or_default();
        let port = authority.rfind(':').filter(|colon| !authority[*colon..].contains(']'));
        &authority[..port.unwrap_or(authority.len())]
    }
}

impl std::str::FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || format!("`{text}` is not of the form https://news.example.org");
        let uri: http::Uri = text.parse().map_err(|_| wanted())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wanted());
        };
        if !matches!(scheme, "http" | "https") || uri.path() != "/" || uri.query().is_some() {
            return Err(wanted());
        }
        if authority.as_str().contains('@') {
            return Err(wanted());
        }
        let origin = format!("{scheme}://{}", authority.as_str().to_ascii_lowercase());
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let origin = origin.strip_suffix(default_port).unwrap_or(&origin).to_owned();
        Ok(Self { https: scheme == "https", origin })
    }
}

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Database {
    /// One file, for one server.
    Sqlite(PathBuf),
    /// For one node or several.
    Postgres(ServerUrl),
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

/// The address of a server, which may hold a password: shown without it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl(String);

impl ServerUrl {
    /// The whole address, for whoever connects.
    pub fn with_secrets(&self) -> &str {
        &self.0
    }
}

/// Scheme, host and name: passwords stand before the host, or behind a question mark.
impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or_default();
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let shown = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        write!(f, "{scheme}://{shown}")
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn database(text: &str) -> Result<Database, String> {
    match text.split_once("://") {
        Some(("sqlite", path)) if !path.is_empty() && !path.contains('?') => {
            Ok(Database::Sqlite(path.into()))
        }
        Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => {
            Ok(Database::Postgres(ServerUrl(text.to_owned())))
        }
        _ => Err("a database is given as sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME".into()),
    }
}

fn redis(text: &str) -> Result<ServerUrl, String> {
    match text.split_once("://") {
        Some(("redis" | "rediss" | "valkey" | "valkeys" | "redis+unix" | "unix", rest))
            if !rest.is_empty() =>
        {
            Ok(ServerUrl(text.to_owned()))
        }
        _ => Err("Redis is given as redis://:PASSWORD@HOST:PORT/NUMBER, or rediss:// with TLS".into()),
    }
}

fn heartbeat(text: &str) -> Result<Duration, String> {
    let given = humantime::parse_duration(text).map_err(|e| e.to_string())?;
    // Proxies cut connections that are quiet for 60 s.
    if !(Duration::from_secs(1)..=Duration::from_secs(60)).contains(&given) {
        return Err("a heartbeat is between 1s and 60s".into());
    }
    Ok(given)
}

fn keep_events(text: &str) -> Result<Duration, String> {
    let given = humantime::parse_duration(text).map_err(|e| e.to_string())?;
    if given < Duration::from_secs(1) {
        return Err("events are kept for at least 1s".into());
    }
    Ok(given)
}

fn at_least_1s(text: &str) -> Result<Duration, String> {
    let given = humantime::parse_duration(text).map_err(|e| e.to_string())?;
    if given < Duration::from_secs(1) { Err("at least 1s is wanted".into()) } else { Ok(given) }
}

fn keep_audit(text: &str) -> Result<Duration, String> {
    let given = humantime::parse_duration(text).map_err(|e| e.to_string())?;
    // The database refuses to delete what is younger than 29 days.
    if given < Duration::from_secs(30 * 24 * 60 * 60) {
        return Err("the audit log is kept for at least 30d".into());
    }
    Ok(given)
}

fn time_zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_| format!("`{text}` is not a time zone such as Europe/Vienna"))
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("a number from 1 is wanted".into()),
    }
}

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
        ] {
            let Err(mistake) = Only::try_parse_from(["tidings", option, value]) else {
                panic!("{option} {value} is taken")
            };
            assert!(mistake.to_string().contains(option), "{mistake}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_never_shown() {
        for (given, shown) in [
            ("postgres://tidings:geheim@db.example/tidings?sslmode=require", "postgres://db.example/tidings"),
            ("postgres://tidings:ge@heim@db.example:5432/tidings", "postgres://db.example:5432/tidings"),
            ("postgresql://db.example/tidings?password=geheim", "postgresql://db.example/tidings"),
            ("sqlite://data/tidings.db", "sqlite://data/tidings.db"),
        ] {
            let database = database(given).expect("it is one");
            assert_eq!(database.to_string(), shown);
            assert!(!format!("{database:?}").contains("heim"), "{database:?}");
        }
    }

    #[test]
    fn a_base_url_is_an_origin() {
        let url: BaseUrl = "HTTPS://News.Example.org:443/".parse().expect("it is one");
        assert_eq!(url, BaseUrl { https: true, origin: "https://news.example.org".into() });
        assert_eq!(url.host(), "news.example.org");
        for (url, host) in
            [("http://n.example:81", "n.example"), ("http://[::1]:81", "[::1]"), ("http://[::1]", "[::1]")]
        {
            assert_eq!(url.parse::<BaseUrl>().expect("it is one").host(), host);
        }
    }
}
