//! One browser with an empty profile, and what people do in it.

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::{error::WebDriverErrorInner, prelude::*};
use tokio::time::{Instant, sleep};

use crate::support::{TIMEOUT, TestApp};

#[path = "complaints.rs"]
mod complaints;
#[path = "engine.rs"]
mod engine;

pub use engine::Engine;
use engine::{Extent, Running};

/// A browser as one person has it before them.
pub struct Browser {
    pub engine: Engine,
    pub driver: WebDriver,
    running: Running,
    url: String,
}

impl Browser {
    /// A browser on nobody's account.
    pub async fn opens(app: &TestApp) -> Self {
        Self::opens_with(app, &[]).await
    }

    /// The same with more options of its engine.
    pub async fn opens_with(app: &TestApp, options: &[&str]) -> Self {
        Self::starts(app, Extent::Pages, options).await
    }

    /// A browser in which JavaScript is switched off.
    pub async fn opens_without_scripts(app: &TestApp) -> Self {
        Self::starts(app, Extent::WithoutScripts, &[]).await
    }

    async fn starts(app: &TestApp, extent: Extent, options: &[&str]) -> Self {
        let engine = Engine::of_this_test();
        let running = engine.starts(extent, options).await;
        Self { engine, driver: running.driver.clone(), running, url: app.url.clone() }
    }

    /// A browser that has signed in by the form, and shows a live feed.
    pub async fn signs_in(app: &TestApp, name: &str) -> Self {
        Self::opens(app).await.signed_in(app, name).await
    }

    /// The same with all that the engine has around its pages: notifications, and the question whether they are welcome.
    pub async fn signs_in_to_be_told(app: &TestApp, name: &str) -> Self {
        Self::starts(app, Extent::Whole, &[]).await.signed_in(app, name).await
    }

    async fn signed_in(self, app: &TestApp, name: &str) -> Self {
        self.goes("/").await;
        self.signs_in_here(app, name).await;
        self.is("live").await;
        self
    }

    /// Fills in the form that stands there.
    pub async fn signs_in_here(&self, app: &TestApp, name: &str) {
        self.types("username", name).await;
        self.types("password", &app.password_of(name)).await;
        self.clicks("form[action='/login'] button").await;
        self.sees("form[action='/logout']").await;
    }

    pub async fn goes(&self, path: &str) {
        self.visits(&format!("{}{path}", self.url)).await;
    }

    /// A page of whatever site.
    pub async fn visits(&self, address: &str) {
        self.driver.goto(address).await.unwrap();
    }

    pub async fn reloads(&self) {
        self.driver.refresh().await.unwrap();
    }

    /// Replaces what stands in a field of a form.
    pub async fn types(&self, name: &str, text: &str) {
        let selector = format!("[name='{name}']:not([type=hidden])");
        // WebKit's driver knows a new line only by its key.
        let keys = text.replace('\n', "\u{e007}");
        let types = async |field: WebElement| {
            field.clear().await?;
            field.send_keys(&keys).await
        };
        let deadline = Instant::now() + TIMEOUT;
        while let Err(error) = types(self.sees(&selector).await).await {
            // A field that is still on its way onto the page takes no focus.
            let passes = matches!(
                *error,
                WebDriverErrorInner::ElementNotInteractable(_)
                    | WebDriverErrorInner::StaleElementReference(_)
            );
            assert!(passes && Instant::now() < deadline, "nothing can be typed into {name}: {error}");
            self.scrolls_to(&selector).await;
            sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn clicks(&self, selector: &str) {
        let deadline = Instant::now() + TIMEOUT;
        self.stands_still(selector).await;
        while let Err(error) = self.sees(selector).await.click().await {
            // What moves, gives way to the next page, or is further down than WebKit's driver scrolls.
            let passes = matches!(
                *error,
                WebDriverErrorInner::ElementNotInteractable(_)
                    | WebDriverErrorInner::ElementClickIntercepted(_)
                    | WebDriverErrorInner::StaleElementReference(_)
            );
            assert!(passes && Instant::now() < deadline, "{selector} cannot be clicked: {error}");
            self.scrolls_to(selector).await;
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a control takes clicks: not while it has just appeared or moved.
    async fn stands_still(&self, selector: &str) {
        self.sees(selector).await;
        let selector = json!(selector);
        self.until(&format!("!document.querySelector({selector})?.closest('[data-settling]')")).await;
    }

    async fn scrolls_to(&self, selector: &str) {
        let to_it = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        if let Ok(element) = self.driver.find(By::Css(selector)).await {
            let _ = self.driver.execute(to_it, vec![element.to_json().unwrap()]).await;
        }
    }

    /// Ticks one of several choices.
    pub async fn chooses(&self, name: &str, value: &str) {
        let selector = format!("input[name='{name}'][value='{value}']");
        let deadline = Instant::now() + TIMEOUT;
        loop {
            self.clicks(&selector).await;
            // A driver clicks where the field was when it looked: a page that still grows has moved it by then.
            let ticked = self.sees(&selector).await.is_selected().await;
            if ticked.is_ok_and(|ticked| ticked) {
                return;
            }
            assert!(Instant::now() < deadline, "{selector} stays as it was");
        }
    }

    /// Waits for something that is visible.
    pub async fn sees(&self, selector: &str) -> WebElement {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            if let Ok(element) = self.driver.find(By::Css(selector)).await
                && element.is_displayed().await.unwrap_or(false)
            {
                return element;
            }
            assert!(
                Instant::now() < deadline,
                "{selector} is not to be seen:\n{}",
                self.driver.source().await.unwrap()
            );
            sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn text(&self, selector: &str) -> String {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            // A page that gives way to the next takes what was seen with it.
            match self.sees(selector).await.text().await {
                Ok(text) => return text.replace(['\u{2068}', '\u{2069}'], ""),
                Err(error) => assert!(Instant::now() < deadline, "{selector} cannot be read: {error}"),
            }
        }
    }

    /// What a script says.
    pub async fn asks(&self, script: &str) -> Value {
        let script = without_marks(script);
        let answer = self.driver.execute(format!("return ({script})"), vec![]).await;
        answer.unwrap_or_else(|e| panic!("{script}: {e}")).json().clone()
    }

    /// What a script says later, by `done(…)`.
    pub async fn asks_later(&self, script: &str) -> Value {
        let script = format!("const done = arguments[0]; {script}");
        self.driver.execute_async(script, vec![]).await.unwrap().json().clone()
    }

    /// Waits until this holds in the page.
    pub async fn until(&self, condition: &str) {
        let (deadline, condition) = (Instant::now() + TIMEOUT * 2, without_marks(condition));
        // While a page gives way to the next, there is nothing to ask.
        while !matches!(self.driver.execute(format!("return Boolean({condition})"), vec![]).await, Ok(answer) if answer.json() == true)
        {
            assert!(Instant::now() < deadline, "never: {condition}\n{}", self.driver.source().await.unwrap());
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the page says so of its stream.
    pub async fn is(&self, state: &str) {
        self.until(&format!("document.documentElement.dataset.stream === '{state}'")).await;
        // What a page has beside the list comes when it is Live; a wall has all at once.
        if state == "live" {
            let is_ready = "document.documentElement.hasAttribute('data-ready')";
            self.until(&format!("{is_ready} || !document.querySelector('tidings-stream')")).await;
        }
    }

    /// The posts in the list, from the top.
    pub async fn posts(&self) -> Vec<i64> {
        let rows = self
            .asks("[...document.querySelectorAll('li[data-post]')].map((row) => Number(row.dataset.post))")
            .await;
        serde_json::from_value(rows).unwrap()
    }

    /// Waits until the list shows exactly these.
    pub async fn shows(&self, posts: &[i64]) {
        let rows = "[...document.querySelectorAll('li[data-post]')].map((row) => row.dataset.post).join()";
        let wanted: Vec<String> = posts.iter().map(i64::to_string).collect();
        self.until(&format!("{rows} === '{}'", wanted.join(","))).await;
    }

    pub async fn opens_tab(&self, path: &str) -> WindowHandle {
        let tab = self.driver.new_tab().await.unwrap();
        self.turns_to(&tab).await;
        self.goes(path).await;
        tab
    }

    pub async fn tab(&self) -> WindowHandle {
        self.driver.window().await.unwrap()
    }

    pub async fn turns_to(&self, tab: &WindowHandle) {
        self.driver.switch_to_window(tab.clone()).await.unwrap();
    }

    pub async fn closes_tab(&self) {
        self.driver.close_window().await.unwrap();
    }

    /// A command of the Chrome DevTools Protocol to the tab, and its answer.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        assert_eq!(self.engine, Engine::Chromium, "no other engine has its tools");
        self.commands("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// What the browser computes of an element for who hears the page: its `role`, or its name, the `label` (W3C WebDriver, 12.4.9
    /// and 12.4.10).
    pub async fn computed(&self, element: &WebElement, what: &str) -> String {
        let path = format!(
            "{}/session/{}/element/{}/computed{what}",
            self.running.address,
            self.driver.session_id(),
            element.element_id()
        );
        let answer = reqwest::get(path).await.unwrap().json::<Value>().await.unwrap();
        answer["value"].as_str().unwrap_or_default().to_owned()
    }

    /// A command that only this engine's driver knows.
    async fn commands(&self, path: &str, body: Value) -> Value {
        let path = format!("{}/session/{}/{path}", self.running.address, self.driver.session_id());
        let answer = reqwest::Client::new().post(path).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{body}: {}", answer.text().await.unwrap());
        answer.json::<Value>().await.unwrap()["value"].take()
    }
}

/// The same script, which reads texts without the marks that keep the direction of names to themselves.
fn without_marks(script: &str) -> String {
    script.replace(".textContent", ".textContent.replace(/[\\u2068\\u2069]/g, '')")
}
