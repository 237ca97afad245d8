//! Pages inside somebody else's.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    browser::Browser,
    support::{Role, TestApp},
};

#[tokio::test(flavor = "multi_thread")]
async fn clickjacking() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;

    for path in ["/", "/login", "/nothing", "/session"] {
        let address = format!("{}{path}", app.url);
        // A frame of its own site shows that frames do load there.
        let evil = evil_site(format!("<iframe src='{address}'></iframe><iframe src='/own'></iframe>")).await;
        ann.driver.goto(&evil).await.unwrap();
        for (frame, shown) in [(0, "chrome-error://chromewebdata/"), (1, &*format!("{evil}/own"))] {
            ann.driver.enter_frame(frame).await.unwrap();
            ann.until(&format!("location.href === '{shown}'")).await;
            ann.driver.enter_parent_frame().await.unwrap();
        }
    }
}

/// A site of another origin that says this to everybody; its address.
async fn evil_site(page: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 4096]).await;
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";
            let _ = socket.write_all(format!("{head}{page}").as_bytes()).await;
        }
    });
    address
}
