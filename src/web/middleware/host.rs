//! Which names this server answers to. A page of another site can have its own name lead to our address (DNS
//! rebinding), and then reads as if it were ours; what it cannot do is make the browser send our name.
//!
//! Ours are the host of `--base-url`, loopback names, and the address we listen on; where that is "any", every
//! IP address, since an address cannot be made to lead elsewhere. Ports are not compared: proxies and
//! containers change them.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    error::ResponseError,
    http::{HeaderValue, header, uri::Authority},
};

use crate::{
    app::App,
    config::Config,
    web::{error::Error, problem::Problem},
};

/// Middleware: answers 421 to requests that are not for us. From here on `Host` is who was asked, however it
/// was said.
pub async fn refuse_other_names<E: Endpoint>(endpoint: Arc<E>, mut request: Request) -> Result<Response> {
    // Whatever watches over the server asks by the address it knows; these tell nothing.
    let is_health_check = matches!(request.uri().path(), "/healthz" | "/readyz");
    let requested = requested_authority(&request);
    let is_ours = match (&requested, request.data::<App>()) {
        (Some(requested), Some(app)) => is_ours(requested.host(), &app.config),
        _ => false,
    };
    if !is_ours && !is_health_check {
        let asked = requested.as_ref().map(|requested| requested.as_str());
        tracing::warn!(asked, "Refused a request for another host; see --base-url");
        let is_program = request.uri().path().starts_with("/api/");
        return if is_program { Ok(Problem::OtherHost.as_response()) } else { Err(Error::OtherHost.into()) };
    }
    if let Some(host) = requested.and_then(|requested| HeaderValue::from_str(requested.as_str()).ok()) {
        request.headers_mut().insert(header::HOST, host);
    }
    Ok(endpoint.call(request).await?.into_response())
}

/// The authority that the request is for: the target's own if it has one (HTTP/2, or RFC 9112, 3.2.2), else
/// the one `Host` header. One with a user's name in it is none (RFC 9110, 4.2.4).
fn requested_authority(request: &Request) -> Option<Authority> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let authority = match (request.uri().authority(), hosts.next(), hosts.next()) {
        (Some(of_target), ..) => of_target.clone(),
        (None, Some(host), None) => host.to_str().ok()?.parse().ok()?,
        _ => return None,
    };
    Some(authority).filter(|authority: &Authority| !authority.as_str().contains('@'))
}

fn is_ours(host: &str, config: &Config) -> bool {
    let host = host.to_ascii_lowercase();
    if config.base_url.as_ref().is_some_and(|url| url.host() == host) {
        return true;
    }
    // RFC 6761, 6.3: these names lead to the machine that asks.
    if host == "localhost" || host.ends_with(".localhost") {
        return true;
    }
    address(&host).is_some_and(|address| is_listened_on(address, config.listen))
}

fn is_listened_on(address: IpAddr, listen: SocketAddr) -> bool {
    let listen = listen.ip().to_canonical();
    address.is_loopback() || listen.is_unspecified() || address == listen
}

fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.parse().ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        config: Config,
    }

    fn is_taken(host: &str, options: &[&str]) -> bool {
        let arguments = ["tidings"].iter().chain(options);
        is_ours(host, &Only::try_parse_from(arguments).expect("options").config)
    }

    #[test]
    fn the_base_url_and_the_machine_itself_are_ours() {
        let named = ["--base-url", "https://news.example.org:8443"];
        for host in ["news.example.org", "News.Example.ORG", "localhost", "127.0.0.1", "[::1]", "a.localhost"]
        {
            assert!(is_taken(host, &named), "{host}");
        }
        for host in
            ["evil.example", "news.example.org.evil.example", "example.org", "10.0.0.1", "news.example.org."]
        {
            assert!(!is_taken(host, &named), "{host}");
        }
    }

    #[test]
    fn the_address_listened_on_is_ours_and_any_address_where_that_is_any() {
        assert!(is_taken("10.0.0.1", &["--listen", "10.0.0.1:80"]));
        assert!(!is_taken("10.0.0.2", &["--listen", "10.0.0.1:80"]));
        for any in ["0.0.0.0:80", "[::]:80"] {
            assert!(is_taken("10.0.0.2", &["--listen", any]));
            assert!(is_taken("[2001:db8::1]", &["--listen", any]));
            assert!(!is_taken("evil.example", &["--listen", any]));
            assert!(!is_taken("127.0.0.1.evil.example", &["--listen", any]));
        }
    }
}
