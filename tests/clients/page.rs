//! `@microsoft/fetch-event-source`, in Chromium, on a page of another origin.

use std::{convert::Infallible, time::Duration};

use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc},
    time::sleep,
};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    browser::Browser,
    cuts::{Call, Comeback, goes_on_at},
    installed,
    listener::{Listener, event_of},
    script,
    support::{Program, TestApp},
};

#[tokio::test(flavor = "multi_thread")]
async fn fetch_event_source_on_a_listed_page_elsewhere_goes_on_where_it_was_cut() {
    let (port, _site) = site().await;
    let origin = format!("http://127.0.0.1:{port}");
    let mut app = TestApp::start_with(&["--heartbeat", "1s", "--cors-origin", &origin]).await;
    let browser = Browser::opens(&app).await;
    let (send, heard) = mpsc::unbounded_channel();
    let (mut heard, is_there) = (Some(heard), Notify::new());

    let starts = async |call: Call| {
        browser.visits(&format!("{origin}/?stream={}&token={}", call.stream, call.token)).await;
        is_there.notify_one();
        Listener::new(heard.take().unwrap(), ())
    };
    let takes_notes = async {
        is_there.notified().await;
        loop {
            let lines = browser.asks("window.heard?.splice(0) ?? []").await;
            lines.as_array().unwrap().iter().for_each(|line| drop(send.send(event_of(line))));
            sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = goes_on_at(&mut app, Comeback::ByItself, starts) => {}
        () = takes_notes => {}
    }

    browser.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_elsewhere_that_is_not_listed_hears_nothing() {
    let (port, _site) = site().await;
    let origin = format!("http://127.0.0.1:{port}");
    let app = TestApp::start_with(&["--cors-origin", &origin]).await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "stream").await;
    let browser = Browser::opens(&app).await;
    let asks = format!(
        "fetch('{}/api/v1/posts', {{ headers: {{ Authorization: 'Bearer {}' }} }})
            .then((answer) => answer.text(), String).then(done)",
        app.url, program.token
    );

    browser.visits(&format!("{origin}/empty")).await;
    let listed = browser.asks_later(&asks).await;
    browser.visits(&format!("http://localhost:{port}/empty")).await;
    let other = browser.asks_later(&asks).await;

    assert_eq!(listed, r#"{"posts":[]}"#);
    assert_eq!(other, "TypeError: Failed to fetch");
}

/// A web site with the page and the library; its port.
async fn site() -> (u16, AbortOnDropHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service_fn(show));
            tokio::spawn(connection);
        }
    });
    (port, AbortOnDropHandle::new(serving))
}

async fn show(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let library = || installed("node_modules/@microsoft/fetch-event-source/lib/esm");
    let (kind, text) = match request.uri().path() {
        "/" => ("text/html", r#"<!doctype html><script type="module" src="/page.mjs"></script>"#.to_owned()),
        "/page.mjs" => {
            ("text/javascript", std::fs::read_to_string(script("with_fetch_event_source.mjs")).unwrap())
        }
        // The library's modules leave out the end of each other's names.
        path if let Some(name) = path.strip_prefix("/fetch-event-source/") => {
            let file = library().join(name.trim_end_matches(".js")).with_extension("js");
            ("text/javascript", std::fs::read_to_string(file).unwrap())
        }
        _ => ("text/html", "<!doctype html>".to_owned()),
    };
    Ok(Response::builder().header("Content-Type", kind).body(text).unwrap())
}
