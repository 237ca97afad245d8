//! Which browser a request comes from, and from where: kept with the session, and told to its owner in plain
//! words.

use std::net::IpAddr;

use poem::{FromRequest, Request, RequestBody, Result, http::header};

use crate::{app::App, text, web::extract::client::Client};

/// More of a `User-Agent` tells nothing.
const MAX_AGENT_CHARS: usize = 256;

/// What tells browsers apart, the particular before the common: almost every browser also says that it is
/// Chrome or Safari.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Android says that it is Linux, and iPhones that they are like a Mac.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
];

/// A browser, at an address.
#[derive(Clone, Debug)]
pub struct Device {
    /// As it calls itself, cut short.
    pub agent: String,
    pub address: IpAddr,
    /// Whether it is in a network whose computers are used by several people.
    pub is_shared: bool,
}

impl<'a> FromRequest<'a> for Device {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let Client(address) = Client::of(request);
        let agent = request.headers().get(header::USER_AGENT).map(|value| value.as_bytes());
        let agent = String::from_utf8_lossy(agent.unwrap_or_default());
        let shared = request.data::<App>().map(|app| app.config.shared_networks()).unwrap_or_default();
        let is_shared = shared.iter().any(|network| network.contains(address));
        Ok(Self { agent: agent.chars().take(MAX_AGENT_CHARS).collect(), address, is_shared })
    }
}

/// What a `User-Agent` says, for people: “Firefox on Linux”.
pub fn in_words(agent: &str) -> String {
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => {
            text::of("device-both").with("browser", browser).with("system", system).unmarked()
        }
        (Some(browser), None) => browser.into(),
        (None, Some(system)) => text::of("device-system").with("system", system).unmarked(),
        (None, None) => text::say("device-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_in_plain_words() {
        for (agent, words) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Safari on an iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                Version/26.0 Safari/605.1.15",
                "Safari on a Mac",
            ),
            ("Links (2.29; Linux 6.1 x86_64; GNU C)", "A browser on Linux"),
            ("<script>alert(1)</script>", "An unknown browser"),
            ("", "An unknown browser"),
        ] {
            assert_eq!(in_words(agent), words, "{agent}");
        }
    }
}
