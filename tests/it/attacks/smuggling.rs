//! A request hidden in another one's body, for when a proxy and we do not agree on where a body ends.

use super::{said_to, status_of};
use crate::support::TestApp;

#[tokio::test]
async fn request_smuggling() {
    let app = TestApp::start().await;
    let hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let length = format!("Content-Length: {}\r\n", hidden.len() + 5);
    let post = "POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\
        Content-Type: application/x-www-form-urlencoded\r\n";

    for (attack, headers, body) in [
        ("CL.TE", format!("{length}Transfer-Encoding: chunked\r\n"), "0\r\n\r\n"),
        ("TE.CL", format!("Transfer-Encoding: chunked\r\n{length}"), "0\r\n\r\n"),
        ("two lengths", format!("Content-Length: 0\r\n{length}"), ""),
        ("a list of lengths", "Content-Length: 0, 5\r\n".into(), ""),
        ("a signed length", "Content-Length: +0\r\n".into(), ""),
        ("a length in hexadecimals", "Content-Length: 0x0\r\n".into(), ""),
        ("an unknown coding", "Transfer-Encoding: xchunked\r\n".into(), "0\r\n\r\n"),
        ("chunked not last", "Transfer-Encoding: chunked, identity\r\n".into(), "0\r\n\r\n"),
        ("a space before the colon", "Transfer-Encoding : chunked\r\n".into(), "0\r\n\r\n"),
        ("a folded header", "Transfer-Encoding:\r\n chunked\r\n".into(), "0\r\n\r\n"),
        ("a folded length", "X: 1\r\n\tContent-Length: 0\r\n".into(), ""),
        ("a vertical tab", "Transfer-Encoding: \x0bchunked\r\n".into(), "0\r\n\r\n"),
        ("an endless chunk", "Transfer-Encoding: chunked\r\n".into(), "10000000000000000\r\n"),
        ("a negative chunk", "Transfer-Encoding: chunked\r\n".into(), "-1\r\n"),
        ("a header in two lines by CR", "X: 1\rTransfer-Encoding: chunked\r\n".into(), "0\r\n\r\n"),
    ] {
        let said = said_to(&app, format!("{post}{headers}\r\n{body}{hidden}{hidden}").as_bytes()).await;
        let answers = said.matches("HTTP/1.1 ").count();
        assert!(answers <= 1, "{attack}: the hidden request was answered: {said}");
        assert!(said.is_empty() || (400..500).contains(&status_of(&said)), "{attack}: {said}");
    }
    // Without deceit, both are answered.
    let honest = hidden.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let said = said_to(&app, format!("{hidden}{honest}").as_bytes()).await;
    assert_eq!(said.matches("HTTP/1.1 200").count(), 2);
}
