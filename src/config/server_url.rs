//! The address of a server, such as PostgreSQL's or Redis'. It may hold a password, so it is read strictly, once,
//! and whatever is wrong with it is said in our own words: those of a library would repeat it.

use std::fmt;

use url::Url;

/// Whoever wrote such a character as it is meant it to be part of a password.
const HOW_TO_WRITE: &str = "in a name or a password, `@` is written as %40, `:` as %3A, `/` as %2F, `?` as %3F, `#` \
    as %23 and `%` as %25";

/// What sqlx knows what to do with.
const POSTGRES_PARAMETERS: [&str; 20] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "sslpassword",
    "service",
];

/// What else PostgreSQL's own programs take; here it does nothing (documentation, section 34.1.2).
const WITHOUT_EFFECT: [&str; 19] = [
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "gssencmode",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "replication",
    "requirepeer",
    "sslcompression",
    "sslcrl",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
];

const SSL_MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// The address of a server, which may hold a password: shown without it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// An address of PostgreSQL.
    ///
    /// # Errors
    /// What is wrong with it, without a word of it.
    pub(super) fn postgres(text: &str) -> Result<Self, String> {
        let url = parse(text)?;
        if url.fragment().is_some() {
            return Err(format!("a `#` has no place in the address; {HOW_TO_WRITE}"));
        }
        for (name, value) in url.query_pairs() {
            let is_right = match &*name {
                "sslmode" | "ssl-mode" => SSL_MODES.contains(&&*value),
                "port" => value.parse::<u16>().is_ok(),
                "hostaddr" => value.parse::<std::net::IpAddr>().is_ok(),
                "host" => !value.contains(','),
                "statement-cache-capacity" => value.parse::<usize>().is_ok(),
                name if WITHOUT_EFFECT.contains(&name) => true,
                name if name.starts_with("options[") && name.ends_with(']') => true,
                name if POSTGRES_PARAMETERS.contains(&name) => true,
                _ => return Err(unknown_parameter(&POSTGRES_PARAMETERS)),
            };
            if !is_right {
                // The name is one of ours.
                return Err(format!("what the address says for `{name}` is not valid"));
            }
        }
        Ok(Self(url))
    }

    /// An address of Redis or Valkey.
    ///
    /// # Errors
    /// What is wrong with it, without a word of it.
    pub(super) fn redis(text: &str) -> Result<Self, String> {
        let is_socket = text.split_once("://").is_some_and(|(scheme, _)| scheme.ends_with("unix"));
        let url = if is_socket { parse_socket(text)? } else { parse(text)? };
        let is_tls = matches!(url.scheme(), "rediss" | "valkeys");
        if url.fragment().is_some_and(|fragment| !is_tls || fragment != "insecure") {
            return Err(format!("a `#` has no place in the address; {HOW_TO_WRITE}"));
        }
        let known: &[&str] = if is_socket { &["db", "user", "pass", "protocol"] } else { &["protocol"] };
        for (name, value) in url.query_pairs() {
            let is_right = match &*name {
                name if !known.contains(&name) => return Err(unknown_parameter(known)),
                "db" => value.parse::<u32>().is_ok(),
                "protocol" => matches!(&*value, "2" | "3" | "resp2" | "resp3"),
                _ => true,
            };
            if !is_right {
                return Err(format!("what the address says for `{name}` is not valid"));
            }
        }
        let number = url.path().trim_start_matches('/');
        if !is_socket && !number.is_empty() && number.parse::<u32>().is_err() {
            return Err("the database of a Redis is a number, as in redis://HOST:PORT/0".into());
        }
        Ok(Self(url))
    }

    /// The whole address, for whoever connects.
    pub fn with_secrets(&self) -> &str {
        self.0.as_str()
    }

    /// The parameters that are known, and have no effect.
    pub fn without_effect(&self) -> impl Iterator<Item = &'static str> {
        WITHOUT_EFFECT.into_iter().filter(|&name| self.0.query_pairs().any(|(given, _)| given == name))
    }
}

/// Scheme, host and name: passwords stand before the host, or behind a question mark.
impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.0.path())
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A host that is named, and nothing behind it that was meant to stand before it.
fn parse(text: &str) -> Result<Url, String> {
    let (_, rest) = text.split_once("://").unwrap_or_default();
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if behind.contains('@') {
        return Err(format!("an `@` stands behind the host; {HOW_TO_WRITE}"));
    }
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if host.contains(',') {
        return Err("one host is wanted, not several".into());
    }
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if name.is_empty() {
        return Err("the address names no host".into());
    }
    if host.ends_with(':') || (host.contains(':') && !host.contains('[') && host.matches(':').count() > 1) {
        return Err("behind the host stands a port, or no colon".into());
    }
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::InvalidPort => format!("its port is no number up to 65535; {HOW_TO_WRITE}"),
        _ => format!("it cannot be read; {HOW_TO_WRITE}"),
    })?;
    if !(is_decodable(user) && is_decodable(url.path())) {
        return Err(format!("a `%` in it is not followed by what UTF-8 allows; {HOW_TO_WRITE}"));
    }
    Ok(url)
}

/// The path of a socket: there is no host in it, and no user.
fn parse_socket(text: &str) -> Result<Url, String> {
    let form = "a socket is given as unix:///PATH, with ?user=…&pass=… behind it as needed";
    let (_, rest) = text.split_once("://").unwrap_or_default();
    if !rest.starts_with('/') {
        return Err(form.into());
    }
    Url::parse(text).map_err(|_| form.into())
}

fn is_decodable(text: &str) -> bool {
    percent_encoding::percent_decode_str(text).decode_utf8().is_ok()
}

fn unknown_parameter(known: &[&str]) -> String {
    format!("the address has a parameter that is not known; known are {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_is_shown_without_its_secrets() {
        for (given, shown) in [
            ("postgres://tidings:geheim@db.example/tidings?sslmode=require", "postgres://db.example/tidings"),
            ("postgres://tidings:ge@heim@db.example:5432/tidings", "postgres://db.example:5432/tidings"),
            ("postgresql://db.example/tidings?password=geheim", "postgresql://db.example/tidings"),
            ("postgres://t:ge%23heim@[::1]:5432/tidings", "postgres://[::1]:5432/tidings"),
            ("postgres://t:geheim@%2Frun%2Fpostgresql/tidings", "postgres://%2Frun%2Fpostgresql/tidings"),
            ("postgres://t:geheim@db/t?connect_timeout=10&channel_binding=require", "postgres://db/t"),
        ] {
            let url = ServerUrl::postgres(given).expect(given);
            assert_eq!((url.to_string(), format!("{url:?}")), (shown.into(), shown.into()));
        }
        for (given, shown) in [
            ("redis://:geheim@redis.example:6379/3", "redis://redis.example:6379/3"),
            ("rediss://user:geheim@redis.example/#insecure", "rediss://redis.example/"),
            ("unix:///run/redis.sock?pass=geheim&db=3", "unix:///run/redis.sock"),
        ] {
            let url = ServerUrl::redis(given).expect(given);
            assert_eq!(format!("{url} {url:?}"), format!("{shown} {shown}"));
        }
    }
}
