//! The engines that pages are tried in. Each browser has an empty profile and a driver of its own.

use std::process::Stdio;

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::{Capabilities, LoggingPrefsLogLevel, prelude::*};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::support::{TIMEOUT, eventually, quiet_port};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

/// How much of a browser a test needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The pages. Of Chromium it is the program without windows around them, which starts in a quarter of the time.
    Pages,
    /// All of it, with what it asks people and tells them outside the pages.
    Whole,
    /// All of it, with JavaScript switched off.
    WithoutScripts,
}

tokio::task_local! {
    static ENGINE: Engine;
}

/// A browser that runs. What is dropped goes in this order: the session ends before its driver, the driver before
/// its display, and all of them before the profile goes.
pub struct Running {
    pub driver: WebDriver,
    _processes: Vec<Child>,
    pub folder: TempDir,
    /// Where its driver listens.
    pub address: String,
}

impl Engine {
    /// Runs a test whose browsers are of this engine.
    pub async fn runs<F: Future>(self, test: F) -> F::Output {
        ENGINE.scope(self, test).await
    }

    /// The engine of this test: Chromium, unless it is one that runs in every engine.
    pub fn of_this_test() -> Self {
        ENGINE.try_with(|engine| *engine).unwrap_or(Self::Chromium)
    }

    /// A browser to this extent, with more of the engine's own options.
    pub async fn starts(self, extent: Extent, options: &[&str]) -> Running {
        let folder = tempfile::tempdir().unwrap();
        let scripts = extent != Extent::WithoutScripts;
        match self {
            Self::Chromium => chromium(folder, extent, options).await,
            Self::Firefox => firefox(folder, scripts, options).await,
            Self::WebKit => webkit(folder, scripts, options).await,
        }
    }
}

const NO_CHROMIUM: &str = "apt-get install chromium chromium-driver";
const NO_FIREFOX: &str =
    "bin/test --engines installs it: apt-get install firefox-esr; cargo install --locked geckodriver";
const NO_WEBKIT: &str = "bin/test --engines installs it: apt-get install webkit2gtk-driver xvfb";

async fn chromium(folder: TempDir, extent: Extent, options: &[&str]) -> Running {
    let mut command = Command::new("chromedriver");
    let (child, port) =
        says_where(command.arg("--port=0"), "started successfully on port ", NO_CHROMIUM).await;
    let mut wanted = DesiredCapabilities::chrome();
    wanted.set_no_sandbox().unwrap();
    wanted.set_disable_dev_shm_usage().unwrap();
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
    let profile = format!("--user-data-dir={}", folder.path().display());
    let log = format!("--log-file={}", folder.path().join("console.log").display());
    for argument in [
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1200,900",
        "--enable-logging",
        &profile,
        &log,
    ]
    .iter()
    .chain(options)
    {
        wanted.add_arg(argument).unwrap();
    }
    if extent == Extent::WithoutScripts {
        let prefs = json!({ "profile.managed_default_content_settings.javascript": 2 });
        wanted.add_experimental_option("prefs", prefs).unwrap();
    }
    // Where there is no such package, the whole program shows the same pages.
    let shell = in_path("chromium-headless-shell").filter(|_| extent == Extent::Pages);
    if let Some(shell) = &shell {
        wanted.set_binary(shell).unwrap();
    }
    let mut wanted = Capabilities::from(wanted);
    if shell.is_some() {
        wanted.set("browserName", "chrome-headless-shell").unwrap();
    }
    meets(vec![child], folder, port, wanted, NO_CHROMIUM).await
}

async fn firefox(folder: TempDir, scripts: bool, options: &[&str]) -> Running {
    let mut command = Command::new("geckodriver");
    // What went wrong on a page is asked of Firefox itself, which needs the system access. Root has to have a home
    // of its own.
    command.args(["--port", "0", "--allow-system-access", "--profile-root"]).arg(folder.path());
    command.env("HOME", folder.path());
    let (child, port) = says_where(&mut command, "Listening on 127.0.0.1:", NO_FIREFOX).await;
    let binary = ["firefox-esr", "firefox"].into_iter().find_map(in_path).expect(NO_FIREFOX);
    let mut arguments = vec!["-headless", "--width=1200", "--height=900"];
    arguments.extend(options);
    // Few processes: the machine has others to run.
    let prefs = json!({
        "dom.ipc.processCount": 1,
        "dom.ipc.processPrelaunch.enabled": false,
        "javascript.enabled": scripts,
    });
    let mut wanted = Capabilities::new();
    wanted.set("browserName", "firefox").unwrap();
    let options = json!({ "binary": binary, "args": arguments, "prefs": prefs });
    wanted.set("moz:firefoxOptions", options).unwrap();
    meets(vec![child], folder, port, wanted, NO_FIREFOX).await
}

/// WebKitGTK's MiniBrowser, which has no headless mode, on a display of its own, which nobody sees.
async fn webkit(folder: TempDir, scripts: bool, options: &[&str]) -> Running {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"]);
    let (display, number) = says_where(&mut command, "", NO_WEBKIT).await;
    let port = quiet_port();
    let driver = Command::new("WebKitWebDriver")
        .arg(format!("--port={port}"))
        .env("DISPLAY", format!(":{number}"))
        .env("HOME", folder.path())
        .env("NO_AT_BRIDGE", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect(NO_WEBKIT);
    let status = format!("http://127.0.0.1:{port}/status");
    eventually("WebKitWebDriver listens", async || reqwest::get(&status).await.ok()).await;
    let javascript = format!("--enable-javascript={scripts}");
    let mut arguments = vec!["--automation", &javascript];
    arguments.extend(options);
    let mut wanted = Capabilities::new();
    wanted.set("browserName", "MiniBrowser").unwrap();
    wanted.set("webkitgtk:browserOptions", json!({ "args": arguments })).unwrap();
    let running = meets(vec![driver, display], folder, port, wanted, NO_WEBKIT).await;
    running.driver.set_window_rect(0, 0, 1200, 900).await.unwrap();
    running
}

/// Begins a session with a driver.
async fn meets(
    processes: Vec<Child>,
    folder: TempDir,
    port: u16,
    wanted: impl Into<Capabilities>,
    missing: &str,
) -> Running {
    let address = format!("http://127.0.0.1:{port}");
    let driver = WebDriver::new(&address, wanted).await.expect(missing);
    Running { driver, _processes: processes, folder, address }
}

/// Starts a program that chooses a number, a port or a display, and says it on standard output, after these words.
/// It is started again where it ended instead: chromedriver wants the port that it got on one family of addresses on
/// the other, too, and does not choose another where somebody else has that.
async fn says_where(command: &mut Command, words: &str, missing: &str) -> (Child, u16) {
    for _ in 0..5 {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect(missing);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let says = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some((_, number)) = line.split_once(words)
                    && let Ok(number) = number.trim_end_matches('.').parse()
                {
                    return Some(number);
                }
            }
            None
        };
        if let Some(number) = tokio::time::timeout(TIMEOUT, says).await.expect("the driver listens") {
            // Read more, or it dies of a closed pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (child, number);
        }
    }
    panic!("{command:?} ends before it says where it listens");
}

/// Where a program is.
fn in_path(name: &str) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.exists())?;
    Some(found.display().to_string())
}
