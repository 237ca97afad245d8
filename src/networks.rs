//! Networks as operators and admins write them, and which addresses are in them. An IPv4 address inside IPv6
//! (`::ffff:10.0.0.1`, RFC 4291, 2.5.5.2) is that IPv4 address here, in a network as in an address: which of the two a
//! socket or a proxy says is chance.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::{IpNet, Ipv4Net};

/// The bits of an IPv6 address before the IPv4 address in it.
const MAPPED_PREFIX: u8 = 96;

/// A network, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Whether the address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

/// That a text is no network.
#[derive(Debug, thiserror::Error)]
#[error("an address such as 192.0.2.7 or a network such as 10.0.0.0/8 is wanted")]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(canonical).map(Self).map_err(|_| NotANetwork)
    }
}

/// As a network is written, without what stands beyond its length.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One that reaches beyond the IPv4 addresses inside IPv6 stays what it is, and holds none of them.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(six) = network.trunc() else { return network.trunc() };
    let four = six.addr().to_ipv4_mapped();
    let length = six.prefix_len().checked_sub(MAPPED_PREFIX);
    let four = four.zip(length).and_then(|(address, length)| Ipv4Net::new(address, length).ok());
    four.map_or(IpNet::V6(six), IpNet::V4)
}

/// Networks as they are typed, with commas or spaces between; an address is a network of its own.
///
/// # Errors
/// The first that is none.
pub fn parse_list(typed: &str) -> Result<Vec<Network>, String> {
    let parts = typed.split([',', ' ', '\t', '\r', '\n']).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().map_err(|_| part.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().expect("a network")
    }

    #[test]
    fn one_family_is_compared_with_itself_however_it_is_written() {
        for (written, inside, outside) in [
            ("10.0.0.0/8", "10.1.2.3", "11.1.2.3"),
            ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
            ("::ffff:10.0.0.0/104", "10.1.2.3", "11.1.2.3"),
            ("::ffff:10.0.0.0/104", "::ffff:10.1.2.3", "::ffff:11.1.2.3"),
            ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("::ffff:0:0/96", "192.0.2.7", "2001:db8::1"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("2001:db8::/32", "2001:db8::1", "2001:db9::1"),
            ("::/0", "2001:db8::1", "10.1.2.3"),
        ] {
            let network = network(written);
            let contains = |address: &str| network.contains(address.parse().expect("an address"));
            assert!(contains(inside) && !contains(outside), "{written}");
        }
    }

    #[test]
    fn a_network_is_shown_as_what_it_is() {
        for (written, shown) in [
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("192.0.2.7", "192.0.2.7/32"),
            ("2001:db8::7/32", "2001:db8::/32"),
        ] {
            assert_eq!(network(written).to_string(), shown);
        }
        for wrong in ["", "10.0.0.0/33", "everywhere", "10.0.0.0/8/8", "::ffff:10.0.0.0/129"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn networks_are_read_as_people_type_them() {
        let read = |typed: &str| {
            parse_list(typed)
                .map(|networks| networks.iter().map(Network::to_string).collect::<Vec<_>>().join(" "))
        };

        assert_eq!(read(""), Ok(String::new()));
        assert_eq!(
            read("10.1.2.3/8, 192.0.2.7\n2001:db8::/32"),
            Ok("10.0.0.0/8 192.0.2.7/32 2001:db8::/32".into())
        );
        assert_eq!(read("::ffff:10.1.2.3/104"), Ok("10.0.0.0/8".into()));
        assert_eq!(read("10.0.0.0/8 everywhere"), Err("everywhere".into()));
        assert_eq!(read("10.0.0.0/33"), Err("10.0.0.0/33".into()));
    }
}
