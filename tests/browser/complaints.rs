//! What a browser had to complain about.

use serde_json::json;

use super::{Browser, Engine};

impl Browser {
    /// Closes the browser, which must have had nothing to complain about: no script error, no violation of the
    /// content security policy, no asset that was missing. WebKit keeps its complaints to itself.
    pub async fn closes_without_complaint(self) {
        let complaints = match self.engine {
            Engine::Chromium => self.chromium_complains().await,
            Engine::Firefox => self.firefox_complains().await,
            Engine::WebKit => vec![],
        };
        self.driver.quit().await.unwrap();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    async fn chromium_complains(&self) -> Vec<String> {
        let mut complaints = vec![];
        for tab in self.driver.windows().await.unwrap() {
            self.turns_to(&tab).await;
            let log = self.driver.browser_log().await.unwrap();
            let wrong = log.into_iter().filter(|entry| {
                // The server may be away, or say 404 to a page: that is no complaint about the page.
                let network =
                    entry.source.as_deref() == Some("network") && !entry.message.contains("/assets/");
                !network && ["SEVERE", "WARNING"].contains(&entry.level.as_str())
            });
            complaints.extend(wrong.map(|entry| format!("{entry:?}")));
        }

        // What workers had to say stands only here.
        let log = self.running.folder.path().join("console.log");
        let console = std::fs::read_to_string(log).unwrap_or_default();
        let wrong = console.lines().filter(|line| {
            // Nor is it one that the browser looks for a newer worker while the server is away.
            let is_away = line.contains("importScripts") && line.contains("NetworkError");
            line.contains("CONSOLE")
                && (line.contains("Uncaught") || line.contains("Content Security Policy"))
                && !is_away
        });
        complaints.extend(wrong.map(str::to_owned));
        complaints
    }

    /// Its console has what pages and workers had to say alike.
    async fn firefox_complains(&self) -> Vec<String> {
        self.commands("moz/context", json!({ "context": "chrome" })).await;
        let complaints = self
            .asks(
                "Services.console.getMessageArray()
                    .filter((line) => line instanceof Ci.nsIScriptError && !(line.flags & line.warningFlag))
                    .filter(({ category }) => /^CSP|^content javascript|Worker/.test(category))
                    .map((line) => `${line.category}: ${line.errorMessage} (${line.sourceName})`)",
            )
            .await;
        serde_json::from_value(complaints).unwrap()
    }
}
