//! An origin as operators write it: the server's own, or that of a page elsewhere.

use std::str::FromStr;

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

impl FromStr for BaseUrl {
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
        let host = authority.host();
        let port = authority.as_str().strip_prefix(host).and_then(|rest| rest.strip_prefix(':'));
        // A dot at the end says the same of a name, but browsers do not take it for the same origin.
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        if authority.as_str().contains('@') || host.is_empty() || host.ends_with('.') {
            return Err(wanted());
        }
        let origin = match port {
            None | Some("") => format!("{scheme}://{host}"),
            Some(_) => match authority.port_u16() {
                Some(port) if port > 0 => format!("{scheme}://{host}:{port}"),
                _ => return Err(wanted()),
            },
        };
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let origin = origin.strip_suffix(default_port).unwrap_or(&origin).to_owned();
        Ok(Self { https: scheme == "https", origin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin() {
        let url: BaseUrl = "HTTPS://News.Example.org:443/".parse().expect("it is one");
        assert_eq!(url, BaseUrl { https: true, origin: "https://news.example.org".into() });
        assert_eq!(url.host(), "news.example.org");
        let dotted: BaseUrl = "https://news.example.org.:8443/".parse().expect("it is one");
        assert_eq!(dotted.origin, "https://news.example.org:8443");
        for (url, host) in
            [("http://n.example:81", "n.example"), ("http://[::1]:81", "[::1]"), ("http://[::1]", "[::1]")]
        {
            assert_eq!(url.parse::<BaseUrl>().expect("it is one").host(), host);
        }
    }
}
