//! A client of a running server's API, for `tidings post`, `follow`, `card` and `run`: where the server is, what it is shown, and
//! what each failure comes to.

use std::{
    fmt::{self, Formatter},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;
use ureq::{
    Agent,
    http::StatusCode,
    tls::{PemItem, RootCerts, TlsConfig},
};

use crate::{cli::Failure, config::secrets, domain::tokens};

mod card;
mod follow;
mod post;

pub(crate) use post::{audience, new_post};

/// Between two attempts to reach the server.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(30);

/// A running server, and the token to show it.
pub(crate) struct Client {
    agent: Agent,
    server: String,
    token: String,
}

// How a client reaches the server. The token comes from the environment alone, where other users of the machine cannot
// see it.
#[derive(clap::Args)]
pub(crate) struct ServerOptions {
    /// Where the server is
    #[arg(long, env = "TIDINGS_SERVER", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    pub(crate) server: String,
    /// Certificates in PEM of those who may vouch for the server, instead of the public authorities
    #[arg(long, env = "TIDINGS_CA_FILE", value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

/// What kept a command from doing its work; each has its exit code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// The server said no, and will say it again.
    #[error("{0}")]
    Refused(String),
    /// The server said no to whom it was for, and to nothing else.
    #[error("{0}")]
    AudienceRefused(String),
    /// The server was not reached, or cannot do it now: later it may.
    #[error("{0}")]
    Unavailable(String),
    /// What was heard could not be handed on.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
    /// The post is there, but whoever asked was not told where.
    #[error("it is posted, but its address cannot be written: {0}")]
    AddressUnwritten(io::Error),
}

/// Runs a command that talks to a server, off the async threads.
pub(crate) async fn run(
    command: impl FnOnce() -> Result<(), ClientError> + Send + 'static,
) -> Result<(), Failure> {
    let done = tokio::task::spawn_blocking(command).await;
    Ok(done.map_err(|_| "it ended in the middle")??)
}

impl ServerOptions {
    pub(crate) fn client(&self) -> Result<Client, ClientError> {
        let kept = secrets::from_file("token").map_err(|error| ClientError::Refused(error.to_string()))?;
        let token =
            kept.or_else(|| std::env::var_os("TIDINGS_TOKEN").map(|token| token.to_string_lossy().into()));
        let token = token.filter(|token| !token.is_empty()).ok_or_else(|| {
            ClientError::Refused("a token is needed in TIDINGS_TOKEN or TIDINGS_TOKEN_FILE".into())
        })?;
        Client::new(&self.server, token, self.ca_file.as_deref())
    }
}

impl Client {
    /// For the server at this address; `authorities` is a file of certificates that its own may stem from.
    ///
    /// # Errors
    /// When that file holds none, and when the address or the token cannot be one.
    pub(crate) fn new(server: &str, token: String, authorities: Option<&Path>) -> Result<Self, ClientError> {
        check_address(server)?;
        if !tokens::is_in_form(&token) {
            return Err(ClientError::Refused(
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

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn unreached(&self, error: &ureq::Error) -> ClientError {
        ClientError::Unavailable(format!("cannot reach {} (--server): {error}", self.server))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("server", &self.server).finish_non_exhaustive()
    }
}

/// It is not shown: it may hold a password that does not belong there.
fn check_address(server: &str) -> Result<(), ClientError> {
    let wanted =
        "the address of the server (--server) is of the form https://news.example.org, without a user";
    let url = url::Url::parse(server).map_err(|_| ClientError::Refused(wanted.into()))?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    let is_server = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    if !is_server || has_user || url.query().is_some() || url.fragment().is_some() {
        return Err(ClientError::Refused(wanted.into()));
    }
    Ok(())
}

fn trusted(file: &Path) -> Result<RootCerts, ClientError> {
    let unusable = |why: &dyn fmt::Display| {
        ClientError::Refused(format!("cannot read a certificate from {} (--ca-file): {why}", file.display()))
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

fn refusal(status: StatusCode, problem: &Value) -> ClientError {
    let mut text =
        problem["detail"].as_str().map_or_else(|| format!("the server says {status}"), str::to_owned);
    let errors = problem["errors"].as_object();
    for (field, why) in errors.into_iter().flatten() {
        text.push_str(&format!("; {field}: {}", why.as_str().unwrap_or_default()));
    }
    let is_in_progress = problem["type"] == "/api#key-in-progress";
    let may_pass = status.is_server_error() || matches!(status.as_u16(), 408 | 429) || is_in_progress;
    let is_audience = errors.is_some_and(|errors| errors.keys().eq(["audience"]));
    match (may_pass, is_audience) {
        (true, _) => ClientError::Unavailable(text),
        (false, true) => ClientError::AudienceRefused(text),
        (false, false) => ClientError::Refused(text),
    }
}

/// Full jitter: anywhere up to a ceiling that doubles.
pub(crate) fn retry_delay(failures: u32) -> Duration {
    let ceiling = Duration::from_secs(1 << failures.min(5)).min(MAX_RETRY_DELAY);
    ceiling.mul_f64(rand::random_range(0.1..1.0))
}
