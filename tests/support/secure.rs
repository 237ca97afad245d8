use std::{io, sync::Arc};

use bytes::Bytes;
use h2::{
    RecvStream,
    client::{Builder, SendRequest},
};
use http::{HeaderMap, Method, Request};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

use super::{Certificate, Event, Parser, TIMEOUT, TestApp};

/// Connects by TLS and offers these protocols.
pub async fn shakes_hands(
    app: &TestApp,
    certificate: &Certificate,
    protocols: &[&[u8]],
) -> io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let socket = TcpStream::connect(("127.0.0.1", app.port)).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, socket).await
}

/// A browser that speaks HTTP/2 over one connection.
#[derive(Clone)]
pub struct Http2 {
    pub requests: SendRequest<Bytes>,
    pub cookie: String,
    origin: String,
}

/// One answer over HTTP/2.
pub struct Answer2 {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: RecvStream,
    parser: Parser,
}

impl Http2 {
    pub async fn connects(app: &TestApp, certificate: &Certificate) -> Self {
        Self::connects_as(app, certificate, &Builder::new()).await
    }

    /// Connects with settings of the client's own.
    pub async fn connects_as(app: &TestApp, certificate: &Certificate, settings: &Builder) -> Self {
        let tls = shakes_hands(app, certificate, &[b"h2"]).await.unwrap();
        assert_eq!(tls.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (requests, connection) = settings.handshake(tls).await.unwrap();
        tokio::spawn(connection);
        Self { requests, cookie: String::new(), origin: format!("https://localhost:{}", app.port) }
    }

    /// Connects, and signs in by the form.
    pub async fn signs_in(app: &TestApp, certificate: &Certificate, name: &str) -> Self {
        let mut browser = Self::connects(app, certificate).await;
        let form: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("username", name), ("password", &app.password_of(name)), ("next", "/")])
            .finish();
        let page = browser.posts("/login", &form).await;
        assert_eq!(page.status, 303);
        let cookie = page.headers["set-cookie"].to_str().unwrap();
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        browser
    }

    pub async fn gets(&mut self, path: &str) -> Answer2 {
        self.asks(Method::GET, path, None).await.unwrap()
    }

    pub async fn posts(&mut self, path: &str, form: &str) -> Answer2 {
        self.asks(Method::POST, path, Some(form)).await.unwrap()
    }

    pub async fn asks(
        &mut self,
        method: Method,
        path: &str,
        form: Option<&str>,
    ) -> Result<Answer2, h2::Error> {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.origin));
        let request = request.header("cookie", &self.cookie).header("origin", &self.origin);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.requests = self.requests.clone().ready().await?;
        let (answer, mut body) = self.requests.send_request(request.body(()).unwrap(), form.is_none())?;
        if let Some(form) = form {
            body.send_data(Bytes::copy_from_slice(form.as_bytes()), true)?;
        }
        let (head, body) = timeout(TIMEOUT, answer).await.expect("an answer")?.into_parts();
        Ok(Answer2 { status: head.status.as_u16(), headers: head.headers, body, parser: Parser::default() })
    }

    /// The head of a request over HTTP/1.1, with this browser's cookie.
    pub fn head_of(&self, path: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", self.cookie)
    }

    pub async fn opens_stream(&mut self) -> Answer2 {
        let mut stream = self.gets("/stream").await;
        assert_eq!(stream.status, 200, "{:?}", stream.headers);
        stream.next("hello").await;
        stream
    }
}

impl Answer2 {
    /// The next piece of the body; `None` at its end.
    pub async fn reads(&mut self) -> Result<Option<Bytes>, h2::Error> {
        let Some(piece) = self.body.data().await.transpose()? else { return Ok(None) };
        self.body.flow_control().release_capacity(piece.len())?;
        Ok(Some(piece))
    }

    pub async fn text(mut self) -> String {
        let mut text = vec![];
        while let Some(piece) = timeout(TIMEOUT, self.reads()).await.unwrap().unwrap() {
            text.extend_from_slice(&piece);
        }
        String::from_utf8(text).unwrap()
    }

    /// The next event of a stream that tells nothing of receipts; `None` at its end.
    pub async fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.parser.events.pop_front() {
                if event.name == "receipts" {
                    continue;
                }
                return Some(event);
            }
            let piece = timeout(TIMEOUT, self.reads()).await.expect("an event").ok().flatten()?;
            self.parser.feed(&piece);
        }
    }

    /// The next event that is not a `ping`, which must have this name; its data.
    pub async fn next(&mut self, name: &str) -> Value {
        loop {
            let event = self.next_event().await.unwrap_or_else(|| panic!("it ended before `{name}`"));
            if event.name != "ping" || name == "ping" {
                assert_eq!(event.name, name, "{event:?}");
                return event.data;
            }
        }
    }
}
