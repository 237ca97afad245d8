//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use poem::{Addr, FromRequest, Request, RequestBody, Result, http::HeaderMap};

use crate::app::App;

/// The client's address: the peer's, or what a trusted proxy says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

impl Client {
    /// Where this request comes from.
    pub fn of(request: &Request) -> Self {
        let peer = match &request.remote_addr().0 {
            Addr::SocketAddr(peer) => peer.ip().to_canonical(),
            _ => Ipv4Addr::UNSPECIFIED.into(),
        };
        let trusted = request.data::<App>().map(|app| app.config.trusted_proxies());
        Self(client(peer, request.headers(), trusted.unwrap_or_default()))
    }
}

impl<'a> FromRequest<'a> for Client {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self::of(request))
    }
}

/// X-Forwarded-For is read from the right, where our own proxies wrote: the first address that is not theirs
/// is the client's. Whatever stands further left, the client may have made up.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let values = headers.get_all("x-forwarded-for").iter();
    let mut hops: Vec<_> =
        values.filter_map(|value| value.to_str().ok()).flat_map(|all| all.split(',')).collect();
    let mut nearest = peer;
    while let Some(hop) = hops.pop().and_then(|hop| hop.trim().parse::<IpAddr>().ok()) {
        nearest = hop.to_canonical();
        if !is_trusted(&nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a header's value"));
        }
        let trusted: Vec<_> = trusted.iter().map(|network| network.parse().expect("a network")).collect();
        client(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
    }

    #[test]
    fn what_the_client_made_up_is_not_reached() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, nonsense"], &["10.0.0.0/8"]), "10.0.0.1");
    }
}
