use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::{Person, TestApp};

/// A client that speaks bytes.
pub struct Raw {
    pub socket: TcpStream,
}

impl Raw {
    pub async fn connects(app: &TestApp) -> Self {
        Self { socket: TcpStream::connect(("127.0.0.1", app.port)).await.unwrap() }
    }

    /// A client with next to no room for what it has not read yet.
    pub async fn connects_narrow(app: &TestApp) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        Self { socket: socket.connect(([127, 0, 0, 1], app.port).into()).await.unwrap() }
    }

    pub async fn says(&mut self, text: &str) {
        self.socket.write_all(text.as_bytes()).await.unwrap();
    }

    /// The head of a request, with this person's cookies.
    pub fn head(person: &Person, method: &str, path: &str, more: &str) -> String {
        let host = person.url.strip_prefix("http://").unwrap();
        let cookies = person.cookies();
        let cookies = if cookies.is_empty() { cookies } else { format!("Cookie: {cookies}\r\n") };
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\n{cookies}{more}\r\n", person.url)
    }

    /// Reads until this text has come, and returns everything that came.
    pub async fn reads_until(&mut self, text: &str) -> String {
        let mut came = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let reading = timeout(super::TIMEOUT, self.socket.read(&mut buffer));
            match reading
                .await
                .unwrap_or_else(|_| panic!("{text:?} never came: {}", String::from_utf8_lossy(&came)))
            {
                Ok(count) if count > 0 => came.extend(&buffer[..count]),
                end => panic!("{end:?} before {text:?}: {}", String::from_utf8_lossy(&came)),
            }
            let so_far = String::from_utf8_lossy(&came);
            if so_far.contains(text) {
                return so_far.into_owned();
            }
        }
    }

    /// Reads to the end, and returns everything that came and how long it took.
    pub async fn is_closed_within(&mut self, limit: Duration) -> (String, Duration) {
        let start = Instant::now();
        let mut came = Vec::new();
        let end = timeout(limit, self.socket.read_to_end(&mut came)).await;
        // A reset is an end as well.
        assert!(end.is_ok(), "still open after {limit:?}");
        (String::from_utf8_lossy(&came).into_owned(), start.elapsed())
    }
}
