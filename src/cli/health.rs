//! `tidings health`: asks the server at `--listen` whether it is up, for those who watch over it.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use ureq::{Agent, tls::TlsConfig};

use crate::{cli::Failure, config::Config};

/// A server that is up says so within this time.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    let scheme = if config.tls_cert.is_some() { "https" } else { "http" };
    let listen = config.listen;
    let asked = tokio::task::spawn_blocking(move || check(scheme, listen)).await;
    // Whoever asks expects 0 or 1.
    Ok(asked.map_err(|_| "it ended in the middle")??)
}

fn check(scheme: &str, mut listen: SocketAddr) -> Result<(), String> {
    if listen.ip().is_unspecified() {
        // Listening everywhere is listening here too.
        listen.set_ip(if listen.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    // A certificate is for the name that people type; nothing secret is said here.
    let any_name = TlsConfig::builder().disable_verification(true).build();
    let config =
        Agent::config_builder().timeout_global(Some(HEALTH_TIMEOUT)).proxy(None).tls_config(any_name);
    let agent: Agent = config.build().into();
    match agent.get(format!("{scheme}://{listen}/healthz")).call() {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("no server is up at {listen} (--listen): {error}")),
    }
}
