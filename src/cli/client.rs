//! `tidings post` and `tidings follow`: a running server's API, for cron jobs and terminals.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Read},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use ureq::{
    Agent,
    http::StatusCode,
    tls::{PemItem, RootCerts, TlsConfig},
};

use crate::domain::tokens;

/// Until the server says how often its streams beat.
const FIRST_HEARTBEAT: Duration = Duration::from_secs(15);

/// For the whole of one attempt to post: nobody waits for ever for a job that runs at night.
const POST: Duration = Duration::from_secs(60);

/// Between two attempts to reach the server, at most.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Before the name of a group, on the command line.
const GROUP: &str = "group:";

/// Within this time a server that is up says so.
const HEALTH: Duration = Duration::from_secs(3);

/// A running server, and the token to show it.
pub struct Client {
    agent: Agent,
    server: String,
    token: String,
}

/// What kept a command from doing its work; each has its exit code.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The server said no, and will say it again.
    #[error("{0}")]
    Refused(String),
    /// The server said no to whom it was for, and to nothing else.
    #[error("{0}")]
    Audience(String),
    /// The server was not reached, or cannot do it now: later it may.
    #[error("{0}")]
    NotNow(String),
    /// What was heard could not be handed on.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
    /// The post is there, but whoever asked was not told where.
    #[error("it is posted, but its address cannot be written: {0}")]
    Unsaid(io::Error),
}

/// One event of a stream, as it was sent.
#[derive(Debug, Default, PartialEq, Eq)]
struct Event {
    id: String,
    name: String,
    data: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Client {
    /// For the server at this address; `authorities` is a file of certificates that its own may stem from.
    ///
    /// # Errors
    /// When that file holds none, and when the address or the token cannot be one.
    pub fn new(server: &str, token: String, authorities: Option<&Path>) -> Result<Self, Failure> {
        check_address(server)?;
        if !tokens::is_in_form(&token) {
            return Err(Failure::Refused(
                "the token is none: `tid_` and 64 hexadecimal digits are wanted".into(),
            ));
        }
        let roots = authorities.map_or(Ok(RootCerts::WebPki), trusted)?;
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_secs(30)))
            .tls_config(TlsConfig::builder().root_certs(roots).build());
        Ok(Self { agent: config.build().into(), server: server.trim_end_matches('/').to_owned(), token })
    }

    /// Publishes to whom `to` names, and returns the post's address; `post` is what the API takes, given the
    /// audience. One with commas in it means several, and where nobody is called so, one with commas in the name.
    ///
    /// # Errors
    /// When it names people and groups alike, and those of `post`.
    pub fn post_to(&self, to: &[String], post: impl Fn(Value) -> Value) -> Result<String, Failure> {
        let whole = audience(to)?;
        let [one] = to else { return self.post(&post(whole)) };
        let several = audience(&separated(one))?;
        match self.post(&post(several.clone())) {
            Err(first @ Failure::Audience(_)) if several != whole => match self.post(&post(whole)) {
                Err(Failure::Audience(_)) => Err(first),
                done => done,
            },
            done => done,
        }
    }

    /// Publishes, and returns the post's address. One key goes with all attempts, so that it is posted once.
    ///
    /// # Errors
    /// When the server refuses the post, or does not take it within three attempts.
    pub fn post(&self, post: &Value) -> Result<String, Failure> {
        let key: [u8; 16] = rand::random();
        let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut attempt = 1;
        loop {
            match self.post_once(post, &key) {
                Err(Failure::NotNow(_)) if attempt < 3 => thread::sleep(wait(attempt)),
                done => return done,
            }
            attempt += 1;
        }
    }

    /// Listens for ever, calling `tell` with every post once, in order; `after` is the last id that was seen.
    ///
    /// # Errors
    /// When the server refuses the token, or a post could not be told. A server that is away is waited for.
    pub fn follow(
        &self,
        mut after: Option<String>,
        mut tell: impl FnMut(&Value) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let mut failures = 0;
        loop {
            match self.follow_once(&mut after, &mut tell, &mut failures) {
                Err(Failure::NotNow(why)) => tracing::info!(why, "Not connected"),
                Err(failure) => return Err(failure),
                Ok(()) => {}
            }
            failures += 1;
            thread::sleep(wait(failures));
        }
    }

    fn post_once(&self, post: &Value, key: &str) -> Result<String, Failure> {
        let request = self.agent.post(format!("{}/api/v1/posts", self.server));
        let request = request.header("Authorization", self.bearer()).header("Idempotency-Key", key);
        let mut answer = request
            .config()
            .timeout_global(Some(POST))
            .build()
            .content_type("application/json")
            .send(post.to_string())
            .map_err(|error| self.unreached(&error))?;
        let body = answer.body_mut().read_to_string().map_err(|error| self.unreached(&error))?;
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        if answer.status() != StatusCode::CREATED {
            return Err(failure(answer.status(), &body));
        }
        Ok(format!("{}{}", self.server, body["url"].as_str().unwrap_or_default()))
    }

    fn follow_once(
        &self,
        after: &mut Option<String>,
        tell: &mut impl FnMut(&Value) -> io::Result<()>,
        failures: &mut u32,
    ) -> Result<(), Failure> {
        let mut request = self.agent.get(format!("{}/api/v1/stream", self.server));
        request = request.header("Authorization", self.bearer());
        if let Some(id) = after.as_deref() {
            request = request.header("Last-Event-ID", id);
        }
        let mut answer = request.call().map_err(|error| self.unreached(&error))?;
        if answer.status() != StatusCode::OK {
            let body = answer.body_mut().read_to_string().unwrap_or_default();
            return Err(failure(answer.status(), &serde_json::from_str(&body).unwrap_or_default()));
        }
        let events = read_aside(answer.into_body().into_reader());
        let mut heartbeat = FIRST_HEARTBEAT;
        loop {
            // Silence for two and a half heartbeats means that the server is gone, whatever the socket says.
            let event = match events.recv_timeout(heartbeat * 5 / 2) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Failure::NotNow("the stream fell silent".into()));
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if !event.id.is_empty() {
                *after = Some(event.id);
            }
            let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
            match event.name.as_str() {
                "hello" => {
                    *failures = 0;
                    heartbeat = Duration::from_secs(data["heartbeat"].as_u64().unwrap_or(15).max(1));
                }
                "post" => tell(&data)?,
                "reset" => tracing::warn!(
                    "The log cannot be followed from where this left off: posts may be missing here"
                ),
                _ => {}
            }
        }
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn unreached(&self, error: &ureq::Error) -> Failure {
        Failure::NotNow(format!("cannot reach {} (--server): {error}", self.server))
    }
}

/// It is not shown: it may hold a password that does not belong there.
fn check_address(server: &str) -> Result<(), Failure> {
    let wanted =
        "the address of the server (--server) is of the form https://news.example.org, without a user";
    let url = url::Url::parse(server).map_err(|_| Failure::Refused(wanted.into()))?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    let is_server = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    if !is_server || has_user || url.query().is_some() || url.fragment().is_some() {
        return Err(Failure::Refused(wanted.into()));
    }
    Ok(())
}

fn trusted(file: &Path) -> Result<RootCerts, Failure> {
    let unusable = |why: &dyn std::fmt::Display| {
        Failure::Refused(format!("cannot read a certificate from {} (--ca-file): {why}", file.display()))
    };
    let text = std::fs::read(file).map_err(|error| unusable(&error))?;
    let mut certificates = Vec::new();
    for item in ureq::tls::parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| unusable(&error))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(unusable(&"there is none in it"));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

/// Asks the server that listens there whether it is up.
///
/// # Errors
/// When it does not say so within a few seconds.
pub fn is_up(scheme: &str, mut listen: SocketAddr) -> Result<(), Failure> {
    if listen.ip().is_unspecified() {
        // Listening everywhere is listening here too.
        listen.set_ip(if listen.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    // A certificate is for the name that people type; nothing secret is said here.
    let any_name = TlsConfig::builder().disable_verification(true).build();
    let config = Agent::config_builder().timeout_global(Some(HEALTH)).proxy(None).tls_config(any_name);
    let agent: Agent = config.build().into();
    match agent.get(format!("{scheme}://{listen}/healthz")).call() {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::NotNow(format!("no server is up at {listen} (--listen): {error}"))),
    }
}

/// What the API takes for a post.
pub fn new_post(title: &str, body: &str, alert: Option<&str>, audience: Value) -> Value {
    let kind = if alert.is_some() { "alert" } else { "news" };
    json!({ "kind": kind, "severity": alert, "title": title, "body": body, "audience": audience })
}

/// What the API takes for an audience: `everyone`, people, or groups, whose names stand behind `group:`.
fn audience(to: &[String]) -> Result<Value, Failure> {
    if to == ["everyone"] {
        return Ok(json!("everyone"));
    }
    let groups: Vec<_> = to.iter().filter_map(|name| name.strip_prefix(GROUP)).collect();
    match groups.len() {
        0 => Ok(json!({ "people": to })),
        some if some == to.len() => Ok(json!({ "groups": groups })),
        _ => Err(Failure::Refused("a post is for people or for groups, not for both (--to)".into())),
    }
}

/// The names with commas between, all of them groups' if the first one is.
fn separated(to: &str) -> Vec<String> {
    let (kind, names) = to.strip_prefix(GROUP).map_or(("", to), |names| (GROUP, names));
    names.split(',').map(|name| format!("{kind}{}", name.trim())).collect()
}

fn failure(status: StatusCode, problem: &Value) -> Failure {
    let mut text =
        problem["detail"].as_str().map_or_else(|| format!("the server says {status}"), str::to_owned);
    let errors = problem["errors"].as_object();
    for (field, why) in errors.into_iter().flatten() {
        text.push_str(&format!("; {field}: {}", why.as_str().unwrap_or_default()));
    }
    let may_pass = status.is_server_error() || matches!(status.as_u16(), 408 | 409 | 429);
    let is_audience = errors.is_some_and(|errors| errors.keys().eq(["audience"]));
    match (may_pass, is_audience) {
        (true, _) => Failure::NotNow(text),
        (false, true) => Failure::Audience(text),
        (false, false) => Failure::Refused(text),
    }
}

/// Full jitter: anywhere up to a ceiling that doubles.
fn wait(failures: u32) -> Duration {
    let ceiling = Duration::from_secs(1 << failures.min(5)).min(LONGEST_WAIT);
    ceiling.mul_f64(rand::random_range(0.1..1.0))
}

/// Reads events on a thread of its own, which ends with the connection: a read has no deadline.
fn read_aside(body: impl Read + Send + 'static) -> mpsc::Receiver<Event> {
    let (send, events) = mpsc::sync_channel(16);
    thread::spawn(move || {
        let mut lines = BufReader::new(body).lines();
        while let Some(event) = next_event(&mut lines) {
            if send.send(event).is_err() {
                break;
            }
        }
    });
    events
}

/// The next event that has data (WHATWG HTML, section 9.2.6; our server sends one data line each).
fn next_event(lines: &mut impl Iterator<Item = io::Result<String>>) -> Option<Event> {
    let mut event = Event::default();
    loop {
        let line = lines.next()?.ok()?;
        if line.is_empty() {
            if !event.data.is_empty() {
                return Some(event);
            }
            event = Event::default();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "id" => event.id = value,
            "event" => event.name = value,
            "data" => event.data = value,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_and_comments_are_not() {
        let sent = "retry: 5\n\n: hello\n\nid: e-1\nevent: post\ndata: {\"a\":1}\n\nevent: ping\ndata: {}\n\nid: cut";
        let mut lines = sent.lines().map(|line| Ok(line.to_owned()));

        let post = Event { id: "e-1".into(), name: "post".into(), data: "{\"a\":1}".into() };
        assert_eq!(next_event(&mut lines), Some(post));
        assert_eq!(next_event(&mut lines).map(|event| event.name), Some("ping".into()));
        assert_eq!(next_event(&mut lines), None);
    }

    #[test]
    fn one_name_with_commas_may_be_several_and_several_names_are_as_they_are_given() {
        let several = |one: &str| audience(&separated(one)).ok();
        let given = |to: &[&str]| audience(&to.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).ok();

        assert_eq!(several("everyone"), Some(json!("everyone")));
        assert_eq!(several("ann, bea"), Some(json!({ "people": ["ann", "bea"] })));
        assert_eq!(several("group:Night shift,Day"), Some(json!({ "groups": ["Night shift", "Day"] })));
        assert_eq!(given(&["Berg, Anna", "bea"]), Some(json!({ "people": ["Berg, Anna", "bea"] })));
        assert_eq!(given(&["group:A, B", "group:C"]), Some(json!({ "groups": ["A, B", "C"] })));
        assert_eq!(given(&["group:A", "bea"]), None);
    }
}
