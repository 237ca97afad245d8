//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr};

use poem::{Addr, FromRequest, Request, RequestBody, Result, http::HeaderMap};

use crate::{app::App, networks::Network};

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
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    // What is empty says nothing (RFC 9110, 5.6.1).
    let hops = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let mut nearest = peer;
    for hop in hops.filter(|hop| !hop.is_empty()) {
        // Bytes that are no text are no address either.
        let Some(address) = std::str::from_utf8(hop).ok().and_then(address) else { break };
        nearest = address;
        if !is_trusted(nearest) {
            break;
        }
    }
    nearest
}

/// The address in one hop, as proxies write it: bare, with a port, in brackets, in quotes, or as `Forwarded` would
/// say it (RFC 7239: `for="[2001:db8::1]:4711";proto=https`).
fn address(hop: &str) -> Option<IpAddr> {
    let pairs = hop.split(';').filter_map(|part| part.split_once('='));
    let mut by_name = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    let said = if hop.contains('=') { by_name.next()?.1 } else { hop };
    let said = said.trim().trim_matches('"').trim();
    let bare = match said.strip_prefix('[') {
        Some(inside) => inside.split_once(']').filter(|(_, port)| port.is_empty() || is_port(port))?.0,
        None => said,
    };
    // Of a link-local address, which interface it is at (RFC 4007, 11).
    let bare = bare.split_once('%').map_or(bare, |(address, _)| address);
    let without_port = || {
        let colon = bare.rfind(':').filter(|colon| is_port(&bare[*colon..]))?;
        bare[..colon].parse::<Ipv4Addr>().ok().map(IpAddr::from)
    };
    bare.parse().ok().or_else(without_port).map(|address: IpAddr| address.to_canonical())
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':')
        .is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&[u8]], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(value).expect("a header's value"));
        }
        let trusted: Vec<_> = trusted.iter().map(|network| network.parse().expect("a network")).collect();
        client(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen("203.0.113.9", &[b"198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &[b"198.51.100.1"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &[b"198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &[b"198.51.100.1"], &["::ffff:10.0.0.0/104"]), "198.51.100.1");
    }

    #[test]
    fn what_the_client_made_up_is_not_reached() {
        let proxies = ["10.0.0.0/8"];
        assert_eq!(seen("10.0.0.1", &[b"6.6.6.6, 198.51.100.1, 10.0.0.2"], &proxies), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &[b"6.6.6.6", b"198.51.100.1"], &proxies), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &[b"6.6.6.6, nonsense"], &proxies), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[b"6.6.6.6, \xfcnsinn"], &proxies), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[b"\xfcnsinn, 198.51.100.1"], &proxies), "198.51.100.1");
        assert_eq!(
            seen("10.0.0.1", &[b"6.6.6.6, 198.51.100.1:81, , 10.0.0.2:82,", b""], &proxies),
            "198.51.100.1"
        );
    }

    #[test]
    fn an_address_is_read_however_a_proxy_writes_it() {
        for written in [
            "198.51.100.1",
            "198.51.100.1:49152",
            "\"198.51.100.1\"",
            "\"198.51.100.1:49152\"",
            "::ffff:198.51.100.1",
            "[::ffff:198.51.100.1]:49152",
            "[198.51.100.1]:49152",
            "for=198.51.100.1",
            "For=\"198.51.100.1:49152\"; proto=https; by=10.0.0.1",
            "proto=https;for=198.51.100.1",
        ] {
            assert_eq!(
                address(written).map(|found| found.to_string()).as_deref(),
                Some("198.51.100.1"),
                "{written}"
            );
        }
        for written in [
            "2001:db8::1",
            "[2001:db8::1]",
            "[2001:db8::1]:49152",
            "\"[2001:db8::1]:49152\"",
            "2001:DB8::1%eth0",
            "for=\"[2001:db8::1]:4711\"",
        ] {
            assert_eq!(
                address(written).map(|found| found.to_string()).as_deref(),
                Some("2001:db8::1"),
                "{written}"
            );
        }
        for nonsense in [
            "",
            "unknown",
            "_hidden",
            "198.51.100.1:",
            "198.51.100.1:port",
            "198.51.100.1:1:2",
            "198.51.100",
            "[2001:db8::1",
            "[2001:db8::1]x",
            "proto=https",
            "for=unknown",
            "by=198.51.100.1",
            "\"",
        ] {
            assert_eq!(address(nonsense), None, "{nonsense}");
        }
    }
}
