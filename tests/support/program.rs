use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::{Page, Stream, TestApp};

/// A program with a token.
#[derive(Clone, Debug)]
pub struct Program {
    pub token: String,
    pub url: String,
    client: Client,
}

impl Program {
    /// A program that acts for somebody.
    pub async fn of(app: &TestApp, owner: &str, scope: &str) -> Self {
        Self::held(app, owner, scope, &[]).await
    }

    /// A program that acts for somebody, with more options for its token.
    pub async fn held(app: &TestApp, owner: &str, scope: &str, options: &[&str]) -> Self {
        let create = ["token", "create", "a program", "--user", owner, "--scope", scope];
        let made = app.runs(&[&create[..], options].concat(), "").await;
        assert_eq!(made.code, Some(0), "{made:?}");
        Self::with(app, made.out.trim())
    }

    /// A program with this token.
    pub fn with(app: &TestApp, token: &str) -> Self {
        Self { token: token.to_owned(), url: app.url.clone(), client: Client::new() }
    }

    /// The same program, talking to another node.
    pub fn at(&self, node: &TestApp) -> Self {
        self.at_url(&node.url)
    }

    pub fn at_url(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token)
    }

    pub async fn gets(&self, path: &str) -> Page {
        Page::read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub async fn sends(&self, post: &Value) -> Page {
        Page::read(self.request(Method::POST, "/api/v1/posts").json(post).send().await.unwrap()).await
    }

    pub async fn sends_once(&self, post: &Value, key: &str) -> Page {
        self.tries_to_send_once(post, key).await.unwrap()
    }

    /// Sends a post once where the server may be down.
    pub async fn tries_to_send_once(&self, post: &Value, key: &str) -> reqwest::Result<Page> {
        let request = self.request(Method::POST, "/api/v1/posts").header("Idempotency-Key", key);
        Page::tries_to_read(request.json(post).send().await?).await
    }

    /// Publishes a post, and returns its number.
    pub async fn publishes(&self, title: &str) -> i64 {
        let page = self.sends(&news(title)).await;
        assert_eq!(page.status, 201, "{page:?}");
        page.json()["id"].as_i64().unwrap()
    }

    pub async fn opens_stream(&self) -> Stream {
        let mut stream = Stream::of(self.streams(&[]).await);
        stream.says_hello().await;
        stream
    }

    /// Goes on after the last event that was seen.
    pub async fn follows(&self, cursor: &str) -> Stream {
        let mut stream = Stream::of(self.streams(&[("Last-Event-ID", cursor)]).await);
        assert_eq!(stream.says_hello().await.data["resumed"], true);
        stream
    }

    async fn streams(&self, headers: &[(&str, &str)]) -> Response {
        let mut request = self.request(Method::GET, "/api/v1/stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }
}

/// News for everyone.
pub fn news(title: &str) -> Value {
    json!({ "kind": "news", "title": title, "audience": "everyone" })
}
