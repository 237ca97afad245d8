//! A server on a copy of the content, and those who ask it.

use std::{
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Client, redirect::Policy};
use sea_orm::{ConnectionTrait, Statement};

use crate::{databases::Copy, fill, plan::Reader};

/// This build.
pub const TIDINGS: &str = env!("CARGO_BIN_EXE_tidings");

/// Brings a database to a program's schema, or makes it.
pub fn migrate(program: &Path, database: &str) -> io::Result<()> {
    let run =
        Command::new(program).args(["--database", database, "migrate"]).env("RUST_LOG", "error").status()?;
    if run.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("{} cannot migrate", program.display())))
    }
}

/// A running server; gone when dropped.
pub struct Server {
    child: Child,
    url: String,
    cookie: String,
    client: Client,
    /// From the start of the process to its first answer.
    pub start: Duration,
}

/// A page, or whatever was asked for.
pub struct Answer {
    pub status: u16,
    pub text: String,
    /// Until the last byte was here.
    pub took: Duration,
}

impl Server {
    pub async fn start(program: &Path, copy: &Copy, options: &[&str]) -> io::Result<Self> {
        let began = Instant::now();
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--database", &copy.url()])
            .args(options)
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        // Borrowed, so that the pipe stays open: who prints more must not fail.
        BufReader::new(child.stdout.as_mut().expect("it is piped")).read_line(&mut line)?;
        let address = line.trim().rsplit("http://").next().unwrap_or_default().to_owned();
        let db = copy.open().await?;
        let name = Statement::from_string(db.get_database_backend(), "SELECT name FROM instance");
        let name = db.query_one_raw(name).await.map_err(io::Error::other)?;
        let name: String =
            name.map_or(Ok(String::new()), |row| row.try_get_by_index(0)).map_err(io::Error::other)?;
        db.close().await.map_err(io::Error::other)?;
        let client = Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(300)).build();
        let mut server = Self {
            child,
            url: format!("http://{address}"),
            cookie: format!("sid-{name}"),
            client: client.map_err(io::Error::other)?,
            start: Duration::ZERO,
        };
        server.get(Reader::Boss, "/session").await?;
        server.start = began.elapsed();
        Ok(server)
    }

    /// Proportional set size, in MB.
    pub fn memory(&self) -> io::Result<f64> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let line = rollup.lines().find(|line| line.starts_with("Pss:")).unwrap_or_default();
        let kilobytes = line.split_whitespace().nth(1).and_then(|number| number.parse::<f64>().ok());
        Ok(kilobytes.unwrap_or(f64::NAN) / 1000.0)
    }

    /// As somebody's browser asks.
    pub async fn get(&self, reader: Reader, path: &str) -> io::Result<Answer> {
        let request = self.client.get(format!("{}{path}", self.url)).header("Cookie", self.cookie_of(reader));
        answer(request).await
    }

    /// As a form is sent.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> io::Result<Answer> {
        let request =
            self.client.post(format!("{}{path}", self.url)).header("Cookie", self.cookie_of(Reader::Boss));
        answer(request.header("Origin", &self.url).form(fields)).await
    }

    /// As a program of the reader asks.
    pub async fn get_api(&self, reader: Reader, path: &str) -> io::Result<Answer> {
        answer(self.client.get(format!("{}{path}", self.url)).bearer_auth(fill::secrets(reader).1)).await
    }

    /// Publishes; `audience` is JSON.
    pub async fn publish(&self, severity: Option<&str>, audience: serde_json::Value) -> io::Result<Duration> {
        let kind = if severity.is_some() { "alert" } else { "news" };
        let post = serde_json::json!({
            "kind": kind, "severity": severity, "title": "Measured", "body": "A few words.", "audience": audience
        });
        let request = self.client.post(format!("{}/api/v1/posts", self.url));
        let answer = answer(request.bearer_auth(fill::secrets(Reader::Boss).1).json(&post)).await?;
        if answer.status == 201 { Ok(answer.took) } else { Err(io::Error::other(answer.text)) }
    }

    /// From a program's stream: how long it takes from the cursor to the event of this number.
    pub async fn catch_up(&self, reader: Reader, cursor: &str, until: i64) -> io::Result<Duration> {
        let began = Instant::now();
        let request = self.client.get(format!("{}/api/v1/stream", self.url)).header("Last-Event-ID", cursor);
        let request = request.bearer_auth(fill::secrets(reader).1);
        let mut stream = request.send().await.map_err(io::Error::other)?;
        let mut waiting = Vec::new();
        while let Some(chunk) = stream.chunk().await.map_err(io::Error::other)? {
            waiting.extend_from_slice(&chunk);
            let whole = waiting.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            let lines = String::from_utf8_lossy(&waiting[..whole]).into_owned();
            waiting.drain(..whole);
            if lines.contains("\"resumed\":false") {
                return Err(io::Error::other("the cursor is not served"));
            }
            if lines.lines().filter_map(event_id).any(|id| id >= until) {
                return Ok(began.elapsed());
            }
        }
        Err(io::Error::other("the stream ended"))
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// As the page of this number asks for its stream.
    pub fn page_request(&self, page: usize, cursor: &str) -> String {
        let (address, cookie, id) = (self.address(), &self.cookie, fill::page_id(page));
        format!(
            "GET /stream HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\
             Cookie: {cookie}={id}\r\nLast-Event-ID: {cursor}\r\n\r\n"
        )
    }

    fn cookie_of(&self, reader: Reader) -> String {
        format!("{}={}", self.cookie, fill::secrets(reader).0)
    }
}

/// The number in a line such as `id: EPOCH-NUMBER-CHECK`.
pub fn event_id(line: &str) -> Option<i64> {
    line.strip_prefix("id:")?.split('-').nth(1)?.parse().ok()
}

async fn answer(request: reqwest::RequestBuilder) -> io::Result<Answer> {
    let began = Instant::now();
    let response = request.send().await.map_err(io::Error::other)?;
    let status = response.status().as_u16();
    let text = response.text().await.map_err(io::Error::other)?;
    Ok(Answer { status, text, took: began.elapsed() })
}

impl Server {
    /// Stops it; its database can be copied or dropped then.
    pub fn stop(&mut self) -> io::Result<()> {
        if let Some(pid) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        self.child.wait().map(|_| ())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
