use std::{
    fs,
    path::Path,
    process::{Command as Immediate, Stdio},
};

use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::support::{Person, TestApp, eventually, quiet_port};

/// The reverse proxies whose configuration we document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Nginx,
    Caddy,
    Haproxy,
}

pub const KINDS: [Kind; 3] = [Kind::Nginx, Kind::Caddy, Kind::Haproxy];

impl Kind {
    /// The documented file, as it is.
    pub fn file(self) -> &'static str {
        match self {
            Self::Nginx => include_str!("../../deploy/nginx.conf"),
            Self::Caddy => include_str!("../../deploy/Caddyfile"),
            Self::Haproxy => include_str!("../../deploy/haproxy.cfg"),
        }
    }

    /// The documented file with the server's address, a port of this machine without TLS, and nothing else changed.
    fn here(self, app: &TestApp, port: u16) -> String {
        let listen = format!("127.0.0.1:{port}");
        let text = swap(self.file(), "127.0.0.1:8080", &format!("127.0.0.1:{}", app.port));
        match self {
            Self::Nginx => {
                let text = swap(&text, "listen 443 ssl;", &format!("listen {listen};"));
                let text = swap(&text, "ssl_certificate ", "# ");
                swap(&text, "ssl_certificate_key ", "# ")
            }
            Self::Caddy => {
                let site = "{$SITE:news.example.org} {";
                let text = swap(&text, site, &format!("http://{listen} {{\n\tbind 127.0.0.1"));
                swap(&text, "\tgrace_period 10s", "\tgrace_period 10s\n\tadmin off")
            }
            Self::Haproxy => {
                let tls = "bind :443 ssl crt /etc/haproxy/news.example.org.pem";
                swap(&text, tls, &format!("bind {listen}"))
            }
        }
    }

    /// How to run it in the foreground on a file, or to check the file and end.
    pub fn command(self, folder: &Path, file: &Path, checks: bool) -> Immediate {
        let mut command = Immediate::new(match self {
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Haproxy => "haproxy",
        });
        // Debian does not have these in everybody's path.
        command.env("PATH", format!("{}:/usr/sbin", std::env::var("PATH").unwrap()));
        match self {
            Self::Nginx => {
                // It is one process, which a kill ends, and it runs as whoever runs the tests.
                let here =
                    format!("daemon off; master_process off; user root root; pid {}/pid;", folder.display());
                command.arg("-p").arg(folder).arg("-e").arg(folder.join("error.log")).args(["-g", &here]);
                command.args(checks.then_some("-t")).arg("-c").arg(file);
            }
            Self::Caddy => {
                command.arg(if checks { "validate" } else { "run" });
                command.args(["--adapter", "caddyfile", "--config"]).arg(file);
                command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
            }
            Self::Haproxy => {
                command.arg(if checks { "-c" } else { "-db" }).arg("-f").arg(file);
            }
        }
        command.current_dir(folder).stdin(Stdio::null());
        command
    }
}

/// Replaces what must be there.
pub fn swap(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in\n{text}");
    text.replace(from, to)
}

/// nginx keeps large answers in files, whose folders must be ours.
pub fn with_folders(nginx: &str, folder: &Path) -> String {
    let folder = folder.display();
    let mut http = format!("http {{\n    access_log {folder}/access.log;\n");
    for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        http += &format!("    {kind}_temp_path {folder}/{kind};\n");
    }
    swap(nginx, "http {", &http)
}

/// A running reverse proxy. It is killed when this is dropped.
pub struct Proxy {
    // This field stands first, so that the proxy is gone before its folder goes.
    _child: Child,
    pub url: String,
    pub port: u16,
    pub kind: Kind,
    pub folder: TempDir,
}

impl Proxy {
    /// Starts a proxy before `app`, as documented.
    pub async fn starts(kind: Kind, app: &TestApp) -> Self {
        Self::starts_with(kind, app, str::to_owned).await
    }

    /// Starts a proxy with something of the documented file changed.
    pub async fn starts_with(kind: Kind, app: &TestApp, change: impl FnOnce(&str) -> String) -> Self {
        let port = quiet_port();
        Self::runs(kind, port, &change(&kind.here(app, port))).await
    }

    /// Starts a proxy on a file that says to listen on 127.0.0.1 at `port`.
    pub async fn runs(kind: Kind, port: u16, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = if kind == Kind::Nginx { with_folders(text, folder.path()) } else { text.to_owned() };
        let file = folder.path().join("config");
        fs::write(&file, &text).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::from(kind.command(folder.path(), &file, false));
        command.stdout(log.try_clone().unwrap()).stderr(log).kill_on_drop(true);
        let child = command.spawn().unwrap_or_else(|e| panic!("apt-get install {kind:?}: {e}"));
        let proxy = Self { _child: child, url: format!("http://127.0.0.1:{port}"), port, kind, folder };
        let visitor = proxy.visitor("");
        eventually(&format!("{kind:?} answers: {text}"), async || {
            let answer = visitor.request(reqwest::Method::GET, "/healthz").send().await.ok()?;
            (answer.status() == 200).then_some(())
        })
        .await;
        proxy
    }

    /// A browser that reaches the server through this proxy, without an account.
    pub fn visitor(&self, name: &str) -> Person {
        Person::new(&self.url, name)
    }

    /// A browser that has signed in through this proxy.
    pub async fn signs_in(&self, app: &TestApp, name: &str) -> Person {
        let person = self.visitor(name);
        let page = person.tries_to_sign_in(name, &app.password_of(name)).await;
        assert_eq!(page.status, 303, "{name} signs in through {:?}: {page:?}", self.kind);
        person
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            eprintln!("--- what {:?} logged ---\n{log}", self.kind);
        }
    }
}
