use std::sync::Arc;

use reqwest::{
    Client, Method, RequestBuilder,
    cookie::{CookieStore, Jar},
    redirect::Policy,
};

use super::{Draft, Feed, Page, Stream, TestApp};

/// Somebody's browser: a cookie jar, and what people do with it.
#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub url: String,
    jar: Arc<Jar>,
    client: Client,
}

impl Person {
    pub fn new(url: &str, name: &str) -> Self {
        let jar = Arc::new(Jar::default());
        let client =
            Client::builder().cookie_provider(Arc::clone(&jar)).redirect(Policy::none()).build().unwrap();
        Self { name: name.to_owned(), url: url.to_owned(), jar, client }
    }

    /// The cookies this browser sends, as one header.
    pub fn cookies(&self) -> String {
        let cookies = self.jar.cookies(&self.url.parse().unwrap());
        cookies.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    }

    /// Another browser that has got hold of this one's cookies.
    pub fn with_cookies(&self, cookies: &str) -> Self {
        let other = Self::new(&self.url, &self.name);
        cookies.split("; ").for_each(|cookie| other.jar.add_cookie_str(cookie, &self.url.parse().unwrap()));
        other
    }

    /// The same browser at another node. Its cookies go there too, since cookies do not regard ports.
    pub fn at(&self, node: &TestApp) -> Self {
        self.at_url(&node.url)
    }

    pub fn at_url(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// A request as a script of the site itself would send it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method.clone(), format!("{}{path}", self.url));
        if method == Method::GET { request } else { request.header("Origin", &self.url) }
    }

    /// A request without any header that tells where it comes from.
    pub fn bare_request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn gets(&self, path: &str) -> Page {
        Page::read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub async fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        Page::read(self.request(Method::POST, path).form(fields).send().await.unwrap()).await
    }

    /// Chooses a file with this text in a form, and sends it.
    pub async fn sends_file(&self, path: &str, text: &str) -> Page {
        self.tries_to_send_file(path, text).await.unwrap()
    }

    /// The same, where the server may answer before it has all, and close: who still writes may not get to read that.
    pub async fn tries_to_send_file(&self, path: &str, text: &str) -> reqwest::Result<Page> {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"person\"\r\n\r\n\r\n--x\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"people.csv\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n--x--\r\n"
        );
        let request =
            self.request(Method::POST, path).header("Content-Type", "multipart/form-data; boundary=x");
        Ok(Page::read(request.body(body).send().await?).await)
    }

    /// Sends a form, which must be accepted, and opens the page that it leads to.
    pub async fn posts_and_sees(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.posts(path, fields).await;
        assert_eq!(page.status, 303, "{page:?}");
        self.gets(page.location()).await
    }

    pub async fn tries_to_sign_in(&self, name: &str, password: &str) -> Page {
        self.posts("/login", &[("username", name), ("password", password), ("next", "/")]).await
    }

    pub async fn signs_out(&self) {
        let page = self.posts("/logout", &[]).await;
        assert_eq!((page.status, page.location()), (303, "/login"));
    }

    /// Who `/session` says this browser is.
    pub async fn session(&self) -> serde_json::Value {
        let page = self.gets("/session").await;
        assert_eq!(page.status, 200);
        page.json()
    }

    pub async fn is_signed_in(&self) -> bool {
        !self.session().await["user"].is_null()
    }

    /// Sends the post form.
    pub async fn sends(&self, draft: &Draft) -> Page {
        self.posts("/admin/posts", &draft.fields()).await
    }

    /// Publishes a post, and returns its number.
    pub async fn publishes(&self, draft: Draft) -> i64 {
        let page = self.sends(&draft).await;
        assert_eq!(page.status, 303, "{page:?}");
        post_at(page.location())
    }

    /// The first page of the feed.
    pub async fn reads_feed(&self) -> Feed {
        Feed::of(self.gets("/").await)
    }

    /// Every post of every page of the feed, newest first.
    pub async fn reads_whole_feed(&self) -> Vec<i64> {
        let mut feed = self.reads_feed().await;
        let mut posts = feed.posts.clone();
        while let Some(older) = feed.older {
            feed = Feed::of(self.gets(&older).await);
            posts.extend(&feed.posts);
        }
        posts
    }

    /// Opens a stream at the head, and waits until it is live.
    pub async fn opens_stream(&self) -> Stream {
        let mut stream = self.streams_from("/stream", &[]).await;
        stream.says_hello().await;
        stream
    }

    /// Opens a stream from a cursor, and waits until it is live.
    pub async fn follows(&self, cursor: &str) -> Stream {
        let mut stream = self.streams_from("/stream", &[("Last-Event-ID", cursor)]).await;
        stream.says_hello().await;
        stream
    }

    /// Opens a stream with these headers, and leaves the reading to the test.
    pub async fn streams_from(&self, path: &str, headers: &[(&str, &str)]) -> Stream {
        self.tries_to_stream(path, headers).await.unwrap()
    }

    /// Opens a stream where the server may be down.
    pub async fn tries_to_stream(&self, path: &str, headers: &[(&str, &str)]) -> reqwest::Result<Stream> {
        let mut request = self.request(Method::GET, path).header("Accept", "text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.map(Stream::of)
    }
}

/// The number in `/posts/42`.
pub fn post_at(location: &str) -> i64 {
    let number = location.strip_prefix("/posts/").unwrap_or_else(|| panic!("{location} is no post"));
    number.parse().unwrap()
}
